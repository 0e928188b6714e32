"""What each command does; the functions of the package do the work."""

import argparse
import os
import secrets
import shlex
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_dask_arrays, leave_what_runs_spare
from recc_mc.cli.options import option_name, run_options, seed_option, shard_option
from recc_mc.cli.text import show
from recc_mc.errors import InputError, RunError, printable

if TYPE_CHECKING:
    from xarray import Dataset

    from recc_mc.results import Claim
    from recc_mc.simulation.assembly import Outcome
    from recc_mc.simulation.product import Product
    from recc_mc.simulation.setup import Request
    from recc_mc.study import Study
    from recc_mc.workers.placement import Placement

__all__ = [
    "check",
    "evaluate",
    "init",
    "merge",
    "placement_of",
    "produce_result",
    "read_study_of",
    "report",
    "result_file",
    "sayer",
    "sensitivity",
    "simulate",
    "spare",
    "sweep",
    "write_result",
]

RESULTS = Path("results")


def init(args: argparse.Namespace) -> None:
    """Write the case study as files to edit or as one workbook, or a study that is made up."""
    if args.seed is not None and args.synthetic is None:
        raise InputError("--seed: is of a synthetic study: expected --synthetic beside it")
    if args.synthetic is not None:
        study, *tables = _made_up(args)
    elif args.workbook:
        from recc_mc.workbook import write_template_book

        study, tables = write_template_book(args.directory), []
    else:
        from recc_mc.study.template import write_template

        study, *tables = write_template(args.directory)
    if not args.quiet:
        show("\n".join(f"written: {path}" for path in (study, *tables)))
        show(f"next:    {shlex.join(['recc-mc', 'check', str(study)])}")


def _made_up(args: argparse.Namespace) -> list[Path]:
    """Write a synthetic study."""
    from recc_mc.study.synthetic import SIZES, write_synthetic

    problems = []
    if args.synthetic not in SIZES:
        problems.append(f"--synthetic: must be {' or '.join(SIZES)}, got {args.synthetic}")
    seed = 1 if args.seed is None else seed_option(args.seed, problems)
    if problems:
        raise InputError(problems)
    return write_synthetic(args.directory, args.synthetic, seed)


def check(args: argparse.Namespace) -> None:
    """Read a study and show what was understood."""
    study = read_study_of(args)
    from recc_mc.errors import StudyWarning
    from recc_mc.study.description import describe
    from recc_mc.study.impossible import impossible_findings
    from recc_mc.study.reach import warn_of_draws

    warn_of_draws(study)
    for finding in impossible_findings(study):
        warnings.warn(f"{study.path}: {finding}", StudyWarning, stacklevel=2)
    if not args.quiet:
        show(describe(study))


def evaluate(args: argparse.Namespace) -> None:
    """Compute the deterministic index."""
    study = read_study_of(args)
    leave_what_runs_spare()
    from recc_mc import evaluate
    from recc_mc.cli.result_tables import evaluation_table
    from recc_mc.results import Claim

    under: dict[str, str] = {}
    if args.scenario is not None:
        from recc_mc.study.scenarios import chosen_scenarios

        under["scenario"] = args.scenario
        chosen_scenarios(study, [args.scenario], "--scenario")
        if args.output is None:
            # The result of the study holds the index as it is.
            with compilation_shown(args.quiet):
                baseline = evaluate(study, **under)
            if not args.quiet:
                show(evaluation_table(baseline))
            return
    with result_file(args, study) as path:
        claim = Claim.stake(path, study.digest, ["baseline"], overwrite=args.force)
        with compilation_shown(args.quiet):
            baseline = evaluate(study, **under)
        write_result(claim, study, args, {"baseline": baseline})
    if not args.quiet:
        show(evaluation_table(baseline))
        show(f"\nresult: {path}")


def simulate(args: argparse.Namespace) -> None:
    """Compute the index and its uncertainty."""
    options = run_options(args)
    shard = shard_option(args)
    found = produce_result(read_study_of(args), args, options, shard)
    if found is not None:
        _show(*found, args)


