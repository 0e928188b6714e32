"""Compiled kernels: arrays in, arrays out, samples innermost; nothing here knows of studies."""
