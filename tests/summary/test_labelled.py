"""The summary of draws, variable by variable against the reference."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.parts import memory as in_memory
from recc_mc.results.variables import GROUPS
from recc_mc.summary import pieces
from tests import reference
from tests.declared import always
from tests.strategies import small_study

#: Studies whose draws have everything that can happen to them.
STUDIES: dict[str, dict[str, Any]] = {
    "plain": {
        "uncertainty_judgments": {"sigma": 0.5},
        "uncertainty_data": {"cv": 0.2, "systematic_cv": 0.1},
    },
    # Geometric aggregation of the smallest value gives S = 0 and no C.
    "undefined": {
        "method": {"aggregation": "geometric", "goalposts": "yearly", "obstacle": "both"},
        "uncertainty_data": {"cv": 0.3},
    },
    "reject": {"uncertainty_judgments": {"sigma": 0.6, "consistency": "reject"}},
    "keep": {"uncertainty_judgments": {"sigma": 0.6, "consistency": "keep", "cr_limit": 0.05}},
    "one level": {"uncertainty_data": {"cv": 0.1}, "simulation": {"quantiles": [0.5]}},
}
close: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(scope="module", params=STUDIES)
def draws(request: pytest.FixtureRequest) -> xr.Dataset:
    study = small_study(**STUDIES[request.param]).load()
    return rm.simulate(study, samples=2100, seed=4)


def expected(draws: xr.Dataset) -> dict[str, Any]:
    """The summary by the reference, which knows all of it but the obstacles' totals."""
    found: dict[str, Any] = {}
    for name in ("support", "pressure", "recc"):
        values = draws[name].values
        parts = reference.moments(values, draws[f"{name}_baseline"].values)
        count = parts.pop("count")
        found |= {f"{name}_{part}": value for part, value in parts.items()}
        found[f"{name}_mean_error"] = parts["std"] / np.sqrt(np.maximum(count, 1))
        found[f"{name}_quantile"] = reference.quantiles(values, draws.attrs["quantiles"])
    found["overload_first_undefined"] = np.isnan(draws["recc"].values).any(axis=1).sum(axis=-1)
    found["recc_undefined"] = draws.sizes["sample"] - count
    recc, mines = draws["recc"].values, draws.sizes["mine"]
    both = {
        "zone": reference.class_probability(draws["zone"].values, range(4)),
        "grade": reference.class_probability(draws["grade"].values, range(1, 10)),
        "rank": reference.class_probability(draws["rank"].values, range(1, mines + 1)),
        "overload": reference.overload_probability(recc),
        "outranks": reference.outranks_probability(recc),
        "overload_first": reference.first_overload_probability(recc)[..., :-1],
        "overload_never": reference.first_overload_probability(recc)[..., -1],
    }
    for name, (share, error) in both.items():
        found |= {f"{name}_probability": share, f"{name}_probability_error": error}
    found |= compared(draws)
    weight = draws["weight"].values
    found["weight_quantile"] = reference.quantiles(weight, draws.attrs["quantiles"])
    parts = reference.moments(weight, np.zeros(len(weight)))
    found |= {"weight_mean": parts["mean"], "weight_std": parts["std"]}
    found |= reference.ledger(
        draws["consistency_ratio"].values,
        draws["repair"].values,
        draws["redraws"].values,
        draws.attrs["cr_limit"],
    )
    for name in set(GROUPS["summary"]) & set(GROUPS["samples"]):
        found[name] = draws[name].values
    return found


def compared(draws: xr.Dataset) -> dict[str, Any]:
    """Statistics of mines, years and the baseline compared, by the reference."""
    found: dict[str, Any] = {}
    levels = draws.attrs["quantiles"]
    value = {name: draws[name].values for name in ("support", "pressure", "recc", "rank")}
    base = {name: draws[f"{name}_baseline"].values for name in (*value, "zone", "grade")}
    both = {
        f"{name}_flip": reference.flip_probability(draws[name].values, base[name])
        for name in ("zone", "grade", "rank")
    }
    both["overload_flip"] = reference.overload_flip_probability(value["recc"], base["recc"])
    rank = np.where(value["rank"] > 0, value["rank"], np.nan)
    parts = reference.moments(rank, np.zeros(rank.shape[:2]))
    found |= {"rank_mean": parts["mean"], "rank_std": parts["std"]}
    found["rank_quantile"] = reference.rank_quantiles(value["rank"], levels)
    tau, same = reference.agreement(value["recc"], value["rank"], base["recc"], base["rank"])
    parts = reference.moments(tau, np.zeros(len(tau)))
    found |= {"kendall_tau_mean": parts["mean"], "kendall_tau_std": parts["std"]}
    found["kendall_tau_quantile"] = reference.quantiles(tau, levels)
    both["ranking_unchanged"] = reference.with_error(same == 1, ~np.isnan(same))
    found["support_pressure_correlation"] = reference.correlation(
        value["support"], value["pressure"]
    )
    for name in ("support", "pressure", "recc") if draws.sizes["year"] > 1 else ():
        change = reference.change(value[name])
        parts = reference.moments(change, np.zeros(len(change)))
        found |= {f"{name}_change_mean": parts["mean"], f"{name}_change_std": parts["std"]}
        found[f"{name}_change_quantile"] = reference.quantiles(change, levels)
        found[f"{name}_change_baseline"] = reference.change(base[name][..., None])[:, 0]
        both[f"{name}_increase"] = reference.with_error(change > 0, ~np.isnan(change))
        both[f"{name}_peak"] = reference.peak_probability(value[name])
    for name, (share, error) in both.items():
        found |= {f"{name}_probability": share, f"{name}_probability_error": error}
    return found


