"""Pages that the program writes about itself: commands, functions, variables, choices, pictures."""

import argparse
import re
from collections.abc import Iterable, Iterator
from inspect import getdoc
from pathlib import Path

import recc_mc as rm
from benchmarks import picture, readme
from benchmarks.table import read
from building.gallery import gallery
from recc_mc.cli.main import make_parser
from recc_mc.results.variables import COORDINATES, GROUPS
from recc_mc.study.choices import LISTED
from recc_mc.study.template import study_template

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|$])")
_COMMANDS = """\
STUDY is a TOML file, a workbook (.xlsx) that holds all of a study, or a result, which gives its
study back; `--set KEY=VALUE` puts a setting in place of the study's, as in
`--set uncertainty.data.cv=0.1`.

Results go to files and to a short table on stdout, progress and warnings to stderr. The commands on
one study add their groups to one file; nothing in it is replaced without `--force`. What is wrong
is said in one message, with file, key or line, value and what is expected. The exit code is 0 when
done, 1 when the run failed, 2 when the study or the command line is wrong, and 75 when a run was
stopped and can be continued."""
# What a reader looks for, and where it is said; every public name is in one of them.
_FUNCTIONS = {
    "Studies": ("load_study", "make_study", "Study", "inputs"),
    "Results": ("evaluate", "simulate", "summarize", "sensitivity", "sweep", "tolerance"),
    "Questions": ("assumptions", "scenarios", "target", "meta_analysis"),
    "Files": ("save", "load", "write_report", "export", "compare"),
    "Models for SALib": ("salib_problem", "evaluate_rows"),
    "Errors": ("InputError", "RunError", "StudyWarning"),
}


def write(folder: Path, place: Path) -> None:
    """Write all pages.

    Parameters
    ----------
    folder
        Where to.
    place
        Folder with the result of the case study.
    """
    folder.mkdir(exist_ok=True)
    texts = {
        "commands.md": commands(),
        "python.rst": functions(),
        "variables.md": variables(),
        "choices.inc": choices(),
        "study.toml": study_template(),
        "gallery.md": gallery(folder, place),
    }
    for name, text in texts.items():
        path = folder / name
        # What has not changed is not read again.
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    picture.write(read(readme.RESULTS), folder)


def plain(text: str) -> str:
    """Text in which nothing is a mark of Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; cells are Markdown."""
    lines = [list(header), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def commands() -> str:
    """Every command with its options, from the parser."""
    parser = make_parser()
    (actions,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    parts = ["# Commands", _COMMANDS]
    parts.append(table(("command", "what it does"), map(summary, actions._choices_actions)))
    for name, command in actions.choices.items():
        parts += [f"## {name}", plain(str(command.description)), usage(command)]
        rows = [(f"`{written(a)}`", plain(a.help or "")) for a in command._actions]
        parts.append(table(("argument", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def summary(action: argparse.Action) -> tuple[str, str]:
    """Line of a command in the table of all of them."""
    return f"[`recc-mc {action.dest}`](#{action.dest})", plain(str(action.help))


def usage(command: argparse.ArgumentParser) -> str:
    """How a command is called, on lines of a readable length."""
    words = command.format_usage().removeprefix("usage: ").split()
    return f"```text\n{' '.join(words[:2])} {plain_usage(words[2:])}\n```"


def plain_usage(words: list[str]) -> str:
    """Words of a usage, wrapped."""
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 80:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n    ".join([*lines, line])


def written(action: argparse.Action) -> str:
    """An argument as it is typed."""
    value = "" if action.nargs == 0 else str(action.metavar or action.dest)
    return " ".join(filter(None, [", ".join(action.option_strings), value]))


def functions() -> str:
    """Every public name, from its docstring."""
    listed = {name for names in _FUNCTIONS.values() for name in names}
    missing = set(rm.__all__) - listed - {"__version__", "plot"}
    sections = {**_FUNCTIONS, "More": tuple(sorted(missing))} if missing else _FUNCTIONS
    parts = [title("Python", "=")]
    for heading, names in sections.items():
        parts.append(title(heading, "-"))
        parts += [documented(f"recc_mc.{name}", getattr(rm, name)) for name in names]
    parts.append(title("Pictures", "-"))
    parts.append(str(getdoc(rm.plot)).partition("\n\n")[2])
    for name in rm.plot.__all__:
        if name != "tables":
            parts.append(documented(f"recc_mc.plot.{name}", getattr(rm.plot, name)))
    return "\n\n".join(parts) + "\n"


def title(text: str, line: str) -> str:
    """Heading in reStructuredText."""
    return f"{text}\n{line * len(text)}"


def documented(path: str, found: object) -> str:
    """What autodoc makes of a name."""
    if not isinstance(found, type):
        return f".. autofunction:: {path}"
    if issubclass(found, Exception):
        return f".. autoexception:: {path}"
    return f".. autoclass:: {path}\n   :members:"


def variables() -> str:
    """Every variable of every group, from their declarations."""
    parts = [
        "# Variables of a result",
        "As they are declared in the program; `recc-mc show RESULT` prints those of a file. "
        "Units are `1` where a number has none; where a dimension holds different ones, "
        "`indicator_units` says them.",
        "## Coordinates",
        declared(COORDINATES.values()),
    ]
    for name, group in GROUPS.items():
        if group is not GROUPS["sweep"] or name == "summary":
            parts += [f"## /{name}", declared(group.values())]
    parts += ["## /sweep", "The variables of `/summary`, the swept keys being first dimensions."]
    return "\n\n".join(parts) + "\n"


def declared(found) -> str:
    """Table of declarations."""
    rows = (
        (
            f"`{v.name}`",
            ", ".join(v.dims),
            plain(v.units or ""),
            plain("; ".join(filter(None, [v.long_name, str(v.attrs.get("comment", ""))]))),
        )
        for v in found
    )
    return table(("variable", "dimensions", "units", "what it is"), rows)


def choices() -> str:
    """Every choice of method with its equations and sources, as the report has them."""
    return "\n\n".join(choice_text(choice) for choice in LISTED) + "\n"


def choice_text(choice) -> str:
    """One choice."""
    where = f"`method.{choice.key}`" if choice.key else "of draws only"
    head = f"**{plain(choice.words[0].upper() + choice.words[1:])}** ({where}, default "
    lines = [f"{head}`{choice.default}`)", ""]
    return "\n".join([*lines, *ways(choice)])


def ways(choice) -> Iterator[str]:
    """Its alternatives."""
    for way in choice.alternatives:
        told = way.equation or way.note or way.sentence
        source = f" ({plain(way.source)})" if way.source else ""
        yield f"- `{way.name}`{': ' if told else ''}{plain(told)}{source}"
