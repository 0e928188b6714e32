"""Arrays of any group of a result as a labelled, checked dataset."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import xarray as xr

from recc_mc.labels.dataset import labelled
from recc_mc.results.variables import GROUPS

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = ["dataset"]


def dataset(
    group: str, origin: "Study | xr.Dataset", arrays: Mapping[str, Any], **attrs: Any
) -> xr.Dataset:
    """Label the arrays of one group, a key of `recc_mc.results.variables.GROUPS`.

    Origin, arrays and attributes are those of `recc_mc.labels.dataset.labelled`.
    """
    return labelled(group, GROUPS[group], origin, arrays, **attrs)