def test_every_variable_is_that_of_the_reference(draws: xr.Dataset) -> None:
    summary, known = rm.summarize(draws), expected(draws)
    resolution = {name for name in GROUPS["summary"] if name.endswith("_quantile_resolution")}
    assert set(summary.data_vars) == always("summary") - resolution == set(known)
    for name, value in known.items():
        np.testing.assert_allclose(summary[name], value, err_msg=name, **close)
    np.testing.assert_array_equal(summary["quantile"], draws.attrs["quantiles"])
    for name in ("seed", "study_digest", "study", "title"):
        assert summary.attrs[name] == draws.attrs[name]


def test_the_studies_show_what_they_are_for() -> None:
    def shares(name: str) -> xr.Dataset:
        study = small_study(**STUDIES[name]).load()
        return rm.summarize(rm.simulate(study, samples=2100, seed=4))

    undefined = shares("undefined")["recc_undefined"]
    assert ((undefined > 0) & (undefined < 2100)).any()
    for name, moved in (("plain", "repaired"), ("reject", "redrawn"), ("keep", None)):
        summary = shares(name)
        assert 0 < summary["share_accepted"].min() < 1
        others = summary["share_repaired"] + summary["share_redrawn"]
        if moved is None:
            # A flagged draw is used as it is: neither accepted nor repaired nor redrawn.
            assert (others == 0).all()
        else:
            total = summary["share_accepted"] + summary[f"share_{moved}"]
            np.testing.assert_allclose(total, 1, rtol=1e-12)


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_zero_noise_has_no_bias_and_no_deviation() -> None:
    study = small_study().load()
    summary = rm.summarize(rm.simulate(study, samples=3000, seed=1))
    baseline = rm.evaluate(study)
    for name in ("support", "pressure", "recc"):
        np.testing.assert_array_equal(summary[f"{name}_mean"], baseline[name])
        assert (summary[f"{name}_bias"] == 0).all()
        assert (summary[f"{name}_std"] == 0).all()
        assert (summary[f"{name}_quantile"] == baseline[name]).all()
    assert np.isin(summary["rank_probability"], [0, 1]).all()
    assert (summary["share_accepted"] == 1).all()


def test_one_sample_has_means_but_no_deviations() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}).load()
    draws = rm.simulate(study, samples=1, seed=1)
    summary = rm.summarize(draws)
    np.testing.assert_array_equal(summary["recc_mean"], draws["recc"].isel(sample=0))
    assert np.isnan(summary["recc_std"]).all()
    assert (summary["zone_probability"].sum("zone") == 1).all()


# --- the same summary, however the draws are kept ------------------------------------------------


@pytest.mark.parametrize("budget", [1, 2**20, 2**30])
def test_the_size_of_pieces_changes_no_bit(monkeypatch: pytest.MonkeyPatch, budget: int) -> None:
    draws = rm.simulate(small_study(**STUDIES["plain"]).load(), samples=8300, seed=4)
    whole = rm.summarize(draws)
    monkeypatch.setattr(pieces, "BYTES_PER_PIECE", budget)
    xr.testing.assert_identical(rm.summarize(draws), whole)


@pytest.mark.parametrize("memory", [0, 2**17, 2**40])
@pytest.mark.parametrize("chunk", [1000, 2048])
def test_draws_larger_than_memory_have_the_same_summary(
    monkeypatch: pytest.MonkeyPatch, chunk: int, memory: int
) -> None:
    study = small_study(**STUDIES["plain"]).load()
    whole = rm.summarize(rm.simulate(study, samples=5300, seed=4))
    monkeypatch.setattr(in_memory, "available_memory", lambda: 0)
    monkeypatch.setattr(pieces, "available_memory", lambda: memory)
    deferred = rm.simulate(study, samples=5300, seed=4, chunk=chunk)
    assert deferred["recc"].chunks is not None
    xr.testing.assert_identical(rm.summarize(deferred), whole)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("lazy", [True, False])
