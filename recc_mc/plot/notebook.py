"""Pictures in a notebook: each shows itself, once, with or without matplotlib's own magic.

A figure is drawn by a notebook only where pyplot made it, or where pyplot was asked to draw there;
pictures are made without pyplot. One on the caller's axes is of a figure that pyplot may show at
the end of the cell, whether or not it was shown as the cell's value.
"""

import io
import pickle
import sys
from typing import Any

from matplotlib.figure import Figure

from recc_mc.plot.style import paper_style

__all__ = ["Once", "ShownFigure", "show_once"]

DOTS_PER_INCH = 240
"""Of the image."""
PIXELS_PER_INCH = 120
"""Of the page, on which text of 7 points is then as large as other text."""


class ShownFigure(Figure):
    """A figure that a notebook shows."""

    @paper_style()
    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        # Drawing settles the layout, which the figure is to do where it is saved.
        copied: Figure = pickle.loads(pickle.dumps(self))
        buffer = io.BytesIO()
        copied.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
        width, height = (round(PIXELS_PER_INCH * inches) for inches in self.get_size_inches())
        return buffer.getvalue(), {"width": width, "height": height}


class Once:
    """What a notebook asks first whether an object has shown itself: at most once in a cell."""

    def __init__(self) -> None:
        self._cell = -1

    def __call__(self) -> None:
        """Do nothing in a cell that has shown the figure, else leave it to what shows figures."""
        cell = _cells()
        if cell != self._cell:
            self._cell = cell
            # IPython's word for an object that leaves this to the others.
            raise NotImplementedError


def show_once(figure: Figure) -> None:
    """Have a figure of the caller's shown once in a cell, by its value or by pyplot."""
    if _cells() and not isinstance(figure, ShownFigure):
        of_any: Any = figure
        of_any._ipython_display_ = Once()


def _cells() -> int:
    """Number of cells that a notebook has begun; 0 outside of one."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return 0 if shell is None else len(shell.user_ns.get("In", ()))
