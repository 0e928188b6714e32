"""Designs: rows of the unit cube as a pure function of their number."""

from recc_mc.design.random import RandomDesign
from recc_mc.design.sobol import SobolDesign

__all__ = ["RandomDesign", "SobolDesign"]
