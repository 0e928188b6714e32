"""The command export: the tables of a report as files."""

import argparse
from pathlib import Path

from recc_mc.cli.commands import spare, sweep
from recc_mc.cli.loading import leave_dask_arrays
from recc_mc.cli.text import show

__all__ = ["export"]


def export(args: argparse.Namespace) -> None:
    """Write the tables of the report of a result."""
    leave_dask_arrays()
    from recc_mc import export

    results = [Path(name) for name in args.results]
    sweep(results)
    ending = ".xlsx" if args.format == "xlsx" else ""
    beside = results[0].with_name(f"{results[0].stem}-tables{ending}")
    path = beside if args.to is None else Path(args.to)
    spare(path, results)
    written = export(results, path, format=args.format, groups=args.groups, overwrite=args.force)
    if not args.quiet:
        show(f"tables: {path if len(written) > 1 else written[0]}")