def produce_result(
    study: "Study",
    args: argparse.Namespace,
    options: Mapping[str, Any],
    shard: tuple[int, int] | None,
    **kind: "type[Product]",
) -> "tuple[Outcome, Path] | None":
    """Run a study to its result file.

    Parameters
    ----------
    study
        The study.
    args
        Parsed arguments.
    options
        As of `run_options`.
    shard
        As of `shard_option`.
    **kind
        What the run makes, if that is not what `recc_mc.simulate` makes.

    Returns
    -------
    tuple or None
        What the result has to show, and where it is; None of a shard, of which it is said.
    """
    leave_what_runs_spare()
    placement = placement_of(study, options)
    request = _request(options, args, shard)
    with result_file(args, study) as path:
        from recc_mc.simulation.runs import produce

        with compilation_shown(args.quiet):
            outcome = produce(
                study,
                path,
                request,
                placement=placement,
                progress=not args.quiet,
                say=sayer(args),
                command=args.invocation,
                stop=args.stop,
                **kind,
            )
    if outcome is not None:
        return outcome, path
    if not args.quiet:
        changes = [word for change in args.changes for word in ("--set", change)]
        merge = shlex.join(["recc-mc", "merge", args.study, *changes, "-o", str(path)])
        show(f"shard {args.shard} is done; when all are: {merge}")
    return None


def merge(args: argparse.Namespace) -> None:
    """Make the result of the runs that were computed in shards."""
    study = read_study_of(args)
    leave_what_runs_spare()
    with result_file(args, study) as path:
        from recc_mc.simulation.runs import merge
        from recc_mc.simulation.simulated import Simulated

        options = {"overwrite": args.force, "command": args.invocation, "stop": args.stop}
        kinds: list[type[Product]] = [Simulated]
        if study.scenarios.items:
            from recc_mc.simulation.scenarios import ScenarioRun

            kinds.append(ScenarioRun)
        # Where there are no parts at all, those of a simulation are missing.
        there = [kind for kind in kinds if os.path.isdir(kind.folder(path))] or kinds[:1]
        outcomes = [merge(study, path, kind=kind, **options) for kind in there]
    for kind, outcome in zip(there, outcomes, strict=True):
        if kind.command == "scenarios":
            from recc_mc.cli.scenarios import show_scenarios

            show_scenarios(outcome, path, args)
        else:
            _show(outcome, path, args)


def sensitivity(args: argparse.Namespace) -> None:
    """Find out which uncertain factors make the result vary."""
    options = run_options(args)
    study = read_study_of(args)
    if args.scenario is not None:
        from recc_mc.study.scenarios import chosen_scenarios

        chosen_scenarios(study, [args.scenario], "--scenario")
    leave_what_runs_spare()
    from recc_mc import evaluate
    from recc_mc.cli.sensitivity_table import sensitivity_table
    from recc_mc.results import Claim

    with result_file(args, study) as path:
        claim = Claim.stake(path, study.digest, ["sensitivity"], overwrite=args.force)
        with compilation_shown(args.quiet):
            parts = _parts(study, args, options)
            made = {"baseline": evaluate(study), "sensitivity": parts}
        write_result(claim, study, args, made)
    if not args.quiet:
        show(sensitivity_table(parts))
        show(f"\nresult: {path}")


def write_result(
    claim: "Claim", study: "Study", args: argparse.Namespace, made: Mapping[str, "Dataset"]
) -> None:
    """Write groups to the study's result, in which all others stay as they are."""
    from recc_mc.results import Encoding, write_groups

    output = study.settings.output
    try:
        with claim.held(made) as kept:
            encoding = Encoding(output.dtype, output.compression, frozenset(kept))
            groups = {**made, **kept}
            # What may be replaced was decided at the beginning, and has not changed since.
            write_groups(claim.path, groups, encoding, overwrite=True, command=args.invocation)
    except RunError as error:
        raise RunError(f"{error}; {_set_aside(claim, made, args)}") from error


def _set_aside(claim: "Claim", made: Mapping[str, Any], args: argparse.Namespace) -> str:
    """Keep what could not be written to the result in a file beside it; says where."""
    from recc_mc import save

    place = Path(claim.path)
    names = "-".join(claim.contested).replace("/", "_")
    aside = place.with_name(f"{place.stem}.{names}-{secrets.token_hex(4)}.nc")
    groups: dict[str, Any] = {}
    for path, data in made.items():
        name, _, below = path.partition("/")
        groups |= {name: {**groups.get(name, {}), below: data} if below else data}
    try:
        save(aside, command=args.invocation, **groups)
    except (InputError, RunError) as error:
        return f"what was computed could not be kept: {error}"
    return f"what was computed is kept in {aside}"


