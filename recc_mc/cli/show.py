"""The command show: what a result file holds."""

import argparse
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from recc_mc.cli import text
from recc_mc.cli.loading import leave_dask_arrays
from recc_mc.cli.text import UNDEFINED, grid, heading
from recc_mc.errors import InputError, text_width
from recc_mc.parts.folder import part_count, parts_folder
from recc_mc.results import load
from recc_mc.results.outputs import main_index
from recc_mc.results.reading import groups_of
from recc_mc.study.nouns import nouns_of

__all__ = ["contents_text", "group_text", "show"]

# A line that nobody can read is no table; a pipe has no width.
_LEAST_WIDTH, _PIPE_WIDTH = 60, 100
# Of variables by sample, so many samples are looked at.
SAMPLES_READ = 1_000
MOST_LABELS = 40
MOST_SCENARIOS = 12
_STUDIES = (".toml", ".xlsx")


def show(args: argparse.Namespace) -> None:
    """Print what a result holds, or one of its groups."""
    leave_dask_arrays()
    path = Path(args.result)
    check_is_result(path)
    width = max(_LEAST_WIDTH, shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns)
    with load(path) as tree:
        groups = groups_of(tree)
        if args.group is None:
            text.show(contents_text(path, groups, width))
            return
        chosen = args.group.strip("/")
        found = {k: v for k, v in groups.items() if k == chosen or k.startswith(f"{chosen}/")}
        if not found:
            held = ", ".join(groups)
            raise InputError(f"--group: {path} holds {held}, got {args.group}")
        text.show("\n\n".join(group_text(name, data, width) for name, data in found.items()))


def check_is_result(path: Path) -> None:
    """Tell what is no result yet, and what never will be, from what may be one.

    Raises
    ------
    InputError
        If the file is a study, or a run to it is not finished.
    """
    if path.suffix.lower() in _STUDIES:
        raise InputError(f"{path}: is a study, not a result; recc-mc check shows what it says")
    # A name that is too long is that of nothing, which reading says.
    for kind in ("", ".sweep", ".scenarios"):
        folder = parts_folder(f"{path}{kind}")
        if not os.path.exists(path) and os.path.isdir(folder):
            raise InputError(
                f"{path}: no such file yet: a run to it is not finished, {part_count(folder)} of "
                f"its parts are in {folder}; its command with --resume goes on"
            )
    if path.suffix == ".parts" and os.path.isdir(path):
        raise InputError(
            f"{path}: holds {part_count(path)} parts of a run that is not finished; the command "
            "that began it goes on with --resume"
        )


def contents_text(path: Path, groups: Mapping[str, xr.Dataset], width: int) -> str:
    """All groups of a result, with their variables, after what holds for all of them.

    Parameters
    ----------
    path
        Name of the file.
    groups
        Its groups.
    width
        Columns of the terminal.
    """
    blocks = [
        "\n".join(_fact(name, said, width) for name, said in _facts(path, groups)),
        f"{heading('dimensions')}\n{_dimensions(list(groups.values()), width)}",
    ]
    for name, data in groups.items():
        rows = [[str(v), _dims(a), _units(a), _meaning(a)] for v, a in data.data_vars.items()]
        header = ["variable", "dimensions", "units", "what it is"]
        blocks.append(f"{heading(_title(name, data))}\n{_cut(header, rows, width)}")
    return "\n\n".join([*blocks, f"Values of a group: recc-mc show {path} --group {name}"])


