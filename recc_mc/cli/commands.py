"""What each command does; the functions of the package do the work."""

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from recc_mc.cli.options import run_options
from recc_mc.errors import InputError

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = ["check", "evaluate", "init", "simulate"]

RESULTS = Path("results")


def init(args: argparse.Namespace) -> None:
    """Write the case study as files to edit."""
    from recc_mc.study.template import write_template

    study, *tables = write_template(args.directory)
    if not args.quiet:
        print(*(f"written: {path}" for path in (study, *tables)), sep="\n")
        print(f"next:    {shlex.join(['recc-mc', 'check', str(study)])}")


def check(args: argparse.Namespace) -> None:
    """Read a study and show what was understood."""
    study = _study(args)
    from recc_mc.study.description import describe

    if not args.quiet:
        print(describe(study))


def evaluate(args: argparse.Namespace) -> None:
    """Compute the deterministic index."""
    study = _study(args)
    from recc_mc import evaluate, save
    from recc_mc.cli.tables import evaluation_table

    with _result_file(args, study) as path:
        baseline = evaluate(study)
        save(path, baseline=baseline, overwrite=args.force, command=args.invocation)
    if not args.quiet:
        print(evaluation_table(baseline))
        print(f"\nresult: {path}")


def simulate(args: argparse.Namespace) -> None:
    """Compute the index and its uncertainty."""
    options = run_options(args)
    study = _study(args)
    from recc_mc import evaluate, save, simulate, summarize
    from recc_mc.cli.tables import simulation_table

    with _result_file(args, study) as path:
        baseline = evaluate(study)
        samples = simulate(study, **options, progress=not args.quiet)
        summary = summarize(samples)
        save(
            path,
            baseline=baseline,
            samples=samples,
            summary=summary,
            overwrite=args.force,
            dtype=study.settings.output.dtype,
            compression=study.settings.output.compression,
            command=args.invocation,
        )
    if not args.quiet:
        print(simulation_table(baseline, samples, summary))
        print(f"\nresult: {path}")


def _study(args: argparse.Namespace) -> "Study":
    """Read the study, before the slower imports: they are not what a wrong study waits for."""
    from recc_mc import load_study

    return load_study(args.study)


@contextmanager
def _result_file(args: argparse.Namespace, study: "Study") -> Iterator[Path]:
    """Yield the file to write; that it can be written is known before anything is computed."""
    from recc_mc.results import check_target

    path = Path(args.output) if args.output is not None else RESULTS / f"{Path(args.study).stem}.nc"
    if any(path.exists() and path.samefile(source) for source in _sources(study)):
        raise InputError(f"{path}: is a file of the study")
    created = args.output is None and _make_folder(path.parent)
    try:
        check_target(path, overwrite=args.force)
        yield path
    except BaseException:
        if created:
            # A folder somebody else has meanwhile written to is not empty and stays.
            with suppress(OSError):
                path.parent.rmdir()
        raise


def _sources(study: "Study") -> list[Path]:
    tables = study.settings.study
    names = (tables.panel, tables.indicators, tables.judgments)
    return [study.path, *(study.path.parent / name for name in names if name)]


def _make_folder(folder: Path) -> bool:
    """Make a folder; whether there was none before."""
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    return True
