"""How large errors may be before conclusions cease to hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.results.variables.tolerance import STATES
from recc_mc.sampling.draws import compute_block
from recc_mc.sweeps.conclusions import conclusions_of, count_holding
from recc_mc.sweeps.sources import with_error
from recc_mc.sweeps.tolerance import SAMPLES
from recc_mc.sweeps.trials import Run, Trial, count_trials
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement
from tests.strategies import small_study
from tests.sweeps import toys

OVERLOAD = "A is overloaded (C >= 1)"


@pytest.fixture(scope="module")
def study() -> rm.Study:
    tables = {
        "judgments": {"sigma": 0.3, "consistency": "reject"},
        "data": {"cv": 0.1, "systematic_cv": 0.2, "indicators": {"water 0": {"cv": 0.5}}},
        "method": {"ahp_share": {"low": 0.3, "high": 0.7}},
    }
    return small_study(uncertainty=tables, simulation={"seed": 3}).load()


@pytest.fixture(scope="module")
def found(study: rm.Study) -> xr.Dataset:
    return rm.tolerance(study, samples=2000)


def test_the_tolerance_of_an_overload_is_that_of_the_closed_form() -> None:
    found = rm.tolerance(toys.load(), samples=200_000, seed=1).sel(conclusion=OVERLOAD)
    one = found.sel(error_source="data")
    assert toys.tolerance_of_overload() == pytest.approx(0.0785, abs=1e-4)
    assert one["tolerance"].item() == pytest.approx(toys.tolerance_of_overload(), rel=0.01)
    assert one["tolerance_lower"] < toys.tolerance_of_overload() < one["tolerance_upper"]
    assert one["tolerance_upper"] / one["tolerance_lower"] < 1.02
    other = rm.tolerance(toys.load(), samples=200_000, seed=1, level=0.8)
    other = other.sel(conclusion=OVERLOAD, error_source="data")
    expected = toys.tolerance_of_overload(0.8)
    assert other["tolerance_lower"] < expected < other["tolerance_upper"]


def test_the_interval_covers_the_closed_form() -> None:
    # 30 runs of a study; many more of its interval alone are in test_crossing.
    true, covered = toys.tolerance_of_overload(), 0
    for seed in range(30):
        found = rm.tolerance(toys.load(), samples=500, seed=seed, scheduler="synchronous")
        one = found.sel(conclusion=OVERLOAD, error_source="data")
        covered += bool(one["tolerance_lower"] <= true <= one["tolerance_upper"])
    # Of 30 runs 25 or more are covered with a probability of 0.997.
    assert covered >= 25


def test_every_conclusion_of_the_baseline_is_there(study: rm.Study, found: xr.Dataset) -> None:
    kinds = found["conclusion_kind"].values.tolist()
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "top_rank": 1,
        "order": 2,
        "overload": 3,
        "zone": 3,
        "grade": 3,
    }
    last = rm.evaluate(study).isel(year=-1)
    first = str(last["mine"].values[last["rank"].values == 1][0])
    assert found["conclusion"].values[0] == f"{first} is the most loaded mine"
    assert found["conclusion_mine"].values[0] == first
    assert found["error_source"].values.tolist() == ["judgment", "data"]
    assert found["error_source_measure"].values.tolist() == ["sigma of ln a_ij", "cv"]
    assert (found.attrs["seed"], found.attrs["samples"]) == (3, 2000)
    assert (found.attrs["level"], found.attrs["conclusions_year"]) == (0.95, 2014)


def test_states_say_why_there_is_no_number(found: xr.Dataset) -> None:
    state = found["tolerance_state"]
    assert (found["tolerance"].notnull() == (state == STATES.index("found"))).all()
    shares = found["holds_probability"]
    smallest = shares.isel(step=0)
    holds = (shares.isnull() | (shares >= 0.95)).all("step")
    assert (holds == (state == STATES.index("holds_at_the_largest"))).all()
    assert ((smallest < 0.95) == (state == STATES.index("fails_at_the_smallest"))).all()
    assert (found["tolerance_lower"] <= found["tolerance_upper"]).all()
    inside = found.where(state == 0)
    assert not (inside["tolerance"] < inside["tolerance_lower"]).any()
    assert not (inside["tolerance"] > inside["tolerance_upper"]).any()


def test_below_a_tolerance_everything_tried_holds_and_the_next_does_not(found: xr.Dataset) -> None:
    for k, j in zip(*np.nonzero(found["tolerance_state"].values == 0), strict=True):
        one = found.isel(conclusion=k, error_source=j)
        sizes, shares = one["error_size"].values, one["holds_probability"].values
        # The share at a size may be the level itself: there it crosses.
        below = sizes <= one["tolerance"].item() * (1 + 1e-12)
        assert (shares[below] >= 0.95).all()
        assert shares[np.flatnonzero(below)[-1] + 1] < 0.95


def test_shares_are_those_of_simulations_of_studies_with_such_errors(
    study: rm.Study, found: xr.Dataset
) -> None:
    for source, part in (("judgment", "judgments"), ("data", "data")):
        size = float(found["error_size"].sel(error_source=source, step=6))
        other = with_error(study, source, size, others=False)
        assert getattr(other.settings.uncertainty, part) is not None
        summary = rm.summarize(rm.simulate(other, samples=2000, seed=3)).isel(year=-1)
        shares = found["holds_probability"].sel(error_source=source, step=6)
        first = shares[found["conclusion_kind"].values == "top_rank"]
        mine = found["conclusion_mine"].values[0]
        assert first == summary["rank_probability"].sel(mine=mine, rank_position=1)
        for kind in ("zone", "grade"):
            hold = shares[found["conclusion_kind"].values == kind].values
            np.testing.assert_allclose(hold, 1 - summary[f"{kind}_flip_probability"], atol=1e-12)


def test_an_error_stands_alone_in_its_study(study: rm.Study) -> None:
    judged = with_error(study, "judgment", 0.2, others=False).settings.uncertainty
    assert (judged.data, judged.method) == (None, None)
    assert judged.judgments is not None
    # Draws that are far off would hardly ever be accepted.
    assert (judged.judgments.sigma, judged.judgments.consistency) == (0.2, "repair")
    exact = with_error(study, "data", 0.2, others=False)
    assert (exact.settings.uncertainty.judgments, exact.settings.uncertainty.method) == (None, None)
    models = {exact.error_model(name) for name in exact.hierarchy.names}
    assert {(one.cv, one.systematic_cv) for one in models if one} == {(0.2, 0.0)}


def test_what_else_is_uncertain_may_stay_so(study: rm.Study) -> None:
    with_rest = with_error(study, "data", 0.2, others=True)
    assert with_rest.settings.uncertainty.method == study.settings.uncertainty.method
    models = {with_rest.error_model(name) for name in study.hierarchy.names}
    assert {(one.cv, one.systematic_cv) for one in models if one} == {(0.2, 0.2)}
    found = rm.tolerance(study, samples=200, others=True, errors="data")
    assert found.attrs["errors_comment"].endswith("all else as the study says")
    assert found["error_source"].values.tolist() == ["data"]


def test_no_chunk_and_no_scheduler_changes_a_bit(study: rm.Study) -> None:
    expected = rm.tolerance(study, samples=3000)
    for options in ({"chunk": 1024}, {"scheduler": "synchronous"}):
        other = rm.tolerance(study, samples=3000, **options)  # type: ignore[arg-type]
        xr.testing.assert_identical(expected, other)


def test_worker_processes_count_alike(study: rm.Study) -> None:
    conclusions = conclusions_of(rm.evaluate(study).isel(year=-1))
    trials = [
        Trial(str(size), CompiledStudy.of(with_error(study, "data", size, others=False)))
        for size in (0.1, 0.3)
    ]
    run = Run(3000, 1, 0.95, 2, ("data",), 1024, Placement("synchronous"), False)
    other = run._replace(placement=Placement("processes", 1))
    counts = count_trials(trials, conclusions, run)
    np.testing.assert_array_equal(counts, count_trials(trials, conclusions, other))


def test_tolerances_come_back_from_their_file(found: xr.Dataset, tmp_path: Path) -> None:
    rm.save(tmp_path / "result.nc", tolerance=found)
    with rm.load(tmp_path / "result.nc") as tree:
        xr.testing.assert_equal(tree["tolerance"].to_dataset(), found)


def test_an_earlier_year_has_its_own_conclusions(study: rm.Study) -> None:
    found = rm.tolerance(study, samples=100, year=2012, errors=["data"])
    assert found.attrs["conclusions_year"] == 2012
    baseline = rm.evaluate(study).sel(year=2012)
    expected = [one.text for one in conclusions_of(baseline)]
    assert found["conclusion"].values.tolist() == expected


def test_a_study_without_judgments_has_no_tolerance_to_their_errors() -> None:
    found = rm.tolerance(toys.load(), samples=100, seed=1)
    assert found["error_source"].values.tolist() == ["data"]
    assert found.attrs["left_out"] == "judgment: nothing of the study has such an error"
    with pytest.raises(rm.InputError, match=r"^tolerance: judgment: nothing of the study has such"):
        rm.tolerance(toys.load(), samples=100, seed=1, errors=["judgment"])


def test_sizes_that_the_study_refuses_are_not_tried() -> None:
    # Next to its bounds a value cannot have a large error.
    study = small_study(uncertainty={"data": {"lower": 15.0, "upper": 105.0}}).load()
    found = rm.tolerance(study, samples=100, seed=1)
    if "left_out" in found.attrs:
        assert found.attrs["left_out"].startswith("data: not tried at 0.6: ")
    assert found["error_size"].sel(error_source="data").max() <= 0.6


def test_one_mine_has_no_ranks(study: rm.Study) -> None:
    baseline = rm.evaluate(study).isel(year=-1, mine=[1])
    kinds = {one.kind for one in conclusions_of(baseline)}
    assert kinds == {"overload", "zone", "grade"}


def test_what_is_undefined_or_tied_is_no_conclusion(study: rm.Study) -> None:
    baseline = rm.evaluate(study).isel(year=-1).copy(deep=True)
    baseline["rank"][:] = [1, 1, 3]
    baseline["recc"][0] = np.nan
    baseline["zone"][:] = -1
    found = [(one.kind, one.mine, one.other) for one in conclusions_of(baseline)]
    assert found[:3] == [("order", 1, 2), ("overload", 1, -1), ("overload", 2, -1)]
    assert {kind for kind, _, _ in found[3:]} == {"grade"}
    # An index of which a study has no ratio at all.
    less = conclusions_of(baseline.drop_vars(["recc", "rank", "zone"]))
    assert {one.kind for one in less} == {"grade"}


def test_counts_are_those_of_a_plain_look_at_the_draws(study: rm.Study) -> None:
    baseline = rm.evaluate(study).isel(year=1)
    conclusions = conclusions_of(baseline)
    other = study.replace({"uncertainty.judgments.consistency": "repair"})
    drawn = compute_block(CompiledStudy.of(other), 1, Block(0, 0, 300))
    drawn.recc[4, 7], drawn.rank[4, 7], drawn.zone[4, 7], drawn.grade[4, 7] = np.nan, -1, -1, -1
    counts = count_holding(conclusions, drawn, 1, 3)
    for (hits, defined), one in zip(counts.tolist(), conclusions, strict=True):
        values: list[Any] = []
        for s in range(300):
            k = 3 * one.mine + 1
            if np.isnan(drawn.recc[k, s]):
                continue
            if one.kind == "order":
                other_ratio = drawn.recc[3 * one.other + 1, s]
                if not np.isnan(other_ratio):
                    values.append(drawn.recc[k, s] > other_ratio)
            elif one.kind == "overload":
                values.append((drawn.recc[k, s] >= 1) == one.code)
            elif one.kind == "top_rank":
                values.append(drawn.rank[k, s] == 1)
            else:
                values.append(getattr(drawn, one.kind)[k, s] == one.code)
        assert (hits, defined) == (sum(values), len(values)), one.text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"samples": 72}, "samples: must be >= 73, got 72"),
        ({"samples": 380, "level": 0.99}, "samples: must be >= 381, got 380"),
        ({"level": 1.0}, "level: must be a number with 0 < level < 1, got 1.0"),
        ({"level": "high"}, 'level: must be a number with 0 < level < 1, got "high"'),
        ({"year": 1066}, "year: must be a year of 2012 to 2014, got 1066"),
        ({"errors": ["dat"]}, 'errors: there is no error "dat"; did you mean "data"?'),
        ({"errors": []}, "errors: must name judgment, data or both, got none"),
        ({"seed": -1}, "seed: must be >= 0, got -1"),
    ],
)
def test_wrong_arguments(study: rm.Study, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        rm.tolerance(study, **arguments)
    assert str(caught.value) == problem


def test_samples_by_default_know_a_tolerance_to_some_per_cent(study: rm.Study) -> None:
    found = rm.tolerance(toys.load(), seed=1)
    assert found.attrs["samples"] == SAMPLES
    one = found.sel(conclusion=OVERLOAD, error_source="data")
    assert one["tolerance_upper"] / one["tolerance_lower"] < 1.1
