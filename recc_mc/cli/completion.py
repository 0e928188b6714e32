"""The command completion: a script for a shell, made of the parser itself."""

import argparse
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from recc_mc.cli.text import show
from recc_mc.errors import InputError

__all__ = ["completion", "script"]


class Option(NamedTuple):
    """An option: how it is written, what it does, whether a value follows and what it may be."""

    names: tuple[str, ...]
    help: str
    takes_value: bool
    values: tuple[str, ...]


class Command(NamedTuple):
    """A command: what it does, its options, and what its arguments may be; files if nothing."""

    help: str
    options: tuple[Option, ...]
    values: tuple[str, ...]


def completion(args: argparse.Namespace) -> None:
    """Print the script of a shell."""
    from recc_mc.cli.main import make_parser

    show(script(make_parser(), args.shell))


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Script that has a shell complete the commands and options of a parser.

    Parameters
    ----------
    parser
        The parser, with commands.
    shell
        Name of the shell.

    Raises
    ------
    InputError
        If there is none for the shell.
    """
    if shell not in _SCRIPTS:
        raise InputError(f"completion: must be one of {', '.join(_SCRIPTS)}, got {shell!r}")
    return _SCRIPTS[shell](parser.prog, dict(_commands(parser)))


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, Command]]:
    """Commands by name; the first, without one, is the program itself."""
    actions = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    yield "", Command("", tuple(_options(parser)), tuple(actions.choices))
    texts = {action.dest: action.help or "" for action in actions._choices_actions}
    for name, command in actions.choices.items():
        places = [action for action in command._actions if not action.option_strings]
        values = _values(places[0]) if len(places) == 1 else ()
        yield name, Command(texts[name], tuple(_options(command)), values)


def _options(parser: argparse.ArgumentParser) -> Iterator[Option]:
    for action in parser._actions:
        if action.option_strings:
            names = tuple(action.option_strings)
            yield Option(names, action.help or "", action.nargs != 0, _values(action))


def _values(action: argparse.Action) -> tuple[str, ...]:
    """What a value may be, where its help lists names and nothing else, as in "csv or xlsx"."""
    told = (action.help or "").removeprefix("of these: ").partition(" (")[0]
    names = re.split(r", | or ", told)
    is_list = len(names) > 1 and all(re.fullmatch(r"[a-z_0-9]+", name) for name in names)
    return tuple(names) if is_list and action.metavar else ()


def _bash(program: str, commands: Mapping[str, Command]) -> str:
    function = _function(program)
    return "\n".join(
        [
            f"# Completion of {program} in bash; in ~/.bashrc:",
            f'#   eval "$({program} completion bash)"',
            f"{function}() {{",
            "    local current=${COMP_WORDS[COMP_CWORD]} before= command= options= values= word",
            "    ((COMP_CWORD > 1)) && before=${COMP_WORDS[COMP_CWORD - 1]}",
            '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
            "        [[ $word != -* ]] && command=$word && break",
            "    done",
            '    case "$command" in',
            *(f"        {_bash_case(name, command)}" for name, command in commands.items()),
            "    esac",
            '    case "$command $before" in',
            *(
                f"        {line}"
                for name in commands
                for line in _bash_values(name, commands[name])
            ),
            "    esac",
            "    [[ $current == -* ]] && values=$options",
            # Where nothing fits, bash completes names of files.
            '    COMPREPLY=($(compgen -W "$values" -- "$current"))',
            "}",
            f"complete -o default -F {function} {program}",
        ]
    )


def _bash_case(name: str, command: Command) -> str:
    options = " ".join(written for option in command.options for written in option.names)
    return f"'{name}') values='{' '.join(command.values)}' options='{options}' ;;"


def _bash_values(name: str, command: Command) -> Iterator[str]:
    """What may follow options that take a value."""
    followed: dict[tuple[str, ...], list[str]] = {}
    for option in command.options:
        if option.takes_value:
            followed.setdefault(option.values, []).extend(option.names)
    for values, names in followed.items():
        cases = "|".join(f"'{name} {written}'" for written in names)
        yield f"{cases}) values='{' '.join(values)}' options= ;;"


def _zsh(program: str, commands: Mapping[str, Command]) -> str:
    function = _function(program)
    described = [f"        {_quoted(f'{n}:{c.help}')}" for n, c in commands.items() if n]
    cases = [
        f"        {name}) _arguments -s {' '.join(_zsh_specs(command))} ;;"
        for name, command in commands.items()
        if name
    ]
    return "\n".join(
        [
            f"#compdef {program}",
            f"# Completion of {program} in zsh; in ~/.zshrc, after compinit:",
            f'#   eval "$({program} completion zsh)"',
            f"{function}() {{",
            "    local -a commands=(",
            *described,
            "    )",
            "    if ((CURRENT == 2)); then",
            "        _describe command commands",
            f"        _arguments {' '.join(_zsh_specs(commands['']))}",
            "        return",
            "    fi",
            "    local command=${words[2]}",
            "    shift words; ((CURRENT--))",
            '    case "$command" in',
            *cases,
            "    esac",
            "}",
            f"compdef {function} {program}",
        ]
    )


def _zsh_specs(command: Command) -> Iterator[str]:
    for option in command.options:
        told = re.sub(r"[\[\]]", " ", option.help).replace(":", "\\:")
        after = f":value:{_zsh_values(option.values)}" if option.takes_value else ""
        yield from (_quoted(f"{name}[{told}]{after}") for name in option.names)
    if command.help:
        yield _quoted(f"*:argument:{_zsh_values(command.values)}")


def _zsh_values(values: tuple[str, ...]) -> str:
    return f"({' '.join(values)})" if values else "_files"


def _fish(program: str, commands: Mapping[str, Command]) -> str:
    lines = [
        f"# Completion of {program} in fish:",
        f"#   {program} completion fish > ~/.config/fish/completions/{program}.fish",
    ]
    for name, command in commands.items():
        where = f"-n '__fish_seen_subcommand_from {name}'" if name else "-n __fish_use_subcommand"
        if name:
            lines.append(
                f"complete -c {program} -n __fish_use_subcommand -f -a {name} "
                f"-d {_quoted(command.help)}"
            )
            if command.values:
                lines.append(f"complete -c {program} {where} -f -a '{' '.join(command.values)}'")
        for option in command.options:
            written = " ".join(
                f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names
            )
            values = f" -x -a '{' '.join(option.values)}'" if option.values else " -r"
            after = values if option.takes_value else ""
            lines.append(
                f"complete -c {program} {where} {written}{after} -d {_quoted(option.help)}"
            )
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Text in single quotes, which no shell looks into."""
    return "'{}'".format(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))


def _function(program: str) -> str:
    return f"_{program.replace('-', '_')}"


_SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
