"""Designs: rows of the unit cube as a pure function of their number."""

from recc_mc.design.random import RandomDesign

__all__ = ["RandomDesign"]
