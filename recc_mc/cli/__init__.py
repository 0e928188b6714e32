"""The command line, ``recc-mc``."""
