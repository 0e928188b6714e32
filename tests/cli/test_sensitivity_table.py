"""The table of a sensitivity analysis: what it picks, how it says it."""

import re

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.sensitivity_table import MEASURES, sensitivity_table
from recc_mc.labels.factors import factor_names
from recc_mc.results.measures import INTERVALS
from recc_mc.salib.methods import METHODS
from tests.salib.toys import ALL, linear_study
from tests.strategies import small_study

# Of the noise that other methods leave out tells tests/salib/test_outside.py.
pytestmark = pytest.mark.filterwarnings("ignore:.* cannot attribute:recc_mc.StudyWarning")


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(years=2, **ALL).load()


@pytest.fixture(scope="module")
def parts(study: rm.Study) -> xr.Dataset:
    return rm.sensitivity(study, samples=64, replicates=2, seed=0)


def lines_of(text: str, title: str) -> list[str]:
    """Lines of a section, below its title, rule and header."""
    return text.split(f"{title}\n", 1)[1].split("\n\n")[0].splitlines()[2:]


def test_the_largest_factors_of_a_mine(parts: xr.Dataset) -> None:
    text = sensitivity_table(parts)
    assert text.startswith(
        "A test's study\nmethod sobol, samples 64 in each of 2 replicates, seed 0"
    )
    lines = lines_of(text, "2013, C = P / S (recc): factors that drive it")
    assert len(lines) == 3
    cell = parts.sel(output="recc", mine="Mine 1", year=2013)
    cell = cell.isel(factor=cell["factor_kind"].values != "class")
    largest = cell["total_order"].argsort().values[::-1][:4]
    found = re.findall(r"(\S+:[^,]*?) (-?\d\.\d{3})±(\d\.\d{3})", lines[1])
    assert [(name, value, error) for name, value, error in found] == [
        (
            str(cell["factor"].values[k]),
            f"{cell['total_order'].values[k]:.3f}",
            f"{cell['total_order_error'].values[k]:.3f}",
        )
        for k in largest
    ]


@pytest.mark.parametrize("method", ["rbd_fast", "morris"])
def test_intervals_that_do_not_hold_the_truth_say_so(study: rm.Study, method: str) -> None:
    found = rm.sensitivity(study, method=method, samples=100, seed=0)
    said = INTERVALS.get(method)
    assert found.attrs.get("interval_comment") == said
    assert ("\n\nIntervals of" in sensitivity_table(found)) == (method == "rbd_fast")
    assert said is None or said in sensitivity_table(found)


def test_classes_and_sums(parts: xr.Dataset) -> None:
    text = sensitivity_table(parts)
    line = lines_of(text, "2013, C = P / S (recc): classes of factors")[2]
    cell = parts.sel(output="recc", mine="Mine 2", year=2013)
    for name in ("judgment", "data", "method"):
        for order in ("first_order", "total_order"):
            assert f"{float(cell[order].sel(factor=name)):.3f}±" in line
    assert f"{float(cell['first_order_sum']):.3f}±" in line
    outputs = [row.split("  ")[1] for row in lines_of(text, "All mines and years")]
    assert outputs == ["support", "pressure", "C = P / S (recc)", "rank", "zone", "grade"]


def test_classes_are_not_among_the_factors(parts: xr.Dataset) -> None:
    for line in lines_of(sensitivity_table(parts), "2013, C = P / S (recc): factors that drive it"):
        assert not re.search(r"  (judgment|data|method) \d", line)


def test_what_is_not_defined_is_counted() -> None:
    study = linear_study()
    found = rm.sensitivity(study, method="morris", samples=5, seed=0)
    constant = int((found["undefined"] == 1).sum())
    assert constant
    text = sensitivity_table(found)
    assert f"Not defined, of 54 outputs of mines and years: constant output {constant}" in text


def test_undefined_aggregates_are_counted_too(parts: xr.Dataset) -> None:
    found = parts.copy(deep=True)
    for name in ("undefined_aggregate", "rank_shift_undefined"):
        found[name][:] = 0
        found[name][0] = 5
    text = sensitivity_table(found)
    assert "Not defined, of 6 outputs over all mines and years: too few changes 1" in text
    assert "Not defined, of 2 average shifts in rank of years: too few changes 1" in text


@pytest.mark.parametrize("method", ["morris", "rbd_fast", "pawn", "shapley"])
def test_other_methods_show_their_main_measure(study: rm.Study, method: str) -> None:
    found = rm.sensitivity(study, method=method, samples=100, seed=0)
    text = sensitivity_table(found)
    measure, title = MEASURES[method]
    lines = lines_of(text, f"2013, C = P / S (recc): {title}")
    largest = found[measure].sel(output="recc", year=2013, mine="Mine 0")
    assert (
        f"Mine 0  {largest['factor'].values[largest.values.argmax()]} {float(largest.max()):.3f}"
        in lines[0]
    )
    # The value without any effect has an error by all methods.
    with_error = f"{float(largest.max()):.3f}±" in lines[0]
    assert with_error == (f"{measure}_conf" in found)
    assert f"SALib {method}, 100 " in text


def test_every_method_has_a_main_measure() -> None:
    assert {name: measure for name, (measure, _) in MEASURES.items()} == {
        name: method.main for name, method in METHODS.items()
    }


def test_a_long_list_of_mines_is_cut() -> None:
    study = small_study(mines=45, years=1, **ALL).load()
    text = sensitivity_table(rm.sensitivity(study, samples=8, replicates=2, seed=0))
    assert len(lines_of(text, "2012, C = P / S (recc): factors that drive it")) == 40
    assert text.endswith("Shown: 40 of 45 mines; the file holds all.")


def test_without_recc_the_first_output_is_shown(study: rm.Study) -> None:
    from recc_mc.salib import run_salib

    found = run_salib(study, "morris", samples=5, seed=0, outputs=["pressure"])
    assert "2013, pressure: mean absolute" in sensitivity_table(found)


def test_indicators_that_drive_the_index_are_named_below_the_tables(parts: xr.Dataset) -> None:
    text = sensitivity_table(parts)
    legend = " ".join(text.rsplit("data: ", 1)[1].split())
    names = factor_names(parts.attrs).long_names
    told = {code for code in names if f"data:{code} " in text}
    assert told
    assert {code for code, name in names.items() if f"{code} {name}" in legend} == told
