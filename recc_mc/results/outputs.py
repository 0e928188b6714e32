"""Which outputs a group of a result holds, in the words of tables and reports."""

import xarray as xr

from recc_mc.labels.dataset import outputs_in
from recc_mc.language import translated
from recc_mc.study.shape import SYMBOLS, ranked_by

__all__ = ["index_symbol", "index_words", "main_index", "main_output"]

_WORDS = {
    "recc": "carrying capacity index C = P / S",
    "support": "support index S",
    "pressure": "pressure index P",
}


def main_index(data: xr.Dataset) -> str:
    """Index that a result is about: C, or that of the only system.

    Parameters
    ----------
    data
        Any group of the result.
    """
    return ranked_by(outputs_in(data.attrs))


def index_symbol(data: xr.Dataset) -> str:
    """Symbol of `main_index`."""
    return SYMBOLS[main_index(data)]


def index_words(data: xr.Dataset) -> str:
    """Name and symbol of `main_index`."""
    index = main_index(data)
    return translated(_WORDS[index])


def main_output(parts: xr.Dataset) -> str:
    """Output of a sensitivity analysis that stands for all, `main_index` if it is there.

    Parameters
    ----------
    parts
        Group ``sensitivity`` of a result.
    """
    names = [str(name) for name in parts["output"].values]
    index = main_index(parts)
    return index if index in names else names[0]
