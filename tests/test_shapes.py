"""One mine over many years, and one system alone, through every function."""

import warnings

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.report import render_report
from recc_mc.study.shape import is_made_of, outputs_of
from tests import reference
from tests.declared import always
from tests.shapes import SHAPES, one_mine, one_system
from tests.strategies import small_study

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")


@pytest.fixture(params=SHAPES)
def study(request):
    return SHAPES[request.param][0].load()


def expected(study, group):
    """Declared variables that the shape has."""
    return {name for name in always(group) if is_made_of(name, outputs_of(study))}


def test_the_baseline_is_that_of_the_reference(study):
    baseline, plain = rm.evaluate(study), reference.baseline(study)
    assert set(baseline.data_vars) == expected(study, "baseline") - {"expert_consistency_ratio"}
    for name in ("support", "pressure", "recc", "rank", "zone", "grade"):
        if name in baseline:
            np.testing.assert_allclose(baseline[name], plain[name], rtol=1e-12, err_msg=name)


def test_draws_and_both_summaries_hold_what_the_shape_has(study):
    draws = rm.simulate(study)
    kept, tallied = rm.summarize(draws), rm.simulate(study, keep="summary")
    assert set(draws.data_vars) == expected(study, "samples")
    assert set(tallied.data_vars) == expected(study, "summary")
    without = {name for name in tallied.data_vars if name.endswith("_resolution")}
    assert set(kept.data_vars) == set(tallied.data_vars) - without
    for name in kept.data_vars:
        if "quantile" not in name:
            np.testing.assert_allclose(kept[name], tallied[name], rtol=1e-12, err_msg=name)


def test_lazy_draws_are_summarised_as_those_in_memory(study, monkeypatch):
    draws = rm.simulate(study)
    lazy = rm.summarize(draws.chunk(sample=400))
    for name, values in rm.summarize(draws).items():
        np.testing.assert_array_equal(lazy[name], values, err_msg=str(name))


def test_a_result_file_gives_draws_and_study_back(study, tmp_path):
    draws, baseline = rm.simulate(study), rm.evaluate(study)
    summary = rm.summarize(draws)
    parts = rm.sensitivity(study)
    path = tmp_path / "r.nc"
    rm.save(path, baseline=baseline, samples=draws, summary=summary, sensitivity=parts)
    with rm.load(path) as tree:
        again = tree["samples"].to_dataset().load()
        assert tree["summary"].attrs["outputs_comment"] == summary.attrs["outputs_comment"]
    assert set(rm.summarize(again).data_vars) == set(summary.data_vars)
    assert rm.load_study(path).digest == study.digest
    page = render_report(path)
    assert page.count("Left out by the shape of the study") == 1
    assert "plot." not in page
    ranks = "rank" in outputs_of(study)
    assert ("Rank intervals" in page) is ranks
    assert ("Load and overload" in page) is ("recc" in outputs_of(study))


@pytest.mark.parametrize(("method", "samples"), [("morris", 8), ("rbd_fast", 100), ("delta", 250)])
def test_methods_of_salib_analyse_what_the_shape_has(study, method, samples):
    parts = rm.sensitivity(study, method=method, samples=samples)
    assert set(parts["output"].values) <= set(outputs_of(study))
    assert not [name for name in parts.data_vars if not is_made_of(name, outputs_of(study))]


def test_sobol_indices_are_of_what_the_shape_has(study):
    parts = rm.sensitivity(study)
    outputs = [name for name in outputs_of(study) if name != "obstacle"]
    assert parts["output"].values.tolist() == outputs
    assert ("rank_shift_variance" in parts) is ("rank" in outputs)
    known = parts["undefined"].sel(output=outputs[0]) == 0
    assert known.any()


def test_rows_give_what_the_shape_has_and_refuse_the_rest(study):
    rows = [[0.5] * rm.salib_problem(study)["num_vars"]]
    found = rm.evaluate_rows(study, rows)
    assert set(found.data_vars) == set(outputs_of(study)) - {"obstacle"}
    absent = next(iter({"rank", "recc"} - set(outputs_of(study))))
    with pytest.raises(rm.InputError, match=f'outputs: must be among .*, got "{absent}"'):
        rm.evaluate_rows(study, rows, outputs=[absent])


def test_results_of_a_shape_are_compared(study):
    draws = rm.simulate(study)
    same = rm.compare(draws, draws)
    assert same.attrs["errors"] == "paired"
    assert not [name for name in same.data_vars if not is_made_of(name, outputs_of(study))]
    for name in same.data_vars:
        if str(name).endswith("_difference"):
            assert float(abs(same[name]).max()) == 0


def test_a_study_of_one_system_is_compared_by_that_with_one_of_both():
    one, both = rm.evaluate(one_system("support").load()), rm.evaluate(small_study().load())
    found = rm.compare(one, both)
    assert set(found.data_vars) == {"support_baseline", "support_baseline_difference"}


def test_the_index_of_one_system_is_that_of_the_whole_study():
    # Same numbers of the seed would need the same columns: without uncertainty there are none.
    files = one_system("support")
    alone = rm.evaluate(files.load())
    whole = rm.evaluate(small_study(mines=4, years=3).load())
    np.testing.assert_array_equal(alone["support"], whole["support"])
    order = np.argsort(-alone["support"].values, axis=0)
    np.testing.assert_array_equal(
        np.take_along_axis(alone["rank"].values, order, 0).T, [range(1, 5)] * 3
    )
    assert alone["rank"].attrs["long_name"] == "rank by support index S"
    assert alone["rank"].attrs["comment"].startswith("rank 1 is the largest S of the year")


def test_pictures_of_what_is_left_out_say_why():
    draws = rm.simulate(one_system("pressure").load())
    summary = rm.summarize(draws)
    why = "no indicator is in system support: the pressure index P stands alone"
    for draw in (
        lambda: rm.plot.class_probabilities(summary),
        lambda: rm.plot.ribbons(summary),
        lambda: rm.plot.plane(rm.evaluate(one_system("pressure").load())),
    ):
        with pytest.raises(rm.InputError, match=why):
            draw()
    axis = rm.plot.rank_intervals(summary).axes[0]
    assert axis.get_xlabel() == "Rank by P in 2014 (1 = largest P)"


def test_pictures_of_ranks_of_one_mine_say_why():
    summary = rm.simulate(one_mine().load(), keep="summary")
    with pytest.raises(rm.InputError, match="there is one mine: ranks between mines"):
        rm.plot.rank_acceptability(summary)


def test_the_kernels_of_the_exchanges_agree_with_whole_evaluations(study, monkeypatch):
    fast = rm.sensitivity(study, samples=64, replicates=2)
    monkeypatch.setattr("recc_mc.variance.rows.is_linear", lambda plan: False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = rm.sensitivity(study, samples=64, replicates=2)
    xr.testing.assert_allclose(fast, plain, rtol=1e-8, atol=1e-10)
