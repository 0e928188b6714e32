"""Texts as characters of fixed width.

Texts of variable length crash HDF5 where a file is open twice in a process and one of the two is
closed, which readers do without knowing it. So no text of a file is one, attributes included.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ENCODING", "attribute", "characters"]

ENCODING = "utf-8"
"""The attribute ``_Encoding`` of a text: with it, xarray and netCDF4 decode it by themselves."""


def characters(texts: ArrayLike) -> NDArray[np.bytes_]:
    r"""Texts of any dimensions as UTF-8 bytes, filled up with NUL to the longest of them.

    Parameters
    ----------
    texts
        The texts; none ends with NUL.

    Returns
    -------
    numpy.ndarray
        The bytes (..., byte), at least one for each text.

    Examples
    --------
    >>> characters(["a", "é"]).tolist()
    [[b'a', b''], [b'\xc3', b'\xa9']]
    """
    array = np.asarray(texts, dtype=object)
    encoded = [str(text).encode(ENCODING) for text in array.flat]
    width = max([1, *map(len, encoded)])
    return np.array(encoded, dtype=f"S{width}").reshape(array.shape)[..., None].view("S1")


def attribute(value: Any) -> Any:
    """Value of an attribute as netCDF4 writes it without making it a text of variable length.

    netCDF4 takes only ASCII for characters, unless it is given bytes. Several texts become one, a
    line each.

    Parameters
    ----------
    value
        A number, numbers, a text or texts.
    """
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "SUOT":
        value = value.tolist()
    if isinstance(value, list | tuple) and any(isinstance(item, str) for item in value):
        value = "\n".join(map(str, value))
    return value.encode(ENCODING) if isinstance(value, str) else value