def test_draws_from_a_file_have_a_summary(
    tmp_path: Path, draws: xr.Dataset, dtype: str, lazy: bool
) -> None:
    rm.save(tmp_path / "draws.nc", samples=draws, dtype=dtype)
    whole = rm.summarize(draws)
    with rm.load(tmp_path / "draws.nc") as tree:
        stored = tree["samples"].to_dataset()
        stored = stored.chunk(sample=700) if lazy else stored
        summary = rm.summarize(stored)
    if dtype == "float64":
        xr.testing.assert_equal(summary, whole)
    else:
        np.testing.assert_allclose(summary["recc_mean"], whole["recc_mean"], rtol=1e-6)
        np.testing.assert_array_equal(summary["rank_probability"], whole["rank_probability"])
    assert summary["recc_mean"].dtype == np.float64


def test_draws_that_xarray_opened_have_the_same_summary(tmp_path: Path, draws: xr.Dataset) -> None:
    rm.save(tmp_path / "draws.nc", samples=draws, dtype="float64")
    with xr.open_dataset(tmp_path / "draws.nc", group="samples") as opened:
        # Its codes are numbers with NaN for what is undefined.
        assert opened["zone"].dtype.kind == "f"
        summary = rm.summarize(opened)
    for name, values in rm.summarize(draws).items():
        np.testing.assert_array_equal(summary[name], values, err_msg=str(name))


def test_dimensions_may_come_in_any_order(draws: xr.Dataset) -> None:
    turned = draws.transpose("sample", "year", ...)
    xr.testing.assert_identical(rm.summarize(turned), rm.summarize(draws))


def test_some_years_and_samples_may_be_summarised(draws: xr.Dataset) -> None:
    part = draws.isel(year=slice(1, None), sample=slice(None, None, 3))
    summary = rm.summarize(part)
    mean = part["support"].mean("sample")
    np.testing.assert_allclose(summary["support_mean"], mean, rtol=1e-12)


def test_draws_are_not_changed(draws: xr.Dataset) -> None:
    before = draws.copy(deep=True)
    rm.summarize(draws)
    xr.testing.assert_identical(draws, before)


# --- wrong draws ---------------------------------------------------------------------------------


def test_what_is_missing_is_named(draws: xr.Dataset) -> None:
    wrong = draws.drop_vars(["zone", "repair"]).assign(recc=draws["recc"].isel(mine=0))
    del wrong.attrs["cr_limit"]
    with pytest.raises(rm.InputError) as caught:
        rm.summarize(wrong)
    assert caught.value.problems == (
        "draws: recc has dimensions ('year', 'sample'), expected ('mine', 'year', 'sample')",
        "draws: variable zone is missing",
        "draws: variable repair is missing",
        "draws: attribute cr_limit is missing",
    )


def test_draws_of_some_mines_keep_their_ranks_among_all() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}).load()
    draws = rm.simulate(study, samples=500, seed=1)
    last = draws.isel(mine=[int(draws["rank"].values[:, 0].mean(axis=-1).argmax())])
    with pytest.raises(rm.InputError, match=r"rank 3 among 1 mines; summarize the draws of all"):
        rm.summarize(last)


def test_no_samples_are_an_error(draws: xr.Dataset) -> None:
    with pytest.raises(rm.InputError, match="draws: there are no samples"):
        rm.summarize(draws.isel(sample=slice(0)))


def test_undefined_values_give_no_warnings() -> None:
    study = small_study(**STUDIES["undefined"]).load()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rm.summarize(rm.simulate(study, samples=100, seed=1))


def test_what_a_part_of_the_draws_carries_is_said_to_be_of_the_run() -> None:
    study = small_study(**STUDIES["plain"]).load()
    draws = rm.simulate(study, samples=300, seed=3)
    part = rm.summarize(draws.isel(sample=slice(40)))
    assert part.attrs["samples"] == 40
    for name in (
        "obstacle_mean",
        "obstacle_quantile",
        "weight_ahp_mean",
        "weight_entropy_quantile",
    ):
        assert part[name].attrs["samples"] == 300
        comment = part[name].attrs["samples_comment"]
        assert comment == "of 300 of the 300 draws of the run, not of the 40 draws summarised"
        assert "samples_comment" not in rm.summarize(draws)[name].attrs
    assert "samples_comment" not in part["recc_mean"].attrs