def _facts(path: Path, groups: Mapping[str, xr.Dataset]) -> Iterator[tuple[str, str]]:
    attrs: dict[object, object] = {}
    for data in groups.values():
        attrs = {**data.attrs, **attrs}
    yield "file", f"{path}, {_size(path.stat().st_size)}"
    yield "study", str(attrs.get("title", "not recorded"))
    yield "about", str(attrs.get("summary", "not recorded"))
    yield "groups", ", ".join(f"/{name}" for name in groups)
    drawn = {name: data for name, data in groups.items() if name != "baseline"}
    seeds = dict.fromkeys(
        str(data.attrs["seed"]) for data in drawn.values() if "seed" in data.attrs
    )
    yield "seed", ", ".join(seeds) or "none: nothing is drawn"
    amounts = {
        name: data.attrs["samples"] for name, data in drawn.items() if "samples" in data.attrs
    }
    if amounts:
        yield "samples", ", ".join(f"{int(n):,} in /{name}" for name, n in amounts.items())
    yield "software", str(attrs.get("source", "not recorded"))
    for line in str(attrs.get("history", "not recorded")).splitlines():
        yield "made by", line
    yield "digest", f"{attrs.get('study_digest', 'not recorded')} (SHA-256 of the study)"


def _fact(name: str, said: str, width: int) -> str:
    return f"  {name:<9} {_shortened(said, width - 12)}"


def _title(name: str, data: xr.Dataset) -> str:
    return f"/{name}: {len(data.data_vars)} variables, {_size(data.nbytes)} in memory"


def _dimensions(groups: Sequence[xr.Dataset], width: int) -> str:
    """Dimensions with their lengths and labels."""
    sizes: dict[str, dict[int, str]] = {}
    for data in groups:
        for dim, length in data.sizes.items():
            labels = _labels(data[dim]) if dim in data.coords else "without labels"
            sizes.setdefault(str(dim), {}).setdefault(length, labels)
    rows = [
        [dim, f"{length:,}", labels]
        for dim, found in sizes.items()
        for length, labels in found.items()
    ]
    return _cut(["dimension", "length", "labels"], rows, width, "<><")


def _labels(labels: xr.DataArray) -> str:
    values = labels.values.tolist()
    steps = set(np.diff(values).tolist()) if labels.dtype.kind in "iu" else set()
    if len(values) > 2 and steps == {1}:
        return f"{values[0]} to {values[-1]}"
    return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values[:MOST_LABELS])


def group_text(name: str, data: xr.Dataset, width: int) -> str:
    """One group of a result: its variables with what their values are like, and some of them.

    Parameters
    ----------
    name, data
        The group.
    width
        Columns of the terminal.
    """
    read = data
    note = ""
    if data.sizes.get("sample", 0) > SAMPLES_READ:
        read = data.isel(sample=slice(SAMPLES_READ))
        note = f"\n  Values of the first {SAMPLES_READ:,} of {data.sizes['sample']:,} samples."
    rows = [
        [str(v), _units(array), _values(array), _meaning(array)]
        for v, array in read.data_vars.items()
    ]
    head = [heading(_title(name, data)), *text.variation_lines(data.attrs)]
    blocks = [
        "\n".join(head),
        _dimensions([data], width),
        f"{_cut(['variable', 'units', 'values', 'what it is'], rows, width)}{note}",
        *_cells(data, width),
    ]
    return "\n\n".join(blocks)


def _values(array: xr.DataArray) -> str:
    """Range of numbers, and the commonest of classes and texts."""
    values = array.values.ravel()
    if array.dtype.kind not in "iuf":
        return ", ".join(dict.fromkeys(map(str, values[:3].tolist())))
    if "flag_meanings" in array.attrs:
        codes = np.atleast_1d(array.attrs["flag_values"]).tolist()
        names = dict(zip(codes, str(array.attrs["flag_meanings"]).split(), strict=True))
        found, counts = np.unique(values, return_counts=True)
        most = np.argsort(-counts, kind="stable")[:2]
        return ", ".join(f"{names.get(found[k], 'undefined')} {counts[k]}" for k in most)
    fill = array.encoding.get("_FillValue")
    absent = np.isnan(values) if array.dtype.kind == "f" else values == fill
    present = values[~absent]
    if not present.size:
        return "undefined" if values.size else UNDEFINED
    low, high = (_number(float(bound)) for bound in (present.min(), present.max()))
    several = low if low == high else f"{low} to {high}"
    return f"{several}; {absent.sum():,} undefined" if absent.any() else several


