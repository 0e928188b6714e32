"""Runs: a study cut into blocks of samples, which workers compute in any order."""
