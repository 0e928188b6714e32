"""What each assumption does to the verdict: paired runs with known answers."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.assumed.assumptions import rare_variants
from recc_mc.assumed.variants import assumptions_of, words_of
from recc_mc.assumed.words import effects, problems
from recc_mc.language import speaking
from recc_mc.study.choices import CHOICES
from tests.report.conftest import uncertain
from tests.shapes import one_system
from tests.strategies import small_study
from tests.sweeps import toys

RUN = {"samples": 300, "seed": 5, "scheduler": "synchronous"}


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return uncertain().load()


@pytest.fixture(scope="module")
def found(study: rm.Study) -> xr.Dataset:
    return rm.assumptions(study, **RUN)


@pytest.mark.parametrize("name", ["reference", "scope=yearly", "aggregation=geometric"])
def test_a_variant_is_the_simulation_of_the_edited_study_to_the_bit(
    study: rm.Study, found: xr.Dataset, name: str
) -> None:
    edits = {one.name: one.changes for one in assumptions_of(study)}
    edited = study if name == "reference" else study.replace(edits[name])
    expected = rm.simulate(edited, **RUN, keep="summary").isel(year=-1)
    one = found.sel(assumption=name)
    first = expected["rank_probability"].sel(rank_position=1)
    np.testing.assert_array_equal(one["first_probability"], first)
    np.testing.assert_array_equal(one["overload_probability"], expected["overload_probability"])
    np.testing.assert_allclose(one["index_mean"], expected["recc_mean"], rtol=1e-14)
    np.testing.assert_allclose(one["rank_mean"], expected["rank_mean"], rtol=1e-14)


def test_a_variant_with_fewer_factors_has_the_random_numbers_of_a_sweep(
    study: rm.Study, found: xr.Dataset
) -> None:
    swept = rm.sweep(study, {"uncertainty.data.cv": [0.05, 0.0]}, **RUN).isel(year=-1)
    for k, name in enumerate(("reference", "errors:data")):
        np.testing.assert_array_equal(
            found["overload_probability"].sel(assumption=name),
            swept["overload_probability"].isel(cv=k),
        )


def test_what_does_nothing_changes_exactly_nothing(found: xr.Dataset) -> None:
    # In a panel of one year goalposts of each year are those of all.
    one_year = rm.assumptions(uncertain(years=1).load(), **RUN)
    for still in (found.sel(assumption="reference"), one_year.sel(assumption="scope=yearly")):
        changes = [name for name in still if "_change" in str(name)]
        assert len(changes) == 8
        assert all((still[name] == 0).all() for name in changes)


def test_changes_are_those_of_pairs_and_more_exact_than_two_runs(
    study: rm.Study, found: xr.Dataset
) -> None:
    one = found.sel(assumption="ahp_share=0.5")
    held = study.replace({"uncertainty.method.ahp_share": None})
    ratios = [rm.simulate(each, **RUN)["recc"].isel(year=-1) for each in (held, study)]
    apart = ratios[0].astype("float64") - ratios[1]
    np.testing.assert_allclose(one["index_mean_change"], apart.mean("sample"), atol=1e-6)
    error = apart.std("sample", ddof=1) / np.sqrt(RUN["samples"])
    np.testing.assert_allclose(one["index_mean_change_error"], error, rtol=1e-4)
    alone = np.hypot(one["index_mean_error"], found["index_mean_error"].sel(assumption="reference"))
    assert (one["index_mean_change_error"] < alone).all()


def test_no_cut_and_no_scheduler_changes_a_bit(study: rm.Study, found: xr.Dataset) -> None:
    other = rm.assumptions(study, **{**RUN, "chunk": 64, "scheduler": "threads"})
    assert other.drop_attrs().equals(found.drop_attrs())


def test_every_choice_is_tried_both_ways_and_what_is_drawn_is_held(study: rm.Study) -> None:
    names = {one.name for one in assumptions_of(study)}
    assert names >= {"errors:judgments", "errors:data", "ahp_share=0", "ahp_share=1"}
    assert "ahp_share=0.5" in names
    for choice in CHOICES:
        if choice.alternatives:
            others = set(choice.names) - {choice.default}
            assert {f"{choice.name}={name}" for name in others} <= names
    drawn = study.replace({"uncertainty.method.aggregation": ["linear", "topsis"]})
    names = {one.name for one in assumptions_of(drawn)}
    assert "aggregation:held=linear" in names
    assert "aggregation=topsis" not in names


def test_each_part_of_the_errors_is_dropped_alone() -> None:
    name = "water 0"
    own = {name: {"systematic_cv": 0.2}}
    data = {"cv": 0.05, "systematic_cv": 0.1, "indicators": own}
    study = small_study(mines=2, years=1, uncertainty_data=data).load()
    edits = {one.name: one.changes for one in assumptions_of(study)}
    assert set(edits) >= {"errors:data", "errors:cell", "errors:systematic"}
    without = study.replace(edits["errors:systematic"])
    assert without.error_model(name).systematic_cv == 0
    assert without.error_model(name).cv == 0.05


def test_what_the_study_cannot_be_without_is_said_with_the_reason(case_study: rm.Study) -> None:
    found = rm.assumptions(case_study, samples=20, seed=1)
    fixed = found.sel(assumption="scope=fixed")
    assert 'expected lower and upper, for goalposts = "fixed"' in fixed["assumption_problem"].item()
    assert fixed["first_probability"].isnull().all()
    assert [words for words, _ in problems(found)] == [words_of("scope=fixed")]


def test_sentences_tell_of_the_most_loaded_mine_the_largest_effect_first(found: xr.Dataset) -> None:
    told = effects(found)
    assert [effect.size for effect in told] == sorted((e.size for e in told), reverse=True)
    sentences = " ".join(effect.sentence for effect in told)
    assert "Weights of the data alone: Mine" in sentences
    with speaking("zh") as missing:
        spoken = effects(found)
    assert "只用数据权重" in {effect.assumption for effect in spoken}
    assert not missing


def test_the_verdict_of_a_toy_is_known_without_its_errors() -> None:
    study = toys.load(uncertainty_data={"cv": 0.2})
    found = rm.assumptions(study, **RUN).sel(assumption="errors:data")
    np.testing.assert_array_equal(found["overload_probability"], [1, 0])
    np.testing.assert_allclose(found["index_mean"], [1.2, 0.25])


def test_one_system_has_no_overload_and_one_mine_nobody_to_be_before() -> None:
    found = rm.assumptions(one_system("support").load(), **RUN)
    assert not any("overload" in str(name) for name in found)
    assert all("the largest S" in effect.sentence for effect in effects(found))
    alone = rm.assumptions(uncertain(mines=1, years=4).load(), **RUN)
    assert all("is overloaded in" in effect.sentence for effect in effects(alone))


def test_costly_variants_are_known_before(study: rm.Study) -> None:
    assert set(rare_variants(study)) >= {"aggregation=geometric", "objective=critic"}
    assert rare_variants(study.replace({"method.aggregation": "geometric"})) == []


def test_bad_input_is_one_sentence(study: rm.Study) -> None:
    with pytest.raises(rm.InputError, match="samples: must be >= 2, got 1"):
        rm.assumptions(study, samples=1)
