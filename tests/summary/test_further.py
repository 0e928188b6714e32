"""Statistics of criterion scores, coupling and fuzzy evaluation, against NumPy's of the draws."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.labels.further import COORDINATION_CLASSES, FUZZY_GRADES
from recc_mc.parts.manifest import Asked
from recc_mc.simulation.runs import produce
from recc_mc.simulation.setup import Request, Shard
from recc_mc.study import Study
from recc_mc.workers.placement import Placement
from tests import reference
from tests.kernels.cases import EVERYTHING, made_of_four, with_limits

SAMPLES = 1500
NAMES = ("criterion_score", "coupling", "coordination_index", "coordination", "fuzzy_score")


def make(**tables: dict[str, object]) -> Study:
    files = with_limits(made_of_four(**EVERYTHING)).with_tables(
        coupling={}, output={"criterion_scores": True, "dtype": "float64"}, **tables
    )
    return files.load()


@pytest.fixture(scope="module")
def study() -> Study:
    return make()


@pytest.fixture(scope="module")
def draws(study: Study) -> xr.Dataset:
    return rm.simulate(study, samples=SAMPLES, seed=3, scheduler="synchronous")


@pytest.fixture(scope="module")
def summary(draws: xr.Dataset) -> xr.Dataset:
    return rm.summarize(draws)


def test_draws_have_their_dimensions_and_none_more_than_asked_for(draws: xr.Dataset) -> None:
    assert draws["criterion_score"].dims == ("mine", "year", "criterion", "sample")
    assert draws["coordination"].dims == ("mine", "year", "sample")
    assert draws["fuzzy_score"].dims == ("system", "mine", "year", "sample")
    plain = made_of_four(**EVERYTHING).load()
    less = rm.simulate(plain, samples=10, seed=3, scheduler="synchronous")
    assert not {*NAMES, "coordination_class", "fuzzy_grade"}.intersection(less)
    xr.testing.assert_identical(less["recc"], draws["recc"].isel(sample=slice(10)))


@pytest.mark.parametrize("name", NAMES)
def test_mean_and_deviation_are_those_of_the_draws(
    draws: xr.Dataset, summary: xr.Dataset, name: str
) -> None:
    values = draws[name].values
    count = (~np.isnan(values)).sum(axis=-1)
    assert summary[f"{name}_mean"].dims == draws[name].dims[:-1]
    np.testing.assert_allclose(summary[f"{name}_mean"], np.nanmean(values, axis=-1), rtol=1e-12)
    std = np.nanstd(values, axis=-1, ddof=1)
    np.testing.assert_allclose(summary[f"{name}_std"], std, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(
        summary[f"{name}_mean_error"], std / np.sqrt(count), rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("name", ["criterion_score", "coordination", "fuzzy_score"])
def test_quantiles_are_those_of_the_draws(
    draws: xr.Dataset, summary: xr.Dataset, name: str
) -> None:
    expected = np.moveaxis(np.nanquantile(draws[name], summary["quantile"], axis=-1), 0, -1)
    np.testing.assert_allclose(summary[f"{name}_quantile"], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "codes", "dim", "classes"),
    [
        ("coordination", "coordination_class", "coordination_class", len(COORDINATION_CLASSES)),
        ("fuzzy_grade", "fuzzy_grade", "fuzzy_class", len(FUZZY_GRADES)),
    ],
)
def test_probabilities_are_shares_of_the_draws(
    draws: xr.Dataset, summary: xr.Dataset, name: str, codes: str, dim: str, classes: int
) -> None:
    values = draws[codes].values
    found = summary[f"{name}_probability"]
    assert found.dims == (*draws[codes].dims[:-1], dim)
    expected, error = reference.class_probability(values, range(1, classes + 1))
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(summary[f"{name}_probability_error"], error)
    np.testing.assert_allclose(found.sum(dim=dim), 1.0)


def test_ranks_by_a_criterion_are_those_of_its_scores(
    draws: xr.Dataset, summary: xr.Dataset
) -> None:
    score = draws["criterion_score"].values
    rank = np.empty(score.shape)
    for c in range(score.shape[2]):
        for s in range(score.shape[3]):
            rank[:, :, c, s] = reference.ranks(score[:, :, c, s])
    expected = np.stack([(rank == k).mean(axis=-1) for k in (1, 2, 3)], axis=-1)
    np.testing.assert_allclose(summary["criterion_rank_probability"], expected)


def test_without_samples_all_but_quantiles_is_the_same(study: Study, summary: xr.Dataset) -> None:
    less = rm.simulate(
        study, samples=SAMPLES, seed=3, keep="summary", scheduler="synchronous", chunk=1024
    )
    assert set(summary) <= set(less)
    for name in map(str, summary):
        if f"{name}_resolution" in less:
            bound = less[f"{name}_resolution"] + 1e-12
            assert bool((abs(less[name] - summary[name]) <= bound).all()), name
        else:
            xr.testing.assert_equal(less[name], summary[name])


def test_a_result_of_parts_is_that_of_one_run(
    tmp_path: Path, study: Study, draws: xr.Dataset, summary: xr.Dataset
) -> None:
    path = tmp_path / "result.nc"
    asked = Asked(samples=SAMPLES, seed=3, chunk=1024)
    produce(study, path, Request(asked), placement=Placement("synchronous"))
    with rm.load(path) as tree:
        for name in (*NAMES, "coordination_class", "fuzzy_grade"):
            np.testing.assert_array_equal(tree["samples"][name], draws[name], err_msg=name)
        for name in summary:
            np.testing.assert_array_equal(tree["summary"][name], summary[name], err_msg=str(name))
        again = rm.summarize(tree["samples"].to_dataset().load())
    xr.testing.assert_equal(again["coordination_probability"], summary["coordination_probability"])


def test_parts_without_scores_are_of_another_run(tmp_path: Path, study: Study) -> None:
    path, where = tmp_path / "result.nc", Placement("synchronous")
    asked = Asked(samples=5000, seed=3, chunk=1024)
    produce(study, path, Request(asked, shard=Shard(1, 2)), placement=where)
    other = study.replace({"output.criterion_scores": False})
    with pytest.raises(rm.InputError, match=r"output\.criterion_scores: true in the parts"):
        produce(other, path, Request(asked, shard=Shard(2, 2)), placement=where)
