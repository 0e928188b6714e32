"""The command sweep, and its table: who is first and who is overloaded at each point."""

import argparse
from collections.abc import Iterator

import numpy as np
import xarray as xr

from recc_mc.cli import commands
from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_what_runs_spare
from recc_mc.cli.options import run_options
from recc_mc.cli.text import grid, heading, number, show
from recc_mc.labels.swept import swept_dims
from recc_mc.results import Claim
from recc_mc.sampling.evaluate import evaluate
from recc_mc.study.nouns import nouns_of
from recc_mc.sweeps.axes import axes_of, parse_vary
from recc_mc.sweeps.kept import may_replace
from recc_mc.sweeps.produce import produce_sweep

__all__ = ["sweep", "sweep_table"]

# More fits on no screen and stays in the dataset.
MOST_POINTS, MOST_MINES = 40, 6


def sweep(args: argparse.Namespace) -> None:
    """Compute statistics at many values of settings."""
    options = run_options(args)
    axes = axes_of(parse_vary(args.vary), "--vary")
    outputs = None if args.outputs is None else args.outputs.split(",")
    study = commands.read_study_of(args)
    leave_what_runs_spare()
    placement = commands.placement_of(study, options)
    with commands.result_file(args, study) as path:
        overwrite = args.force or (args.resume and may_replace(path))
        claim = Claim.stake(path, study.digest, ["sweep"], overwrite=overwrite)

        def write(swept: xr.Dataset) -> None:
            made = {"baseline": evaluate(study), "sweep": swept}
            commands.write_result(claim, study, args, made)

        with compilation_shown(args.quiet):
            swept = produce_sweep(
                study,
                axes,
                path,
                asked={**options, "outputs": outputs},
                placement=placement,
                resume=args.resume,
                overwrite=args.force,
                write=write,
                progress=not args.quiet,
                say=commands.sayer(args),
                stop=args.stop,
            )
    if not args.quiet:
        show(sweep_table(swept))
        show(f"\nresult: {path}")


def sweep_table(swept: xr.Dataset) -> str:
    """Points of a sweep as text.

    Parameters
    ----------
    swept
        Group ``sweep`` of a result.

    Returns
    -------
    str
        For each point the mine that is most often the most loaded one of the last year, and the
        probabilities of overload.
    """
    dims = swept_dims(swept)
    last = swept.isel(year=-1)
    keys = [str(swept[dim].attrs["key"]) for dim in dims]
    points = list(np.ndindex(*(swept.sizes[dim] for dim in dims)))
    mines = list(map(str, swept["mine"].values[:MOST_MINES]))
    mines = mines if "overload_probability" in swept else []
    has_first = "rank_probability" in swept
    header = [*dims, *(["most often first", "in"] if has_first else []), *mines]
    rows = []
    for at in points[:MOST_POINTS]:
        one = last.isel(dict(zip(dims, at, strict=True)))
        rows.append([*(_value(one[dim]) for dim in dims), *_first(one), *_loads(one, mines)])
    title = f"{len(points)} points, {int(last['year'])}, {int(swept.attrs['samples']):,} samples"
    lines = [heading(f"{title}, seed {int(swept.attrs['seed'])}")]
    lines.append(f"varied: {', '.join(keys)} (common random numbers)")
    if len(mines):
        lines.append(f"under the {nouns_of(swept.attrs).many}: probability of overload, C >= 1")
    align = ">" * len(dims) + ("<>" if has_first else "") + ">" * len(mines)
    lines.append(grid(header, rows, align))
    if len(points) > len(rows):
        lines.append(f"... and {len(points) - len(rows)} more points in the result")
    if len(mines) and len(swept["mine"]) > len(mines):
        more = f"{len(swept['mine']) - len(mines)} more {nouns_of(swept.attrs).many}"
        lines.append(f"... and {more} in the result")
    return "\n".join(lines)


def _value(coordinate: xr.DataArray) -> str:
    value = coordinate.values.item()
    return value if isinstance(value, str) else f"{value:g}"


def _first(point: xr.Dataset) -> Iterator[str]:
    if "rank_probability" not in point:
        return
    share = point["rank_probability"].sel(rank_position=1).values
    if np.isnan(share).all():
        yield from ("undefined", "-")
        return
    best = int(np.nanargmax(share))
    yield str(point["mine"].values[best])
    yield f"{100 * share[best]:.1f} %"


def _loads(point: xr.Dataset, mines: list[str]) -> Iterator[str]:
    for mine in mines:
        share = float(point["overload_probability"].sel(mine=mine))
        yield number(share, 3)
