"""``recc-mc show``: what a file holds, and what is wrong with one that holds no result."""

from pathlib import Path

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.cli import show
from recc_mc.errors import text_width
from tests.cli.conftest import Command
from tests.evidence import bcg
from tests.results.made_up import results
from tests.strategies import small_study


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result with every group but those of other files."""
    path = tmp_path_factory.mktemp("show") / "result.nc"
    groups = results(small_study().load(), samples=2000)
    groups["summary"].attrs |= {"samples": 2000, "varied": "everything", "held_fixed": "nothing"}
    del groups["comparison"]
    found = rm.meta_analysis(bcg.table(), measure="effect")
    rm.save(path, **groups)
    rm.save(path.with_name("evidence.nc"), evidence={"bcg": found})
    return path


def test_everything_in_the_file_is_told(
    command: Command, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    code, out, err = command("show", result)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    with rm.load(result) as tree:
        for told in ("title", "source", "study_digest", "history", "summary"):
            assert tree.attrs[told].splitlines()[0] in out
        assert f"  seed      {tree['samples'].attrs['seed']}\n" in out
        assert "  samples   2,000 in /summary" in out
        for name, group in tree.children.items():
            place = next(k for k, line in enumerate(lines) if line.startswith(f"/{name}: "))
            assert f"{len(group.data_vars)} variables" in lines[place]
            for dim, length in group.sizes.items():
                assert any(line.split()[:2] == [dim, f"{length:,}"] for line in lines)
            for variable, array in group.data_vars.items():
                row = next(x for x in lines[place:] if x.startswith(f"  {variable} "))
                assert ", ".join(array.dims) in row
                assert row.endswith(str(array.attrs["long_name"]))
                assert f" {array.attrs.get('units', '-')} " in row


def test_a_group_is_shown_with_its_values_in_the_width_of_the_terminal(
    command: Command, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in ("70", "160"):
        monkeypatch.setenv("COLUMNS", columns)
        code, out, err = command("show", result, "--group", "summary")
        assert (code, err) == (0, "")
        assert max(map(text_width, out.splitlines())) <= max(int(columns), 100)
        table = out[out.index("variable") :]
        assert max(map(text_width, table.splitlines())) <= int(columns)
    assert "varied:     everything" in out
    with rm.load(result) as tree:
        mean = tree["summary"]["recc_mean"]
        shown = mean.isel(year=-1, mine=0).item()
        assert f"{float(mean.min()):.4g} to {float(mean.max()):.4g}" in out
        assert ("-" if np.isnan(shown) else f"{shown:.4g}") in out[out.index("by mine") :]


def test_scenarios_have_a_table_by_mine_each(
    command: Command, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    _, out, _ = command("show", result, "--group", "scenarios")
    with rm.load(result) as tree:
        found = tree["scenarios"].to_dataset().isel(year=-1)
        for name in found["scenario"].values.tolist():
            lines = out.split(f"{name}, by mine, {int(found['year'])}\n")[1].splitlines()
            columns = lines[1].split()
            first = dict(
                zip(columns[1:], lines[2].rsplit(maxsplit=len(columns) - 1)[1:], strict=True)
            )
            mean = float(found["recc_mean"].sel(scenario=name)[0])
            assert first["recc_mean"] == ("-" if np.isnan(mean) else f"{mean:.4g}")


def test_of_many_samples_the_first_are_looked_at(
    command: Command, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    code, out, _ = command("show", result, "--group", "/samples")
    assert code == 0
    assert "Values of the first 1,000 of 2,000 samples." in out
    with rm.load(result) as tree:
        first = tree["samples"]["recc"].isel(sample=slice(1000))
        assert f"{float(first.min()):.4g} to {float(first.max()):.4g}" in out


def test_groups_with_names_of_their_own_are_shown(command: Command, result: Path) -> None:
    path = result.with_name("evidence.nc")
    for group in ("evidence", "evidence/bcg"):
        code, out, err = command("show", path, "--group", group)
        assert (code, err) == (0, "")
        assert out.startswith("/evidence/bcg: ")
        assert "by study" in out


def test_an_unknown_group_is_told_from_those_there_are(command: Command, result: Path) -> None:
    code, out, err = command("show", result.with_name("evidence.nc"), "--group", "sweep")
    assert (code, out) == (2, "")
    assert err.endswith("evidence.nc holds evidence/bcg, got sweep\n")


def test_what_is_no_result_is_said_in_a_sentence(command: Command, tmp_path: Path) -> None:
    import netCDF4

    with netCDF4.Dataset(tmp_path / "foreign.nc", "w") as file:
        file.createDimension("x", 3)
    (tmp_path / "text.nc").write_text("no NetCDF")
    (tmp_path / "study.toml").touch()
    parts = tmp_path / "begun.nc.parts"
    parts.mkdir()
    (parts / "block-0000003.part").touch()
    for name, problem in (
        ("none.nc", "none.nc: no such file"),
        ("foreign.nc", "foreign.nc: holds no results; expected groups baseline"),
        ("text.nc", "text.nc: not a NetCDF-4 file"),
        ("study.toml", "study.toml: is a study, not a result; recc-mc check shows what it says"),
        ("begun.nc", "begun.nc: no such file yet: a run to it is not finished, 1 of its parts are"),
        ("begun.nc.parts", "begun.nc.parts: holds 1 parts of a run that is not finished"),
        (".", "is a directory, expected a result file"),
    ):
        code, out, err = command("show", tmp_path / name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert problem in err


def test_a_damaged_file_is_said_to_be(command: Command, result: Path, tmp_path: Path) -> None:
    content = bytearray(result.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.nc"
    damaged.write_bytes(content)
    code, out, err = command("show", damaged)
    assert (code, out) == (2, "")
    assert err.endswith("damaged.nc: is damaged: its checksum is wrong\n")
    damaged.write_bytes(content[:5000])
    code, out, err = command("show", damaged)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "damaged.nc: is damaged" in err


def test_sizes_are_readable() -> None:
    assert [show._size(n) for n in (0, 999, 1000, 2_500_000, 3e12)] == [
        "0 bytes", "999 bytes", "1.0 kB", "2.5 MB", "3000.0 GB",
    ]  # fmt: skip
