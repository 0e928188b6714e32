"""Commands on results that are damaged, or of another study."""

import random
from pathlib import Path

import pytest

import recc_mc as rm
from tests.cli.conftest import Command
from tests.results.test_damage import flip
from tests.salib.toys import ALL
from tests.strategies import small_study

RESULT = Path("out.nc")
STUDY = Path("study.toml")
SENSITIVITY = ("sensitivity", STUDY, "-o", RESULT, "--samples", 64, "--replicates", 2)
ADDING = (
    SENSITIVITY,
    ("simulate", STUDY, "-o", RESULT),
    ("evaluate", STUDY, "-o", RESULT),
)
FLIPS = 30
# Behind the end that HDF5 knows: what is flipped here may change nothing.
SEAL = 24


@pytest.fixture
def content(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A result of a study in the current folder."""
    monkeypatch.chdir(tmp_path)
    small_study(years=1, **ALL, simulation={"samples": 200, "seed": 0}).write(tmp_path)
    assert command("simulate", STUDY, "-o", RESULT, "--quiet")[0] == 0
    return RESULT.read_bytes()


def damage(content: bytes) -> None:
    """A flipped bit within the values."""
    RESULT.write_bytes(content)
    flip(RESULT, 4 * len(content))


@pytest.mark.slow
def test_no_flipped_bit_changes_what_commands_say_or_is_their_defect(
    command: Command, content: bytes
) -> None:
    Path("intact.nc").write_bytes(content)
    commands = (
        ("report", RESULT, "-o", "report.html", "--force"),
        ("compare", "intact.nc", RESULT),
        SENSITIVITY,
    )
    expected = []
    for words in commands:
        code, out, _ = command(*words)
        assert code == 0
        expected.append(out)
        RESULT.write_bytes(content)
    page = Path("report.html").read_bytes()
    chance = random.Random("flips of commands")
    bits = [chance.randrange(8 * len(content)) for _ in range(FLIPS)]
    bits += [8 * (len(content) - 1 - chance.randrange(SEAL)) for _ in range(3)]
    refused = 0
    for bit in bits:
        for words, before in zip(commands, expected, strict=True):
            RESULT.write_bytes(content)
            flip(RESULT, bit)
            code, out, err = command(*words)
            if code == 0:
                # Stderr has the rate of a progress bar.
                assert (out, "Traceback" in err) == (before, False)
                continue
            assert code in (1, 2)
            assert out == ""
            assert err.startswith("error: out.nc: ")
            assert err.count("\n") == 1
            assert "defect" not in err
            refused += 1
        assert Path("report.html").read_bytes() == page
    assert refused > 3 * 0.9 * FLIPS


def test_damage_is_why_nothing_is_added(command: Command, content: bytes) -> None:
    damage(content)
    before = RESULT.read_bytes()
    for words in ADDING:
        assert command(*words) == (
            2,
            "",
            "error: out.nc: exists already (is damaged: its checksum is wrong); use --force "
            "(overwrite=True) to replace it\n",
        )
    assert RESULT.read_bytes() == before


def test_who_replaces_a_damaged_file_is_told_that_nothing_stays(
    command: Command, content: bytes
) -> None:
    for words in ADDING:
        damage(content)
        code, _, err = command(*words, "--force", "--quiet")
        assert code == 0
        assert err == (
            "warning: out.nc: all of it is replaced (is damaged: its checksum is wrong)\n"
        )
        with rm.load(RESULT) as tree:
            assert "baseline" in tree.children


def test_who_replaces_a_result_of_another_study_is_told_what_goes(
    command: Command, content: bytes
) -> None:
    small_study(years=2, **ALL, simulation={"samples": 200, "seed": 0}).write(Path())
    groups = "/baseline, /samples, /summary of another study"
    for words in ADDING:
        RESULT.write_bytes(content)
        code, _, err = command(*words)
        assert (code, RESULT.read_bytes()) == (2, content)
        assert err.startswith(f"error: out.nc: exists already ({groups}); use --force ")
        code, _, err = command(*words, "--force", "--quiet")
        assert code == 0
        assert err == f"warning: out.nc: all of it is replaced ({groups})\n"


def test_who_adds_to_a_result_of_the_study_is_told_nothing(
    command: Command, content: bytes
) -> None:
    assert command(*SENSITIVITY, "--quiet") == (0, "", "")
    assert command(*SENSITIVITY, "--quiet", "--force") == (0, "", "")
