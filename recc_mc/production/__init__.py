"""Simulations to a file, by way of parts, so that they can be killed, continued and shared out."""

from recc_mc.production.job import Outcome
from recc_mc.production.runs import merge, produce

__all__ = ["Outcome", "merge", "produce"]
