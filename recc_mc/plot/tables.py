"""The numbers that the pictures show, by the name of the picture, as tidy tables."""

from collections.abc import Callable

import pandas as pd

from recc_mc.plot.pictures import PICTURES

__all__ = sorted(PICTURES)


def __getattr__(name: str) -> Callable[..., pd.DataFrame]:
    if name not in PICTURES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return PICTURES[name].table
