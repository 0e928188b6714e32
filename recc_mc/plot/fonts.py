"""Fonts for the names of mines and indicators in any script.

Text is set in DejaVu Sans, which comes with matplotlib, so that pictures are the same everywhere;
what it lacks is taken from those of `FALLBACKS` that are installed. Characters that no font has are
drawn as question marks behind the number of the name, so that names stay distinct.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from recc_mc.errors import InputError, text_width
from recc_mc.language import language

__all__ = ["check_fonts", "drawable", "font_families", "shortened"]

MAIN = "DejaVu Sans"
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "Arial Unicode MS",
    "Droid Sans Fallback",
)
"""Families with Chinese, Japanese and Korean characters."""
UNKNOWN = "?"
CHINESE = "zh"
PACKAGE, PACKAGED = "mplfonts", "NotoSansCJKsc-Regular.otf"


@cache
def font_families() -> list[str]:
    """Families to draw with, in the order in which a character is looked for."""
    found = _installed()
    if not found:
        # The list of fonts is cached between programs and may be older than a font.
        known = {entry.fname for entry in font_manager.fontManager.ttflist}
        # "ttf" finds OpenType fonts and collections, too.
        for path in sorted({*font_manager.findSystemFonts(fontext="ttf"), *_packaged()} - known):
            with suppress(OSError, RuntimeError, ValueError):
                font_manager.fontManager.addfont(path)
        found = _installed()
    # matplotlib itself looks for a character in one after the other.
    return [MAIN, *found]


def check_fonts() -> None:
    """Refuse to draw in a language whose characters no font has.

    Raises
    ------
    InputError
        If the language that is spoken is Chinese, and no family of `FALLBACKS` is installed.
    """
    if language() == CHINESE and font_families() == [MAIN]:
        raise InputError(
            f"language: pictures in Chinese need a font that has its characters, such as "
            f"{FALLBACKS[0]}, and none is installed: pip install 'recc-mc[chinese]', or the "
            "system's package of it (fonts-noto-cjk on Debian)"
        )


def _packaged() -> list[str]:
    """The font of the extra ``chinese``, whose package is not loaded: that changes settings."""
    package = find_spec(PACKAGE)
    folders = (package.submodule_search_locations or ()) if package is not None else ()
    return [str(path) for folder in folders for path in Path(folder).glob(f"fonts/{PACKAGED}")]


def _installed() -> list[str]:
    families = {entry.name for entry in font_manager.fontManager.ttflist}
    return [family for family in FALLBACKS if family in families]


def drawable(names: Iterable[object]) -> list[str]:
    """Names as matplotlib can draw them: no formulas, no line breaks, no missing characters.

    Parameters
    ----------
    names
        Names, in the order that numbers them from 1.
    """
    return [_drawable(" ".join(str(name).split()), k) for k, name in enumerate(names, start=1)]


def shortened(name: str, width: int) -> str:
    """Cut the middle out of a name that is too long: names often differ only at their ends.

    Parameters
    ----------
    name
        Name, as `drawable` returns it.
    width
        Columns of text that there are; a wide character takes two.
    """
    if text_width(name) <= width:
        return name
    tail = _start(name[::-1], (width - 1) // 3)[::-1]
    head = _start(name, width - 1 - text_width(tail))
    # A backslash left alone would take the ellipsis for what it protects.
    return f"{head.rstrip().rstrip(chr(92))}…{tail.lstrip()}"


def _start(name: str, width: int) -> str:
    """As much of the start of a name as fits."""
    kept = name[:width]
    while text_width(kept) > width:
        kept = kept[:-1]
    return kept


@cache
def _fonts(families: tuple[str, ...]) -> tuple[FT2Font, ...]:
    return tuple(
        font_manager.get_font(font_manager.findfont(family, fallback_to_default=False))
        for family in families
    )


def _drawable(name: str, number: int) -> str:
    fonts = _fonts(tuple(font_families()))
    known = [any(font.get_char_index(ord(c)) for font in fonts) for c in name]
    text = "".join(c if ok else UNKNOWN for c, ok in zip(name, known, strict=True))
    # A pair of dollar signs would be read as a formula.
    text = text.replace("$", r"\$")
    return text if all(known) else f"{number}: {text}"
