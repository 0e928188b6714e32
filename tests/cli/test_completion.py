"""``recc-mc completion``: shells complete what the parser knows."""

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest

from recc_mc.cli.completion import _commands, script
from recc_mc.cli.main import make_parser
from tests.cli.conftest import Command

# What bash does when somebody presses the tabulator: words, the place of the current one.
COMPLETE = """
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
$(complete -p recc-mc | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    path = tmp_path_factory.mktemp("completion") / "complete.bash"
    path.write_text(script(make_parser(), "bash") + COMPLETE)
    return path


def completed(bash: Path, *words: str) -> list[str]:
    done = subprocess.run(
        ["bash", "--norc", bash, "recc-mc", *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sim",), ["simulate"]),
        (("com",), ["compare", "completion"]),
        (("--v",), ["--version"]),
        (("simulate", "--see"), ["--seed"]),
        (("simulate", "study.toml", "--thr"), ["--threads-per-worker"]),
        (("simulate", "--keep", ""), ["samples", "summary"]),
        (("export", "r.nc", "--format", "x"), ["xlsx"]),
        (("report", "r.nc", "--format", ""), ["svg", "pdf", "png"]),
        (("sensitivity", "--method", "mo"), ["morris"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        # Bash itself completes names of files then.
        (("simulate", ""), []),
        (("simulate", "-o", ""), []),
        (("simulate", "--samples", ""), []),
    ],
)
def test_bash_completes(bash: Path, words: tuple[str, ...], expected: list[str]) -> None:
    assert completed(bash, *words) == expected


def test_all_commands_and_all_their_options_are_known(bash: Path) -> None:
    parser = make_parser()
    (actions,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    assert completed(bash, "") == list(actions.choices)
    for name, command in actions.choices.items():
        offered = completed(bash, name, "-")
        assert offered == [word for action in command._actions for word in action.option_strings]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_scripts_of_other_shells_are_valid_and_name_all_commands(shell: str) -> None:
    found = script(make_parser(), shell)
    for name, command in _commands(make_parser()):
        assert name in found
        assert all(value in found for option in command.options for value in option.values)
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=found, text=True, check=True, timeout=60)


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes() -> None:
    asked = script(make_parser(), "fish") + "\ncomplete -C 'recc-mc export --format '\n"
    done = subprocess.run(
        ["fish", "--no-config"], input=asked, capture_output=True, text=True, timeout=60, check=True
    )
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["csv", "xlsx"]


def test_the_command_prints_the_script(command: Command) -> None:
    assert command("completion", "bash") == (0, script(make_parser(), "bash") + "\n", "")
    code, out, err = command("completion", "tcsh")
    assert (code, out) == (2, "")
    assert err == "error: completion: must be one of bash, zsh, fish, got 'tcsh'\n"
