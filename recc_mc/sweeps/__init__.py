"""Runs of a study at many settings with common random numbers: sweeps, and tolerance."""
