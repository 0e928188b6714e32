"""SALib's estimators for many outputs of one design at once, without its loops over them.

Each takes ``inputs`` (row, column), ``outputs`` (output, row), the number of the factor of each
column, the number of bootstrap resamples, and a seed for each output. It returns measures (output,
factor) by name, SALib's to within rounding: formulas and streams of random numbers are the same, so
are the resamples. Outputs of one seed share their resamples, which are then drawn once.

What is computed for all columns at once takes a few hundred KiB, which a core's cache holds.
"""

from recc_mc.salib.estimators.delta import delta
from recc_mc.salib.estimators.fast import fast
from recc_mc.salib.estimators.hdmr import hdmr
from recc_mc.salib.estimators.morris import morris
from recc_mc.salib.estimators.pawn import pawn
from recc_mc.salib.estimators.rbd_fast import rbd_fast
from recc_mc.salib.estimators.shapley import shapley

__all__ = ["delta", "fast", "hdmr", "morris", "pawn", "rbd_fast", "shapley"]
