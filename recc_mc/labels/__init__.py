"""What numbers are: declared variables, coordinates, and where a result comes from."""
