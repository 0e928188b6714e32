"""Two results side by side: what differs, and how sure that is."""

from recc_mc.comparison.differences import INDEPENDENT, NO_ERRORS, PAIRED, RESULTS, compare

__all__ = ["INDEPENDENT", "NO_ERRORS", "PAIRED", "RESULTS", "compare"]
