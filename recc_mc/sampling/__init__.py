"""Draws of the index: rows of the unit cube, and what the kernels make of them."""
