"""Labels of rows of indicators, grouped by criterion."""

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from recc_mc.plot.marks import label_rows
from recc_mc.plot.style import QUIET

__all__ = ["group_rows", "indicator_labels"]


def indicator_labels(rows: pd.DataFrame) -> list[str]:
    """Code and long name of each indicator; only one of them where they are the same."""
    return [
        str(code) if str(name) in ("", str(code)) else f"{code} {name}"
        for code, name in zip(rows["indicator"], rows["long_name"], strict=True)
    ]


def group_rows(ax: Axes, names: Sequence[str], groups: Sequence[str], width: int) -> None:
    """Name the rows and part the groups by lines.

    Parameters
    ----------
    ax
        Axes whose rows are 0, 1, ... from the top.
    names
        Names of the rows.
    groups
        Group of each row; members of a group stand together.
    width
        Columns of text that a name may take.
    """
    label_rows(ax, names, width)
    below = -0.5
    for _, members in groupby(groups):
        if below > 0:
            ax.axhline(below, color=QUIET, linewidth=0.7, zorder=1.6)
        below += len(list(members))