def _cells(data: xr.Dataset, width: int) -> Iterator[str]:
    """Values by mine in the last year, of as many variables as fit; else by another dimension."""
    if "scenario" not in data.dims:
        yield from _cells_of(data, width)
        return
    for name in data["scenario"].values[:MOST_SCENARIOS].tolist():
        yield from _cells_of(data.sel(scenario=name), width, f"{name}, ")
    more = data.sizes["scenario"] - MOST_SCENARIOS
    if more > 0:
        yield f"and {more:,} more scenarios"


def _cells_of(data: xr.Dataset, width: int, whose: str = "") -> Iterator[str]:
    last = data.isel(year=-1) if "year" in data.dims else data
    by: dict[str, list[str]] = {}
    for name, array in last.data_vars.items():
        if array.ndim == 1 and array.dtype.kind == "f" and not str(name).endswith("_error"):
            by.setdefault(str(array.dims[0]), []).append(str(name))
    if not by:
        return
    dim = "mine" if "mine" in by else max(by, key=lambda one: last.sizes[one])
    # Of S, P and C, what the result is about comes first.
    names = sorted(by[dim], key=lambda name: not name.startswith(main_index(data)))
    labels = [str(label) for label in last[dim].values[:MOST_LABELS].tolist()]
    columns, used = [[dim, *labels]], 4 + max(text_width(word) for word in [dim, *labels])
    for name in names:
        column = [name, *(_number(value) for value in last[name].values[:MOST_LABELS].tolist())]
        used += 2 + max(map(text_width, column))
        if used > width:
            break
        columns.append(column)
    head, *rows = (list(row) for row in zip(*columns, strict=True))
    over = nouns_of(data.attrs).one if dim == "mine" else dim.replace("_", " ")
    when = f", {int(last['year'])}" if "year" in data.dims else ""
    more = last.sizes[dim] - len(labels)
    title = heading(f"{whose}by {over}{when}")
    yield f"{title}\n{grid(head, rows, '<' + '>' * (len(head) - 1))}" + (
        f"\n  and {more:,} more" if more > 0 else ""
    )


def _dims(array: xr.DataArray) -> str:
    return ", ".join(map(str, array.dims)) or UNDEFINED


def _units(array: xr.DataArray) -> str:
    return str(array.attrs.get("units", UNDEFINED))


def _meaning(array: xr.DataArray) -> str:
    return str(array.attrs.get("long_name", ""))


def _number(value: float) -> str:
    return UNDEFINED if np.isnan(value) else f"{value:.4g}"


def _size(count: float) -> str:
    if count < 1000:
        return f"{count:.0f} bytes"
    for unit in ("kB", "MB"):
        count /= 1000
        if count < 1000:
            return f"{count:.1f} {unit}"
    return f"{count / 1000:.1f} GB"


def _cut(header: list[str], rows: list[list[str]], width: int, align: str = "<<<<") -> str:
    """Columns of a table whose last one takes what is left of the width."""
    before = [max(text_width(row[k]) for row in (header, *rows)) for k in range(len(header) - 1)]
    # A column that is too wide for its table takes no more than a third of it.
    most = [min(size, width // 3) for size in before]
    left = max(8, width - sum(most) - 2 * len(header))
    sizes = [*most, left]
    cut = [[_shortened(c, n) for c, n in zip(row, sizes, strict=True)] for row in (header, *rows)]
    return grid(cut[0], cut[1:], align)


def _shortened(said: str, width: int) -> str:
    """Text on one line that is no wider than there is room."""
    line = " ".join(said.split())
    if text_width(line) <= width:
        return line
    while text_width(line) > width - 3:
        line = line[:-1]
    return f"{line}..."
