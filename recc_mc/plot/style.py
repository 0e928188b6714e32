"""How every picture looks: paper widths, fonts, colours that also differ in lightness."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.colors import Colormap

from recc_mc.plot.fonts import font_families

__all__ = [
    "DOUBLE",
    "FAINT",
    "GRADE_COLOURS",
    "INDEX_COLOURS",
    "INK",
    "KIND_COLOURS",
    "MANY_COLOUR",
    "MARKERS",
    "MILLIMETRE",
    "MINE_COLOURS",
    "QUIET",
    "SINGLE",
    "SIZE",
    "SMALL",
    "ZONE_COLOURS",
    "is_dark",
    "paper_style",
    "probability_colours",
    "tint",
]

MILLIMETRE = 1 / 25.4
"""A millimetre in inches."""
SINGLE = 89 * MILLIMETRE
"""Width of one column of a journal, in inches."""
DOUBLE = 183 * MILLIMETRE
"""Width of two columns of a journal, in inches."""

SIZE = 7.0
"""Size of text, in points."""
SMALL = 6.0
"""Size of the smaller text, in points."""
INK = "#1a1a1a"
QUIET = "#6e6e6e"
"""Text and lines that explain and do not compete with the data."""
FAINT = "#c8c8c8"

# Okabe and Ito (2008), without the yellow that vanishes on white; neighbours differ in lightness,
# and MARKERS tell apart what a grey print does not.
MINE_COLOURS = (
    "#000000", "#e69f00", "#0072b2", "#cc79a7", "#009e73", "#56b4e9", "#d55e00", "#8a8a8a",
)  # fmt: skip
MANY_COLOUR = MINE_COLOURS[2]
"""Colour of all mines where there are more than colours: one colour never stands for two."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

INDEX_COLOURS = MappingProxyType({"support": "#00795a", "pressure": "#b34b00", "recc": "#005a8f"})
# From light to dark as the load grows, blue for a surplus and red for a load.
ZONE_COLOURS = ("#d6eaf5", "#86bfe0", "#e08a4f", "#7a1f12")
# The hue says the pressure, the lightness the support: neighbours differ in grey as well.
GRADE_COLOURS = (
    "#0b4f7a", "#4590c0", "#cfe5f2",
    "#8f6100", "#eeb04f", "#fbeccb",
    "#5f0f1f", "#bd5663", "#f0cdd1",
)  # fmt: skip
KIND_COLOURS = MappingProxyType(
    {
        "judgment": "#22577a", "data": "#e69f00", "method": "#b9e0f2", "scenario": "#9c3d6e",
        "interactions": "#6f6f6f",
    }
)  # fmt: skip

_PARAMETERS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelpad": 2.5,
    "axes.labelsize": SIZE,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 3.0,
    "axes.titlesize": SIZE,
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.dpi": 150,
    "font.size": SIZE,
    "hatch.linewidth": 0.5,
    "legend.borderaxespad": 0.2,
    "legend.columnspacing": 1.4,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.5,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.5,
    "patch.linewidth": 0.5,
    # TrueType outlines: the text of a PDF stays text and can be edited.
    "pdf.fonttype": 42,
    "svg.hashsalt": "recc_mc",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.color": INK,
    "ytick.labelsize": SMALL,
    "ytick.major.size": 2.5,
    "ytick.major.width": 0.6,
}


@contextmanager
def paper_style() -> Iterator[None]:
    """Draw with the settings of this module whatever the user's own are, which come back after."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_PARAMETERS, "font.family": font_families()})
        yield


def probability_colours() -> Colormap:
    """Colours from near white at 0 to dark blue, darker for more throughout."""
    return mpl.colormaps["YlGnBu"]


def is_dark(colour: tuple[float, ...]) -> bool:
    """Whether text on a colour has to be white, by its luminance (Rec. 709)."""
    red, green, blue, *_ = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5


def tint(colour: str, strength: float) -> tuple[float, float, float]:
    """Mix a colour with white; 1 leaves it, 0 is white. Opaque, so that prints do not differ."""
    red, green, blue = mpl.colors.to_rgb(colour)
    return (
        1 - strength * (1 - red),
        1 - strength * (1 - green),
        1 - strength * (1 - blue),
    )
