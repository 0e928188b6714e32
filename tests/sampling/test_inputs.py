import numpy as np
import pytest

import recc_mc as rm
from recc_mc.sampling.random import RandomDesign
from tests import reference
from tests.kernels.cases import all_cases, index_cases
from tests.strategies import small_study

# Cases that differ in what is made of the draws draw the same.
ALIKE = dict(index_cases())
CASES = {name: files for name, files in all_cases().items() if name not in ALIKE}
SAMPLES = 70
EVERYTHING = {
    "uncertainty_judgments": {"sigma": 0.3, "consistency": "keep"},
    "uncertainty_data": {"distribution": "normal", "cv": 0.1, "systematic_cv": 0.1, "mine_cv": 0.1},
    "uncertainty_method": {
        "ahp_share": {"low": 0.3, "high": 0.7},
        "prioritization": ["geometric_mean", "eigenvector"],
        "scope": {"yearly": 0.25, "pooled": 0.75},
    },
}


@pytest.fixture(scope="module")
def study():
    return small_study(**EVERYTHING).load()


def reference_inputs(study, seed, sample):
    """Judgments by matrix, shared errors by indicator and choices of one sample."""
    layout = reference.columns(study)
    columns = layout[-1][2].stop if layout else 0
    u = RandomDesign(columns, seed).rows(sample, 1)[:, 0]
    parts = {(factor, part): u[where] for factor, part, where in layout}
    nothing = np.empty(0)
    judgments = {}
    for matrix in study.judgments.matrices:
        entries = parts.get((f"judgment:{matrix.name}", "entries"), nothing)
        experts = parts.get((f"judgment:{matrix.name}", "experts"), nothing)
        if entries.size or experts.size:
            noise = reference.entry_noise(study, entries) if entries.size else nothing
            judgments[matrix.name] = reference.perturbed(study, matrix.name, noise, experts)
    return judgments, parts, reference.method_draw(study, parts)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
def test_what_is_told_is_what_the_reference_draws(case):
    study = CASES[case].load()
    drawn = rm.inputs(study, samples=SAMPLES, seed=3)
    for sample in (0, SAMPLES - 1):
        one = drawn.isel(sample=sample, missing_dims="ignore")
        judgments, parts, choices = reference_inputs(study, 3, sample)
        assert ("judgment" in one) == bool(judgments)
        for name, matrix in judgments.items():
            own = one["judgment"][(one["entry_matrix"] == name).values]
            np.testing.assert_allclose(own, reference.upper_triangle(matrix), rtol=1e-12)
        for (factor, part), u in parts.items():
            kind, _, name = factor.partition(":")
            if kind == "shared":
                told = one["shared_error"].sel(shared=name)
                expected = np.broadcast_to(reference.standard_variate("normal", u), told.shape)
                np.testing.assert_allclose(told, expected, rtol=1e-12, atol=1e-14)
            elif part in ("systematic", "mine"):
                keys = reference.error_keys(study, name)
                told = one[f"{part}_error"].sel(indicator=name)
                expected = reference.standard_variate(keys["distribution"], u)
                np.testing.assert_allclose(np.atleast_1d(told), expected, rtol=1e-12, atol=1e-14)
            elif part == "choice":
                told = one["method_choice"].sel(choice=name)
                codes = dict(
                    c.split(": ") for c in told["choice_codes"].item().split(", ") if ":" in c
                )
                expected = getattr(choices, name)
                if codes:
                    assert codes[f"{int(told)}"] == expected
                else:
                    assert told.item() == pytest.approx(expected, rel=1e-14)


def test_the_draws_of_a_run_come_from_these_judgments(study):
    drawn = rm.inputs(study, samples=SAMPLES, seed=5)
    draws = rm.simulate(study, samples=SAMPLES, seed=5, scheduler="synchronous")
    assert drawn["sample"].equals(draws["sample"])
    for name in ("support", "water"):
        own = drawn["judgment"][(drawn["entry_matrix"] == name).values].values
        size = len(study.judgments[name].items)
        ratios = [
            reference.consistency_ratio(reference.reciprocal(upper, size)) if size > 2 else 0.0
            for upper in own.T
        ]
        found = draws["consistency_ratio"].sel(matrix=name)
        np.testing.assert_allclose(found, ratios, atol=1e-6)


def test_a_sample_is_the_same_however_many_are_asked_for(study):
    few, many = (rm.inputs(study, samples=n, seed=5) for n in (3, SAMPLES))
    assert many.isel(sample=slice(3)).equals(few)
    assert not rm.inputs(study, samples=3, seed=6).equals(few)


def test_factors_are_named_as_in_other_results(study):
    drawn = rm.inputs(study, samples=2, seed=1)
    names = {*drawn["entry_factor"].values, *drawn["choice_factor"].values}
    names |= {*drawn["indicator_factor"].values}
    assert names == {factor.label for factor in rm.study.factors.list_factors(study)}
    assert drawn["mine_error"].dims == ("indicator", "mine", "sample")
    assert drawn["choice_codes"].values.tolist() == [
        "share of the AHP weight",
        "0: eigenvector, 1: geometric_mean",
        "0: pooled, 1: yearly, 2: fixed",
    ]
    assert drawn.attrs["seed"] == 1
    assert drawn.attrs["left_out"] == "noise of single cells"
    assert drawn.attrs["study_digest"] == study.digest


def test_what_does_not_vary_is_not_there():
    drawn = rm.inputs(small_study().load(), samples=2, seed=1)
    assert not drawn.data_vars
    only = small_study(uncertainty_data={"systematic_cv": 0.1}).load()
    assert list(rm.inputs(only, samples=2, seed=1)) == ["systematic_error"]
    assert "left_out" not in drawn.attrs


def test_samples_and_seed_are_those_of_the_study_unless_given():
    study = small_study(simulation={"samples": 7, "seed": 4}, **EVERYTHING).load()
    drawn = rm.inputs(study)
    assert (drawn.sizes["sample"], drawn.attrs["seed"]) == (7, 4)
    with pytest.raises(rm.InputError) as caught:
        rm.inputs(study, samples=0, seed="x")
    assert caught.value.problems == (
        "samples: must be >= 1, got 0",
        'seed: must be a whole number, got "x"',
    )
    with pytest.raises(rm.InputError, match="study: must be a Study"):
        rm.inputs("study.toml")
