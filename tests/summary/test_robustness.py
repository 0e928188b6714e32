"""Statistics of how sure the conclusions are, in both modes, where they are easy to get wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
import xarray as xr

import recc_mc as rm
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import runs
from recc_mc.simulation.setup import Request
from recc_mc.summary import first as first
from recc_mc.summary.first import FROM_FIRST
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.ranking import (
    MOST_COMPARED,
    count_quantiles,
    kendall_statistics,
    rank_moments,
)
from recc_mc.summary.tally import compute_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import cut
from recc_mc.workers.placement import Placement
from tests import reference
from tests.baselines import made_up_baseline
from tests.strategies import StudyFiles, small_study
from tests.summary.merging import merge_in_order

SAMPLES = 1500
NOISE: dict[str, Any] = {
    "uncertainty_judgments": {"sigma": 0.4},
    "uncertainty_data": {"cv": 0.2, "systematic_cv": 0.05},
    "uncertainty_method": {"goalposts": ["reestimated", "frozen"]},
}
GEOMETRIC: dict[str, Any] = {
    "method": {"aggregation": "geometric", "goalposts": "yearly"},
    "uncertainty_data": {"cv": 0.3},
}
STUDIES = {
    "plain": small_study(**NOISE),
    "one year": small_study(years=1, **NOISE),
    "two mines": small_study(mines=2, **NOISE),
    # C of some mines is undefined in the baseline, that of others in some draws.
    "undefined": small_study(mines=5, **GEOMETRIC),
    "zero noise": small_study(mines=4),
    "both systems": small_study(
        method={"obstacle": "both"}, simulation={"quantiles": [0.5]}, **NOISE
    ),
}


def summaries(files: StudyFiles, samples: int = SAMPLES) -> tuple[xr.Dataset, xr.Dataset]:
    """The summary of kept draws, and that of a run that keeps none."""
    study = files.load()
    draws = rm.simulate(study, samples=samples, seed=3)
    return rm.summarize(draws), rm.simulate(study, samples=samples, seed=3, keep="summary")


def assert_same_summary(kept: xr.Dataset, tallied: xr.Dataset) -> None:
    """Equal but for the quantiles that are read from a sketch, which are as close as stated."""
    resolution = {name for name in tallied if str(name).endswith("_resolution")}
    assert set(tallied) - resolution == set(kept)
    for name in kept:
        if f"{name}_resolution" in resolution:
            error = abs(kept[name] - tallied[name])
            assert not (error > tallied[f"{name}_resolution"]).any(), name
        else:
            np.testing.assert_array_equal(kept[name], tallied[name], err_msg=str(name))
    assert kept.attrs.get("left_out") == tallied.attrs.get("left_out")


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
@pytest.mark.parametrize("name", STUDIES)
def test_both_modes_agree(name: str) -> None:
    assert_same_summary(*summaries(STUDIES[name]))


# --- special panels ------------------------------------------------------------------------------


def test_one_year_has_no_trends() -> None:
    for summary in summaries(STUDIES["one year"], 300):
        assert not [n for n in summary if "_change" in str(n) or "increase" in str(n)]
        assert not [n for n in summary if "peak" in str(n)]
        assert "kendall_tau_mean" in summary


def test_two_mines_agree_or_not() -> None:
    for summary in summaries(STUDIES["two mines"]):
        unchanged = summary["ranking_unchanged_probability"]
        np.testing.assert_allclose(summary["kendall_tau_mean"], 2 * unchanged - 1, rtol=1e-12)
        flip = summary["rank_flip_probability"]
        np.testing.assert_allclose(flip, np.stack([1 - unchanged] * 2), rtol=1e-12)
        assert set(np.unique(summary["kendall_tau_quantile"])) <= {-1, 1}


def test_more_mines_than_are_compared() -> None:
    files = small_study(mines=MOST_COMPARED + 1, years=2, uncertainty_data={"cv": 0.1})
    for summary in summaries(files, 200):
        missing = ("rank_probability", "rank_quantile", "kendall_tau_mean", "outranks_probability")
        assert not set(missing) & set(summary)
        assert "ranking_unchanged_probability" not in summary
        np.testing.assert_allclose(summary["rank_mean"].mean("mine"), MOST_COMPARED / 2 + 1)
        assert (summary["rank_std"] > 0).any()
        assert ((summary["rank_flip_probability"] > 0) & (summary["zone_probability"] >= 0)).any()
        assert "kendall_tau" in summary.attrs["left_out"]


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_zero_noise_changes_nothing() -> None:
    for summary in summaries(STUDIES["zero noise"]):
        for name in ("zone", "grade", "rank", "overload"):
            assert (summary[f"{name}_flip_probability"] == 0).all()
            # What never happened in n draws may happen in 3 of n.
            np.testing.assert_allclose(summary[f"{name}_flip_probability_error"], 3 / SAMPLES)
        for name in ("mean", "quantile"):
            assert (summary[f"kendall_tau_{name}"] == 1).all()
        assert (summary["ranking_unchanged_probability"] == 1).all()
        np.testing.assert_array_equal(summary["rank_mean"], summary["rank_baseline"])
        quantiles = summary["rank_quantile"].transpose("quantile", ...)
        assert (quantiles == summary["rank_baseline"]).all()
        deviations = [name for name in summary if str(name).endswith("_std")]
        assert len(deviations) == 13
        for name in deviations:
            assert (summary[name].fillna(0) == 0).all(), name
        for name in ("support", "pressure", "recc"):
            change = summary[f"{name}_change_baseline"]
            np.testing.assert_array_equal(summary[f"{name}_change_mean"], change)
            np.testing.assert_array_equal(summary[f"{name}_increase_probability"], change > 0)
            peaks = summary[f"{name}_peak_probability"]
            assert (peaks.idxmax("year") == summary[f"{name}_baseline"].idxmax("year")).all()
        assert np.isnan(summary["support_pressure_correlation"]).all()
        for name in ("weight", "weight_ahp", "weight_entropy"):
            np.testing.assert_array_equal(summary[f"{name}_mean"], summary[f"{name}_baseline"])


def test_undefined_draws_do_not_rank() -> None:
    study = STUDIES["undefined"].load()
    draws = rm.simulate(study, samples=SAMPLES, seed=3)
    summary = rm.summarize(draws)
    base = np.isnan(summary["recc_baseline"])
    assert base.any()
    for name in ("rank", "overload"):
        np.testing.assert_array_equal(np.isnan(summary[f"{name}_flip_probability"]), base)
    # No ranking of the baseline to agree with; where there is one, only whole rankings count.
    np.testing.assert_array_equal(np.isnan(summary["kendall_tau_mean"]), base.any("mine"))
    whole = draws["recc"].notnull().all("mine")
    partly = ~base.any("mine") & ~whole.all("sample")
    defined = base.any("mine") | (whole.sum("sample") > 0)
    assert defined.all() or partly.any()


# --- known answers -------------------------------------------------------------------------------


def with_recc(recc: np.ndarray, **baseline: np.ndarray) -> xr.Dataset:
    """Draws of three mines in one year with their C, (mine, sample), replaced."""
    study = small_study(years=1, uncertainty_data={"cv": 0.1}).load()
    draws = rm.simulate(study, samples=recc.shape[1], seed=1)
    rank = 1 + (recc > recc[:, None]).sum(axis=1)
    return draws.assign(
        recc=(draws["recc"].dims, recc[:, None]),
        rank=(draws["rank"].dims, rank[:, None].astype(np.int16)),
        **{name: (draws[name].dims, value[:, None]) for name, value in baseline.items()},
    )


def test_smaa_acceptabilities_of_three_alternatives() -> None:
    weight = (np.arange(10_000) + 0.5) / 10_000
    values = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])
    summary = rm.summarize(with_recc(values @ np.stack([weight, 1 - weight])))
    first_rank = summary["rank_probability"].sel(rank_position=1).values[:, 0]
    np.testing.assert_allclose(first_rank, [0.4, 0.4, 0.2], rtol=1e-12)


def test_ties_share_ranks_and_are_no_agreement() -> None:
    recc = np.array([[3.0, 3.0, 1.0, 2.0], [2.0, 3.0, 2.0, 2.0], [1.0, 1.0, 3.0, 2.0]])
    base = {
        "recc_baseline": np.array([3.0, 2.0, 1.0]),
        "rank_baseline": np.array([1, 2, 3], np.int16),
    }
    summary = rm.summarize(with_recc(recc, **base))
    # Of the last draw, in which all are tied, there is none.
    taus = [1, 2 / 3, -1]
    np.testing.assert_allclose(summary["kendall_tau_mean"], [np.mean(taus)])
    np.testing.assert_allclose(summary["kendall_tau_std"], [np.std(taus, ddof=1)])
    levels = summary["quantile"].values
    np.testing.assert_allclose(summary["kendall_tau_quantile"][0], np.quantile(taus, levels))
    assert summary["ranking_unchanged_probability"].item() == 0.25
    np.testing.assert_array_equal(summary["rank_mean"][:, 0], [6 / 4, 6 / 4, 8 / 4])
    np.testing.assert_array_equal(summary["rank_flip_probability"][:, 0], [0.25, 0.5, 0.5])
    # A tie in the baseline can be kept, but a constant has no correlation.
    tied = {
        "recc_baseline": np.array([2.0, 2.0, 2.0]),
        "rank_baseline": np.ones(3, np.int16),
    }
    summary = rm.summarize(with_recc(recc, **tied))
    assert np.isnan(summary["kendall_tau_mean"].item())
    assert summary["ranking_unchanged_probability"].item() == 0.25


def test_tau_is_that_of_scipy() -> None:
    rng = np.random.default_rng(1)
    for ties in (False, True):
        draw = (lambda: rng.integers(0, 4, 7)) if ties else (lambda: rng.permutation(7))
        for _ in range(50):
            one, other = draw().astype(float), draw().astype(float)
            tau_b = scipy.stats.kendalltau(one, other).statistic
            untied = [sum(a != b for k, a in enumerate(x) for b in x[:k]) for x in (one, other)]
            expected = tau_b * np.sqrt(np.prod(untied)) / 21 if min(untied) else 0.0
            assert reference.kendall_tau(one, other) == pytest.approx(expected, abs=1e-12)
    recc = rng.normal(size=(3, 400))
    base = np.array([3.0, 2.0, 1.0])
    ranks = {"recc_baseline": base, "rank_baseline": np.array([1, 2, 3], np.int16)}
    taus = [scipy.stats.kendalltau(base, draw).statistic for draw in recc.T]
    summary = rm.summarize(with_recc(recc, **ranks))
    np.testing.assert_allclose(summary["kendall_tau_mean"], [np.mean(taus)], rtol=1e-12)
    np.testing.assert_allclose(summary["kendall_tau_std"], [np.std(taus, ddof=1)], rtol=1e-12)


def test_a_peak_that_is_shared_is_in_the_first_year() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}).load()
    draws = rm.simulate(study, samples=10, seed=1)
    values = np.array([1.0, 2.0, 2.0])[None, :, None] * np.ones(draws["support"].shape)
    summary = rm.summarize(draws.assign(support=(draws["support"].dims, values)))
    np.testing.assert_array_equal(summary["support_peak_probability"], [[0, 1, 0]] * 3)
    np.testing.assert_array_equal(summary["support_increase_probability"], [1, 1, 1])


def test_moments_of_ranks_do_not_cancel() -> None:
    ranks = np.array([10**5] * 10**6 + [10**5 - 1])
    total, squares, draws = (np.array([n]) for n in (ranks.sum(), (ranks**2).sum(), ranks.size))
    mean, std = rank_moments(total, squares, draws)
    np.testing.assert_allclose(mean, [ranks.mean()], rtol=1e-15)
    np.testing.assert_allclose(std, [np.std(ranks - 10**5, ddof=1)], rtol=1e-12)
    assert np.isnan(rank_moments(*(np.array([n]) for n in (0, 0, 0)))).all()
    assert np.isnan(rank_moments(*(np.array([n]) for n in (2, 4, 1)))[1]).all()


def test_quantiles_of_counts_are_those_of_numpy() -> None:
    rng = np.random.default_rng(1)
    levels = [0.0, 0.025, 0.3, 0.5, 0.9, 1.0]
    for draws in (1, 2, 9, 500):
        values = rng.integers(-3, 4, draws)
        counts = np.bincount(values + 3, minlength=7)[None]
        found = count_quantiles(counts, np.arange(-3, 4), levels)
        np.testing.assert_allclose(found[0], np.quantile(values, levels), atol=1e-12)
    assert np.isnan(count_quantiles(np.zeros((1, 7), int), np.arange(-3, 4), levels)).all()


def test_a_single_mine_has_no_ranking() -> None:
    found = kendall_statistics(np.array([[5]]), np.array([5]), np.array([0]), [0.5])
    assert np.isnan(found["kendall_tau_mean"]).all()


# --- obstacle degrees and weights ----------------------------------------------------------------


def test_degrees_and_weights_are_those_of_the_draws() -> None:
    study = STUDIES["both systems"].load()
    draws = rm.simulate(study, samples=SAMPLES, seed=3)
    kept = first.first_samples(CompiledStudy.of(study), 3, SAMPLES)
    degrees = np.concatenate(kept.degrees, axis=-1).reshape(3, 3, 9, SAMPLES)
    levels = draws.attrs["quantiles"]
    parts = reference.moments(degrees, np.zeros((3, 3, 9)))
    for name in ("mean", "std"):
        np.testing.assert_allclose(draws[f"obstacle_{name}"], parts[name], rtol=1e-10)
    np.testing.assert_array_equal(draws["obstacle_quantile"], reference.quantiles(degrees, levels))
    for number, criterion in enumerate(draws["criterion"].values):
        members = draws["indicator_criterion"].values == criterion
        mean = parts["mean"][..., members].sum(axis=-1)
        found = draws["obstacle_criterion_mean"].values[..., number]
        np.testing.assert_allclose(found, mean, rtol=1e-12)
    for kind, values in (("ahp", kept.weight_ahp), ("entropy", kept.weight_objective)):
        parts = reference.moments(values, np.zeros(9))
        for name in ("mean", "std"):
            np.testing.assert_allclose(draws[f"weight_{kind}_{name}"], parts[name], rtol=1e-10)
        np.testing.assert_array_equal(
            draws[f"weight_{kind}_quantile"], reference.quantiles(values, levels)
        )


def test_a_system_left_out_has_no_degrees() -> None:
    draws = rm.simulate(STUDIES["plain"].load(), samples=300, seed=1)
    pressure = draws["indicator_system"].values == "pressure"
    assert np.isnan(draws["obstacle_quantile"].values[:, :, pressure]).all()
    assert np.isfinite(draws["obstacle_quantile"].values[:, :, ~pressure]).all()
    lost = draws["criterion_system"].values == "pressure"
    assert np.isnan(draws["obstacle_criterion_mean"].values[..., lost]).all()


def test_only_the_first_samples_are_evaluated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    study = STUDIES["plain"].load()
    monkeypatch.setattr(first, "FIRST", 1024)
    draws = rm.simulate(study, samples=3000, seed=3)
    short = rm.simulate(study, samples=1024, seed=3)
    tallied = rm.simulate(study, samples=3000, seed=3, keep="summary")
    for name in FROM_FIRST:
        np.testing.assert_array_equal(draws[name], short[name])
        np.testing.assert_array_equal(tallied[name], draws[name])
        assert draws[name].attrs["samples"] == tallied[name].attrs["samples"] == 1024
        assert rm.summarize(draws)[name].attrs["samples"] == 1024
    for summary in (tallied, rm.summarize(draws)):
        assert "samples" not in summary["weight_quantile"].attrs


def test_weights_that_blocks_have_kept_are_those_of_the_first_samples() -> None:
    model = CompiledStudy.of(STUDIES["both systems"].load())
    edges = find_edges(model, 3, SAMPLES)
    blocks = cut(first.FIRST + 3000, 3072, model.plan.options.unit)
    baseline = made_up_baseline(model.plan)
    parts = [compute_tally(model, 3, edges, baseline, True, block) for block in blocks]
    weights = merge_in_order(zip(blocks, parts, strict=True)).weights
    again = first.first_samples(model, 3, blocks.samples)
    np.testing.assert_array_equal(weights.ahp, again.weight_ahp)
    np.testing.assert_array_equal(weights.objective, again.weight_objective)


@pytest.mark.parametrize("samples", [900, 2500])
def test_degrees_that_do_not_fit_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, samples: int
) -> None:
    study = STUDIES["plain"].load()
    size = 8 * 9 * 9
    monkeypatch.setattr(first, "DEGREE_BYTES", 2047 * size)
    fitting = rm.simulate(study, samples=samples, seed=3)
    assert fitting["obstacle_quantile"].attrs["samples"] == min(samples, 1024)
    assert "left_out" not in fitting.attrs
    monkeypatch.setattr(first, "DEGREE_BYTES", 800 * size)
    draws = rm.simulate(study, samples=samples, seed=3)
    tallied = rm.simulate(study, samples=samples, seed=3, keep="summary")
    rm.save(tmp_path / "draws.nc", samples=draws, dtype="float64")
    with rm.load(tmp_path / "draws.nc") as tree:
        stored = rm.summarize(tree["samples"].to_dataset())
    for data in (draws, tallied, stored, rm.summarize(draws)):
        assert "obstacle_quantile" not in data
        assert "obstacle_std" in data
        assert data["weight_ahp_quantile"].attrs["samples"] == samples
        assert "obstacle_quantile is left out" in data.attrs["left_out"]


def test_a_quantile_that_is_missing_for_no_reason_is_an_error() -> None:
    draws = rm.simulate(STUDIES["plain"].load(), samples=100, seed=1)
    with pytest.raises(rm.InputError, match="variable obstacle_quantile is missing"):
        rm.summarize(draws.drop_vars("obstacle_quantile"))


# --- by way of parts -----------------------------------------------------------------------------


@pytest.mark.parametrize("keep", ["samples", "summary"])
def test_a_result_made_of_parts_has_the_same_summary(tmp_path: Path, keep: str) -> None:
    study = STUDIES["plain"].load()
    asked = Asked(samples=3000, seed=3, keep=keep, chunk=1024)
    place = Placement("threads", workers=2)
    made = runs.produce(study, tmp_path / "out.nc", Request(asked), placement=place)
    assert made is not None
    kept = rm.simulate(study, samples=3000, seed=3, keep=keep, scheduler="synchronous")
    expected = rm.summarize(kept) if keep == "samples" else kept
    xr.testing.assert_identical(made.summary.drop_attrs(), expected.drop_attrs())
    with rm.load(tmp_path / "out.nc") as tree:
        for name, values in expected.items():
            stored = tree["summary"][name]
            np.testing.assert_array_equal(stored, values, err_msg=str(name))
            assert stored.attrs.get("samples") == values.attrs.get("samples")
