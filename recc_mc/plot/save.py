"""Pictures as files: the same picture gives the same bytes."""

import io
import os
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

from recc_mc.errors import InputError
from recc_mc.plot.fonts import needs_fallback
from recc_mc.plot.style import paper_style
from recc_mc.results import check_target, write_file
from recc_mc.study.kinds import check_kind, check_path

__all__ = ["render", "save"]

# None leaves out what differs from one run to the next.
METADATA: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {},
}
DOTS_PER_INCH = 300


@paper_style()
def render(figure: Figure, *, format: str = "svg") -> bytes:
    """Encode a picture, without a timestamp.

    This settles the layout of the figure: each further pass would move it a little.

    Parameters
    ----------
    figure
        The picture.
    format
        ``"svg"``, ``"pdf"`` or ``"png"`` (300 dots per inch).

    Returns
    -------
    bytes
        The contents of the file.

    Raises
    ------
    InputError
        If the format is another one.
    """
    check_kind("figure", figure, Figure, "a figure as the functions of recc_mc.plot return it")
    if format not in METADATA:
        raise InputError(f"format: must be one of {', '.join(METADATA)}, got {format!r}")
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")
    buffer = io.BytesIO()
    if format == "svg":
        _write_svg(figure, buffer)
    else:
        texts = [text.get_text() for text in figure.findobj(Text)]
        if format == "pdf" and needs_fallback(texts):
            # Most fonts of other scripts are no TrueType: their outlines are drawn.
            mpl.rcParams["pdf.fonttype"] = 3
        figure.savefig(buffer, format=format, dpi=DOTS_PER_INCH, metadata=METADATA[format])
    return buffer.getvalue()


def _write_svg(figure: Figure, buffer: io.BytesIO) -> None:
    """As `savefig`, which draws a figure whose layout was settled once more for nothing."""
    canvas, dots = figure.canvas, figure.dpi
    figure.dpi = DOTS_PER_INCH
    try:
        canvas_of_svg: Any = FigureCanvasSVG(figure)
        canvas_of_svg.print_svg(buffer, metadata=METADATA["svg"])
    finally:
        figure.dpi = dots
        figure.set_canvas(canvas)


def save(figure: Figure, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a picture; its name says the format. The file is complete or not there.

    Parameters
    ----------
    figure
        The picture.
    path
        Name of the file, ending in ``.svg``, ``.pdf`` or ``.png``.
    overwrite
        Replace an existing file.

    Raises
    ------
    InputError
        If the ending is another one, there is no such folder, or the file exists and may not be
        replaced.
    RunError
        If writing fails, for instance because the disk is full.
    """
    check_path("path", path)
    target = Path(path)
    ending = target.suffix.removeprefix(".").lower()
    if ending not in METADATA:
        known = ", ".join(f".{name}" for name in METADATA)
        raise InputError(f"{path}: must end in one of {known}")
    check_target(target, overwrite=overwrite)
    write_file(target, render(figure, format=ending), overwrite=overwrite)
