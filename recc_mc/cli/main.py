"""The program: its options, its exit codes, and what it says when something is wrong.

Nothing here or in the command modules imports numba, dask, xarray or pydantic before a command
needs it, so that ``--help`` and usage errors answer at once.
"""

import argparse
import gc
import io
import os
import shlex
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

from recc_mc.cli import commands
from recc_mc.cli.options import KEEPS
from recc_mc.errors import InputError, ReccError, RunError, StudyWarning, printable, sentence_of
from recc_mc.machine.stopping import (
    STOPPED,
    RunStopped,
    is_work_left,
    stopping,
)

__all__ = ["main", "make_parser"]

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
# The code a shell gives a program that ends because nobody reads its output any more.
BROKEN_PIPE = 141
_OBJECTS_BETWEEN_COLLECTIONS = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process if None.

    Returns
    -------
    int
        Exit code: 0 done, 1 the run failed, 2 wrong usage or bad input, 75 stopped and to be
        continued, 130 interrupted.
    """
    # Loading modules makes hundreds of thousands of objects, none of them garbage: to look for it
    # again and again takes a sixth of the time. Arrays go without it.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    argv = sys.argv[1:] if argv is None else argv
    args = make_parser().parse_args(argv)
    args.invocation = shlex.join(["recc-mc", *argv])
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a mine's name is no reason to fail after a long run.
        sys.stdout.reconfigure(errors="backslashreplace")
    with stopping() as args.stop:
        args.stop.last_words.append(lambda: _how_to_go_on(args))
        code = _run(args)
        if is_work_left():
            # Python would wait for threads whose kernels nothing can stop.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return code


def _run(args: argparse.Namespace) -> int:
    """Run a command that was parsed, and explain its errors."""
    try:
        with _warnings_once():
            args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (Exception, KeyboardInterrupt, RunStopped) as error:
        if args.debug:
            traceback.print_exception(error)
        if isinstance(error, Exception) and not isinstance(error, ReccError) and args.stop.asked:
            # Where a library calls back from C it swallows the stop, and fails in its own way.
            error = RunStopped("stopped")
        code, messages = _explanation(error, args)
        for message in messages:
            print(f"error: {printable(message)}", file=sys.stderr)
        return code
    return DONE


def _how_to_go_on(args: argparse.Namespace) -> str:
    """The command that continues what was stopped, or begins it again."""
    # Started over by force, the run would lose what is kept.
    words = [word for word in shlex.split(args.invocation) if word != "--force"]
    if args.command in ("simulate", "scenarios", "sweep"):
        if getattr(args, "shard", None) is None and not args.resume:
            words.append("--resume")
    elif args.command != "merge":
        return f"; to begin again: {args.invocation}"
    return f"; to continue: {shlex.join(words)}"


def _explanation(error: BaseException, args: argparse.Namespace) -> tuple[int, Sequence[str]]:
    """Exit code, and what to tell the user."""
    match error:
        case InputError():
            return WRONG_INPUT, error.lines
        case RunStopped():
            return STOPPED, [f"{error}{_how_to_go_on(args)}"]
        case RunError():
            return FAILED, error.lines
        case KeyboardInterrupt():
            return INTERRUPTED, ["interrupted; nothing was written"]
        case MemoryError():
            return FAILED, ["out of memory; fewer --samples or a smaller --chunk need less"]
    kind = type(error).__name__
    advice = "this is a defect of recc-mc, please report it with the output of --debug"
    return FAILED, [f"{kind}: {error}; {advice}"]


@contextmanager
def _warnings_once() -> Iterator[None]:
    """Print a warning about the study as one line, and each line once."""
    said: set[str] = set()

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, StudyWarning):
            standard(message, category, *where, **more)
        elif str(message) not in said:
            said.add(str(message))
            print(f"warning: {printable(str(message))}", file=sys.stderr)

    with warnings.catch_warnings():
        standard = warnings.showwarning
        warnings.simplefilter("always", StudyWarning)
        warnings.showwarning = show
        yield


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from recc_mc.cli.version import version_text

        print(version_text())
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """Parser whose complaints repeat no more of an argument, and no other letters, than is safe."""

    def error(self, message: str) -> NoReturn:
        super().error(sentence_of(message))


def make_parser() -> argparse.ArgumentParser:
    """All commands and options."""
    parser = _Parser(
        prog="recc-mc",
        description="Monte Carlo uncertainty of resource and environmental carrying capacity "
        "(RECC) indices.",
        epilog="'recc-mc COMMAND --help' explains a command; 'recc-mc init DIR' is a good start.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action=_Version,
        nargs=0,
        help="print the versions, and where compiled kernels are kept",
    )
    actions = parser.add_subparsers(title="commands", dest="command", required=True)
    _add_init(actions)
    _add_import(actions)
    _add_check(actions)
    _add_evaluate(actions)
    _add_simulate(actions)
    _add_scenarios(actions)
    _add_merge(actions)
    _add_sensitivity(actions)
    _add_sweep(actions)
    _add_tolerance(actions)
    _add_assumptions(actions)
    _add_target(actions)
    _add_report(actions)
    _add_export(actions)
    _add_show(actions)
    _add_explore(actions)
    _add_compare(actions)
    _add_evidence(actions)
    _add_completion(actions)
    return parser


def _add_init(actions: Any) -> None:
    text = "write a complete study to start from: the case study, as files to edit"
    command = _add_command(actions, "init", commands.init, text)
    command.add_argument("directory", metavar="DIR", help="folder to write to")
    kind = command.add_mutually_exclusive_group()
    kind.add_argument(
        "--workbook", action="store_true", help="one workbook that holds the whole study"
    )
    kind.add_argument(
        "--synthetic",
        metavar="SIZE",
        help="not the case study but one that is made up, the same bytes everywhere, to test and "
        "to cite: province (31 places, 10 years), county (2,800, 10) or nation (2,800, 20)",
    )
    command.add_argument("--seed", metavar="N", help="of a synthetic study (default: 1)")


def _add_import(actions: Any) -> None:
    text = "make a study of what there is: yearbook tables, tables of indicators, experts' matrices"
    command = _add_command(actions, "import", _later("importing"), text)
    command.add_argument(
        "files", metavar="FILE", nargs="+", help="spreadsheet (.xlsx) or text file (.csv)"
    )
    command.add_argument(
        "-o", "--output", metavar="DIR", default="study", help="folder to write to (default: study)"
    )


def _add_check(actions: Any) -> None:
    text = "read a study, report everything that is wrong with it, and show what was understood"
    command = _add_command(actions, "check", commands.check, text)
    _add_study(command)


def _add_evaluate(actions: Any) -> None:
    text = "compute the deterministic index"
    command = _add_command(actions, "evaluate", commands.evaluate, text)
    _add_study(command)
    command.add_argument(
        "--scenario",
        metavar="NAME",
        help="under this scenario, draws at their medians; written only to the file of -o",
    )
    _add_output(command)


def _add_simulate(actions: Any) -> None:
    text = "compute the index and its uncertainty by Monte Carlo simulation"
    command = _add_command(actions, "simulate", commands.simulate, text)
    _add_study(command)
    _add_large_run(command)


def _add_scenarios(actions: Any) -> None:
    text = "find out what the scenarios of a study would change, with the same draws"
    command = _add_command(actions, "scenarios", _later("scenarios"), text)
    _add_study(command)
    command.add_argument(
        "--only", metavar="NAME", action="append", help="this scenario; may come several times"
    )
    _add_large_run(command)


def _add_large_run(command: argparse.ArgumentParser) -> None:
    """Options of a run that may be continued and shared out."""
    output = _add_output(command)
    output.add_argument(
        "--resume", action="store_true", help="continue a run that ended before it was complete"
    )
    run = command.add_argument_group("in place of what the study says")
    run.add_argument("--samples", metavar="N", help="number of Monte Carlo samples")
    run.add_argument("--seed", metavar="N", help="seed of the random numbers")
    run.add_argument("--keep", metavar="WHAT", help=" or ".join(KEEPS))
    run.add_argument("--chunk", metavar="N", help="samples per task; never changes a result")
    run.add_argument(
        "--scheduler",
        metavar="NAME",
        help="threads, processes, synchronous, tcp://HOST:PORT, scheduler-file:PATH or slurm",
    )
    run.add_argument("--workers", metavar="N", help="how many threads, processes or SLURM workers")
    run.add_argument(
        "--threads-per-worker", metavar="N", help="tasks that a process runs at a time"
    )
    run.add_argument("--memory-limit", metavar="SIZE", help='of a process, such as "4 GiB"')
    more = command.add_argument_group("large runs")
    more.add_argument(
        "--until",
        metavar="ERROR",
        help="stop before --samples once the standard error of every probability is below this",
    )
    more.add_argument(
        "--shard",
        metavar="I/N",
        help="compute the I-th of N shares and write no result; recc-mc merge does when all are "
        "there",
    )


def _add_merge(actions: Any) -> None:
    text = "make the result of a run that was computed in shards"
    command = _add_command(actions, "merge", commands.merge, text)
    _add_study(command)
    _add_output(command)


def _add_sensitivity(actions: Any) -> None:
    text = "find out which uncertain factors make the result vary"
    command = _add_command(actions, "sensitivity", commands.sensitivity, text)
    _add_study(command)
    _add_output(command)
    run = command.add_argument_group("in place of what the study says")
    run.add_argument(
        "--method",
        metavar="NAME",
        help="sobol, morris, fast, rbd_fast, delta, pawn, hdmr or shapley",
    )
    run.add_argument("--samples", metavar="N", help="rows, as the method counts them")
    run.add_argument("--replicates", metavar="N", help="independent repetitions (sobol)")
    run.add_argument("--seed", metavar="N", help="seed of the random numbers")
    run.add_argument("--chunk", metavar="N", help="rows per task; never changes a result")
    run.add_argument("--scheduler", metavar="NAME", help="as of recc-mc simulate")
    more = command.add_argument_group("rows")
    more.add_argument(
        "--until",
        metavar="WIDTH",
        help="add replicates until no total-order index is wider than this on either side (sobol)",
    )
    more.add_argument(
        "--scenario",
        metavar="NAME",
        help="of this scenario of the study, whose random numbers are factors, too (sobol)",
    )
    more.add_argument(
        "--information",
        action="store_true",
        default=None,
        help="find, too, which factor is most worth knowing: for naming the most loaded mine, and "
        "for each verdict on overload (sobol); takes several times as long, which is said first",
    )
    more.add_argument(
        "--draws",
        metavar="FILE.nc",
        help="use the samples of this result of the same study (rbd_fast, delta, pawn, hdmr)",
    )
    command.set_defaults(keep=None, memory_limit=None)


def _add_sweep(actions: Any) -> None:
    text = "compute the index and its uncertainty at many values of settings, with the same draws"
    command = _add_command(actions, "sweep", _later("sweep"), text)
    _add_study(command)
    command.add_argument(
        "--vary",
        metavar="KEY=V1,V2,...",
        action="append",
        required=True,
        help="values of a setting, such as uncertainty.data.cv=0.01,0.05:0.3:0.05; several make a "
        "full grid",
    )
    output = _add_output(command)
    output.add_argument(
        "--resume", action="store_true", help="continue a sweep that ended before it was complete"
    )
    run = _add_run(command)
    run.add_argument("--workers", metavar="N", help="how many threads, processes or SLURM workers")
    run.add_argument(
        "--threads-per-worker", metavar="N", help="tasks that a process runs at a time"
    )
    run.add_argument("--memory-limit", metavar="SIZE", help='of a process, such as "4 GiB"')
    run.add_argument(
        "--outputs", metavar="NAME,...", help="variables of the summary, in place of a useful few"
    )
    command.set_defaults(keep=None, until=None)


def _add_tolerance(actions: Any) -> None:
    text = "find out how large errors may be before the conclusions of the baseline cease to hold"
    command = _add_command(actions, "tolerance", _later("tolerance"), text)
    _add_study(command)
    _add_output(command)
    run = _add_run(command)
    run.add_argument("--year", metavar="YEAR", help="year of the conclusions (default: the last)")
    run.add_argument(
        "--level",
        metavar="P",
        default="0.95",
        help="share of the draws in which a conclusion has to hold (default: 0.95)",
    )
    run.add_argument(
        "--others",
        action="store_true",
        help="leave what else the study holds uncertain as it is, in place of exact",
    )
    command.set_defaults(keep=None, until=None, memory_limit=None)


def _add_assumptions(actions: Any) -> None:
    text = "find out what each assumption of a study does to its verdict, by dropping it"
    command = _add_command(actions, "assumptions", _later("assumptions"), text)
    _add_study(command)
    _add_output(command)
    _add_run(command)
    command.set_defaults(keep=None, until=None, memory_limit=None)


def _add_target(actions: Any) -> None:
    text = "find out what it would take for a mine to reach a goal: the smallest sufficient change"
    command = _add_command(actions, "target", _later("target"), text)
    _add_study(command)
    _add_output(command)
    asked = command.add_argument_group("what is asked")
    asked.add_argument(
        "--mine",
        metavar="NAME",
        help='the mine, or "all" (default: the tables [[target]] of the study)',
    )
    asked.add_argument("--year", metavar="YEAR", help="year of the goal (default: the last)")
    goal = asked.add_mutually_exclusive_group()
    goal.add_argument("--below", metavar="C", help="what C is to be below (default: 1)")
    goal.add_argument("--zone", metavar="NAME", help="coupling zone to reach, or a better one")
    goal.add_argument("--grade", metavar="NAME", help="grade to reach, I to IX, or a lower one")
    goal.add_argument("--rank", metavar="N", help="rank to fall to: 2 is not the most loaded")
    asked.add_argument(
        "--probability", metavar="P", help="share of the draws that is to reach it (default: 0.9)"
    )
    asked.add_argument(
        "--indicators",
        metavar="NAME,...",
        help="what is changed (default: the five largest of the pressure, and of what hinders the "
        "support)",
    )
    asked.add_argument("--max", metavar="T", help="largest relative change (default: 1)")
    asked.add_argument(
        "--extrapolate", action="store_true", help="support beyond the best value observed counts"
    )
    asked.add_argument(
        "--keep-changes", action="store_true", help="keep the smallest change of every draw"
    )
    _add_run(command)
    command.set_defaults(keep=None, until=None, memory_limit=None)


def _add_run(command: argparse.ArgumentParser) -> Any:
    """Options of a run that is no more than that."""
    run = command.add_argument_group("in place of what the study says")
    run.add_argument("--samples", metavar="N", help="number of Monte Carlo samples")
    run.add_argument("--seed", metavar="N", help="seed of the random numbers")
    run.add_argument("--chunk", metavar="N", help="samples per task; never changes a result")
    run.add_argument("--scheduler", metavar="NAME", help="as of recc-mc simulate")
    return run


def _add_report(actions: Any) -> None:
    text = "write a report to look at: findings in words, pictures and their numbers, provenance"
    command = _add_command(actions, "report", commands.report, text)
    command.add_argument(
        "results",
        metavar="RESULT",
        nargs="+",
        help="result file; several of one study, such as those of simulate and of sensitivity, "
        "make one report",
    )
    command.add_argument(
        "-o", "--output", metavar="FILE.html", help="the report (default: beside the first result)"
    )
    command.add_argument("--force", action="store_true", help="replace existing files")
    command.add_argument(
        "--pictures", metavar="DIR", help="also write every picture as a file of its own"
    )
    command.add_argument(
        "--format", metavar="NAME", default="svg", help="of these: svg, pdf or png"
    )
    text = "of report and pictures: en or zh (default: en)"
    command.add_argument("--language", metavar="CODE", default="en", help=text)


def _add_export(actions: Any) -> None:
    text = "write the tables of the report as files: CSV, or one workbook"
    command = _add_command(actions, "export", _later("export"), text)
    command.add_argument(
        "results", metavar="RESULT", nargs="+", help="result file, or several of one study"
    )
    command.add_argument(
        "--to",
        metavar="DIR",
        help="folder of the files, or name of the workbook (default: beside the first result)",
    )
    command.add_argument("--format", metavar="NAME", default="csv", help="csv or xlsx")
    command.add_argument(
        "--group",
        dest="groups",
        metavar="NAME",
        action="append",
        help="tables of this group only, such as summary; may come several times",
    )
    command.add_argument("--force", action="store_true", help="replace existing files")


def _add_show(actions: Any) -> None:
    text = "print what a result holds: groups, variables with their units, where it comes from"
    command = _add_command(actions, "show", _later("show"), text)
    command.add_argument("result", metavar="RESULT", help="result file")
    command.add_argument(
        "--group", metavar="NAME", help="this group with its values, such as summary"
    )


def _add_explore(actions: Any) -> None:
    text = "open a page in the browser on which a study is changed live, and see what that does"
    command = _add_command(actions, "explore", _later("explore"), text)
    _add_study(command)
    page = command.add_argument_group("page")
    page.add_argument(
        "--port", metavar="N", help="where to listen on 127.0.0.1 (default: any that is free)"
    )
    page.add_argument(
        "--no-browser", action="store_true", help="only print the address, which holds its key"
    )
    page.add_argument("--samples", metavar="N", help="draws of the page (default: 2048)")
    page.add_argument("--seed", metavar="N", help="seed of all its draws")
    command.set_defaults(keep=None, until=None, scheduler=None, memory_limit=None)


def _add_compare(actions: Any) -> None:
    text = "find out what differs between two results, and how sure that is"
    command = _add_command(actions, "compare", _later("compare"), text)
    command.add_argument("first", metavar="A", help="result file")
    command.add_argument("second", metavar="B", help="result file to compare with it")
    command.add_argument("-o", "--output", metavar="FILE.nc", help="also write all differences")
    command.add_argument("--force", action="store_true", help="replace an existing file")


def _add_evidence(actions: Any) -> None:
    text = "pool the effects that other studies found: random-effects meta-analysis"
    command = _add_command(actions, "evidence", _later("evidence"), text)
    command.add_argument(
        "studies",
        metavar="FILE|STUDY",
        help="table of studies (.csv or .xlsx): study,n1,mean1,sd1,n2,mean2,sd2 or "
        "study,effect,se; or a study, for each of its [evidence.NAME]",
    )
    command.add_argument("-o", "--output", metavar="FILE.nc", help="also write all numbers")
    command.add_argument("--force", action="store_true", help="replace an existing file")
    command.add_argument(
        "--measure",
        metavar="NAME",
        help="mean_difference, standardized_mean_difference, log_ratio_of_means or effect",
    )
    command.add_argument(
        "--variance",
        metavar="NAME",
        help="of a mean difference: pooled or unpooled",
    )
    command.add_argument(
        "--estimator",
        metavar="NAME",
        help="of the variance between studies: reml, dl or pm",
    )
    command.add_argument("--test", metavar="NAME", help="normal or knapp_hartung")


def _add_completion(actions: Any) -> None:
    text = "print a script that has a shell complete commands, options and files"
    command = _add_command(actions, "completion", _later("completion"), text)
    command.add_argument("shell", metavar="SHELL", help="bash, zsh or fish")


def _later(name: str) -> Callable[[argparse.Namespace], None]:
    """Command in a module of its name with what it prints, which is loaded when it runs."""

    def run(args: argparse.Namespace) -> None:
        getattr(import_module(f"recc_mc.cli.{name}"), name)(args)

    return run


def _add_command(actions: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    description = f"{text[0].upper()}{text[1:]}."
    command: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=description, allow_abbrev=False
    )
    command.set_defaults(run=run)
    command.add_argument("--quiet", action="store_true", help="no progress, nothing on stdout")
    command.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return command


def _add_study(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "study",
        metavar="STUDY",
        help="study file (TOML), a workbook that holds a study (.xlsx), or a result, for its study",
    )
    command.add_argument(
        "--set",
        dest="changes",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="in place of what the study says, such as uncertainty.data.cv=0.1; may come several "
        "times, and an empty VALUE takes the key out",
    )


def _add_output(command: argparse.ArgumentParser) -> Any:
    """Options of the result file; the group that --force is in, of which one excludes another."""
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE.nc",
        help="result file (default: results/<name of the study file>.nc)",
    )
    group = command.add_mutually_exclusive_group()
    group.add_argument(
        "--force", action="store_true", help="replace an existing result, start over"
    )
    return group
