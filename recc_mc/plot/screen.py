"""Pictures on a page, which is read from a screen: as wide as the page, with one size of type."""

from matplotlib.figure import Figure
from matplotlib.text import Text

from recc_mc.plot.style import DOUBLE, SIZE

__all__ = ["set_for_screen"]

# How the interval behind a number in a cell begins, and what two lines need more of height.
INTERVAL = " ["
HIGHER = 1.25


def set_for_screen(figure: Figure) -> None:
    """Set a picture that was drawn for paper as a page shows it, whose colour shines through.

    Text is nowhere smaller than the rest, for which intervals in cells get a line of their own. The
    picture gets the width of two columns, unless its axes have one scale and would only stand in
    the middle of it.

    Parameters
    ----------
    figure
        The picture, whose layout is not settled yet.
    """
    for ax in figure.axes:
        # Ticks that come with a wider axis, too.
        ax.tick_params(which="both", labelsize=SIZE)
        ax.patch.set_alpha(0.0)
    figure.patch.set_alpha(0.0)
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_fontsize(max(float(text.get_fontsize()), SIZE))
    in_cells = [text for ax in figure.axes for text in ax.texts if INTERVAL in text.get_text()]
    for text in in_cells:
        text.set(text=text.get_text().replace(INTERVAL, f"\n{INTERVAL.strip()}"), linespacing=1.0)
    if in_cells:
        figure.set_figheight(figure.get_figheight() * HIGHER)
    if all(ax.get_aspect() == "auto" for ax in figure.axes):
        figure.set_figwidth(DOUBLE)
