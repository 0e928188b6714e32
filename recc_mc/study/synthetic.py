"""Standing studies of three sizes, of places that do not exist: the same bytes from a seed."""

import csv
import io
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.arguments import SEEDS, whole
from recc_mc.study.folder import write_files
from recc_mc.study.synthetic_panel import Series, Words, series_values
from recc_mc.study.toml_text import toml_text
from recc_mc.study.wording import shown

__all__ = ["GENERATOR", "SIZES", "Size", "synthetic_files", "write_synthetic"]

GENERATOR = 1
"""Number of the recipe: whoever changes a byte of what it makes counts on."""

LAST_YEAR = 2020
_TEMPLATES = Path(__file__).parent / "templates"
# How many steps of Saaty's scale an item is ahead of others is below it: whatever is drawn, the
# consistency ratio stays below 0.1.
SCORES = 4
# Streams of random numbers; those of the indicators follow.
_JUDGED, _DEVELOPED, _INDICATORS = range(3)

Row = Mapping[str, str]


class Size(NamedTuple):
    """Size of a study.

    Parameters
    ----------
    number
        How many places there are.
    years
        Years of each, up to 2020.
    place, places
        What one and several are called.
    keep
        What a simulation keeps of its draws.
    """

    number: int
    years: int
    place: str
    places: str
    keep: str

    @property
    def span(self) -> range:
        """The years."""
        return range(LAST_YEAR + 1 - self.years, LAST_YEAR + 1)


SIZES = {
    "province": Size(31, 10, "province", "provinces", "samples"),
    "county": Size(2800, 10, "county", "counties", "summary"),
    "nation": Size(2800, 20, "county", "counties", "summary"),
}
"""The standing sizes, by name."""


def write_synthetic(directory: str | os.PathLike[str], size: str, seed: int = 1) -> list[Path]:
    """Write a synthetic study as files.

    Parameters
    ----------
    directory
        Where to write it; made if it does not exist.
    size, seed
        As of `synthetic_files`.

    Returns
    -------
    list of Path
        The files written, the study file first.

    Raises
    ------
    InputError
        If size or seed are not allowed, one of the files exists, or the directory cannot be
        written. Nothing is left behind.
    """
    return write_files(directory, synthetic_files(size, seed))


def synthetic_files(size: str, seed: int = 1) -> dict[str, bytes]:
    """Files of a synthetic study by name, the same bytes on every machine.

    Parameters
    ----------
    size
        Name of a size: province (31 x 10 objects), county (2,800 x 10) or nation (2,800 x 20).
    seed
        Seed of all values and judgments.

    Raises
    ------
    InputError
        If size or seed are not allowed.
    """
    problems = []
    if size not in tuple(SIZES):
        problems.append(f"size: must be {' or '.join(SIZES)}, got {shown(size)}")
    seed = whole(problems, "seed", seed, 0, SEEDS - 1)
    if problems:
        raise InputError(problems)
    rows = list(csv.DictReader(io.StringIO(_template("synthetic.csv"))))
    texts = {
        "study.toml": _study(size, seed),
        "panel.csv": _panel(SIZES[size], rows, seed),
        "indicators.csv": _csv(_indicators(rows)),
        "judgments.toml": _judgments(rows, seed),
    }
    return {name: text.encode() for name, text in texts.items()}


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _csv(rows: Iterator[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _study(size: str, seed: int) -> str:
    shape = SIZES[size]
    words = {
        "number": f"{shape.number:,}",
        "places": shape.places,
        "place": shape.place,
        "first": shape.span[0],
        "last": shape.span[-1],
        "size": size,
        "seed": seed,
        "generator": GENERATOR,
        "keep": shape.keep,
    }
    text = _template("synthetic.toml")
    for name, word in words.items():
        text = text.replace(f"@{name}@", str(word))
    return text


def _panel(shape: Size, rows: Sequence[Row], seed: int) -> str:
    developed = Words(seed, _DEVELOPED).normals(shape.number)
    columns = []
    for stream, row in enumerate(rows, _INDICATORS):
        values = series_values(_series(row), developed, shape.years, Words(seed, stream))
        columns.append([f"{value:.{row['digits']}f}" for value in values.ravel().tolist()])
    digits = len(str(shape.number))
    places = (f"{shape.place} {k + 1:0{digits}}" for k in range(shape.number))
    objects = ((place, year) for place in places for year in shape.span)
    header = ["mine", "year", *(row["indicator"] for row in rows)]

    def lines() -> Iterator[Sequence[object]]:
        yield header
        for (place, year), *values in zip(objects, *columns, strict=True):
            yield place, year, *values

    return _csv(lines())


def _series(row: Row) -> Series:
    given = {name: float(row[name]) for name in Series._fields if row[name]}
    return Series(**{"most": math.inf, **given})


def _indicators(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    names = ["indicator", "system", "criterion", "direction", "units", "long_name"]
    yield names
    for row in rows:
        yield [row[name] for name in names]


def _judgments(rows: Sequence[Row], seed: int) -> str:
    """A matrix for each node: of two items the one with the larger score is as many steps ahead."""
    nodes: dict[str, list[str]] = {}
    for system in dict.fromkeys(row["system"] for row in rows):
        own = [row["criterion"] for row in rows if row["system"] == system]
        nodes[system] = list(dict.fromkeys(own))
    for row in rows:
        nodes.setdefault(row["criterion"], []).append(row["indicator"])
    words = Words(seed, _JUDGED)
    matrices = []
    for name, items in nodes.items():
        scores = words.integers(len(items), SCORES)
        upper = [
            [_judgment(score - other) for other in scores[k + 1 :]]
            for k, score in enumerate(scores[:-1])
        ]
        matrices.append({"name": name, "items": items, "upper": upper})
    return "# Synthetic: judgments that nobody gave.\n" + toml_text({"matrix": matrices})


def _judgment(steps: int) -> int | str:
    return 1 + steps if steps >= 0 else f"1/{1 - steps}"
