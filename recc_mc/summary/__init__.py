"""Statistics of draws: what is counted of each block, how blocks merge, and what is made of it."""
