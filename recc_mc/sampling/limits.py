"""How many samples a run may have."""

__all__ = ["MOST_SAMPLES", "most_samples"]

MOST_SAMPLES = 2**53
"""No run has more samples: shares of larger counts are not exact."""
# Counts and sums of ranks are signed integers of 64 bits.
_LARGEST_COUNT = 2**63 - 1


def most_samples(mines: int) -> int:
    """Most samples of a run, whose sum of squared ranks must not overflow.

    Examples
    --------
    >>> most_samples(6) == 2**53, most_samples(1000)
    (True, 9223372036854)
    """
    return min(MOST_SAMPLES, _LARGEST_COUNT // mines**2)