def report(args: argparse.Namespace) -> None:
    """Write the report of a result."""
    leave_dask_arrays()
    from recc_mc.report import write_report

    results = [Path(name) for name in args.results]
    sweep(results)
    path = results[0].with_suffix(".html") if args.output is None else Path(args.output)
    spare(path, results)
    written = write_report(
        results,
        path,
        overwrite=args.force,
        pictures=args.pictures,
        format=args.format,
        language=args.language,
    )
    if not args.quiet:
        show(f"report: {path}")
        if args.pictures is not None:
            show(f"pictures: {len(written) - 1} in {args.pictures}")


def sweep(results: Sequence[str | Path]) -> None:
    """Remove what commands that were killed have left beside results."""
    from recc_mc.results import sweep

    for result in results:
        sweep(result)


def spare(path: Path, sources: Sequence[Path]) -> None:
    """Refuse to write over what is read."""
    if any(_is_same(path, source) for source in sources):
        raise InputError(f"{path}: is read by this command and is not overwritten")


def _is_same(path: Path, source: Path) -> bool:
    try:
        return path.samefile(source)
    except OSError:
        # One of them is not there, or cannot be, as its name is too long.
        return False


def _parts(study: "Study", args: argparse.Namespace, options: Mapping[str, Any]) -> "Dataset":
    """Sensitivity by rows of its own or, where there are some already, by given draws."""
    names = ["samples", "seed", "scheduler"]
    if args.draws is None:
        from recc_mc import sensitivity

        names += ["replicates", "until", "chunk"]
        given = {name: options[name] for name in names}
        given |= {"information": args.information, "scenario": args.scenario}
        return sensitivity(study, method=args.method, progress=not args.quiet, **given)
    asked = [name for name in ("information", "scenario") if getattr(args, name)]
    if asked:
        raise InputError(
            f"--{name}: is not allowed beside --draws, which has it not" for name in asked
        )
    from recc_mc.salib import run_salib

    method = study.settings.sensitivity.method if args.method is None else args.method
    given = {name: options[name] for name in names}
    return run_salib(study, method, draws=args.draws, progress=not args.quiet, **given)


def _request(
    options: Mapping[str, Any], args: argparse.Namespace, shard: tuple[int, int] | None
) -> "Request":
    from recc_mc.parts.manifest import Asked
    from recc_mc.simulation.setup import Request, Shard

    return Request(
        Asked(**{name: options.get(name) for name in Asked._fields}),
        resume=args.resume,
        overwrite=args.force,
        shard=None if shard is None else Shard(*shard),
    )


def placement_of(study: "Study", options: Mapping[str, Any]) -> "Placement":
    """Where to compute; problems in the words of the command line."""
    from recc_mc.simulation.placing import place

    given = {
        name: options[name]
        for name in ("scheduler", "workers", "threads_per_worker", "memory_limit")
        if options[name] is not None
    }
    try:
        return place(study, **given)
    except InputError as error:
        keys = (problem.partition(":") for problem in error.problems)
        raise InputError(
            f"{option_name(key) if key in given else f'run.{key}'}:{rest}" for key, _, rest in keys
        ) from None


def sayer(args: argparse.Namespace) -> Callable[[str], None]:
    """What takes notes on a run for whoever waits for it."""
    return _ignore if args.quiet else _say


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


def _ignore(text: str) -> None:
    pass


def _show(outcome: "Outcome", path: Path, args: argparse.Namespace) -> None:
    from recc_mc.cli.result_tables import simulation_table

    if not args.quiet:
        show(simulation_table(*outcome))
        show(f"\nresult: {path}")


def read_study_of(args: argparse.Namespace) -> "Study":
    """Read the study, before the slower imports: they are not what a wrong study waits for."""
    from recc_mc.study.changes import parse_changes
    from recc_mc.study.loading import read_study

    return read_study(args.study, parse_changes(args.changes)).warned()


@contextmanager
def result_file(args: argparse.Namespace, study: "Study") -> Iterator[Path]:
    """Yield the file to write, in a folder that is gone again if nothing was written to it."""
    path = Path(args.output) if args.output is not None else RESULTS / f"{Path(args.study).stem}.nc"
    if any(_is_same(path, source) for source in _sources(study)):
        raise InputError(f"{path}: is a file of the study")
    created = args.output is None and _make_folder(path.parent)
    try:
        yield path
    except BaseException:
        if created:
            # A folder somebody else has meanwhile written to is not empty and stays.
            with suppress(OSError):
                path.parent.rmdir()
        raise


def _sources(study: "Study") -> list[Path]:
    tables = study.settings.study
    evidence = (each.table.file for each in study.evidence.values())
    names = (tables.panel, tables.indicators, tables.judgments, *evidence)
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
