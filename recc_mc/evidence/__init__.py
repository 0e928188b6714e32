"""Evidence of other studies: their effects, and what these say together (meta-analysis)."""
