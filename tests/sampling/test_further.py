"""Known answers of the case study: criterion scores, coupling, and a fuzzy evaluation."""

import numpy as np
import pytest

import recc_mc as rm
from tests import reference
from tests.kernels.cases import made_of_four, with_limits
from tests.strategies import with_values

# C, T and D of the standard form, C and D of the modified one, of U = (S, 1 - P) in 2019.
COUPLED = {
    "Bayan Obo": (0.9980, 0.4468, 0.6677, 0.9127, 0.6385),
    "Weishan": (0.8788, 0.6083, 0.7311, 0.3853, 0.4841),
    "Longnan": (0.9981, 0.5387, 0.7333, 0.9085, 0.6996),
    "Mianning": (0.9570, 0.5739, 0.7411, 0.6057, 0.5896),
    "Pingyuan": (0.9435, 0.6351, 0.7741, 0.5394, 0.5853),
    "Chongzuo": (0.9308, 0.7042, 0.8096, 0.4748, 0.5782),
}
close = {"atol": 5.01e-5, "rtol": 0}


def test_known_coupling_of_support_and_pressure(case_study: rm.Study) -> None:
    standard = rm.evaluate(case_study.replace({"coupling.of": "systems"})).sel(year=2019)
    modified = rm.evaluate(case_study.replace({"coupling.form": "modified"})).sel(year=2019)
    for mine, (c, t, d, c_modified, d_modified) in COUPLED.items():
        one, other = standard.sel(mine=mine), modified.sel(mine=mine)
        found = [one["coupling"], one["coordination_index"], one["coordination"]]
        np.testing.assert_allclose(found, (c, t, d), **close)
        np.testing.assert_allclose(
            [other["coupling"], other["coordination"]], (c_modified, d_modified), **close
        )
        assert int(one["coordination_class"]) == 1 + int(10 * d)


def test_known_coupling_of_the_criteria_of_support(case_study: rm.Study) -> None:
    table = {"coupling.of": "support", "coupling.weights": "combined"}
    standard = rm.evaluate(case_study.replace(table)).sel(year=2019)
    modified = rm.evaluate(case_study.replace({**table, "coupling.form": "modified"})).sel(
        year=2019
    )
    first, longnan = standard.sel(mine="Bayan Obo"), standard.sel(mine="Longnan")
    scores = first["criterion_score"].where(first["criterion_system"] == "support", drop=True)
    np.testing.assert_allclose(scores, (0.0310, 0.3758, 0.4860, 0.5972), **close)
    found = [data[name] for data in (first, longnan) for name in ("coupling", "coordination")]
    np.testing.assert_allclose(found, (0.6475, 0.5207, 0.9716, 0.7009), **close)
    other = modified.sel(mine="Bayan Obo")
    np.testing.assert_allclose(
        [other["coupling"], other["coordination"]], (0.4567, 0.4373), **close
    )


def test_scores_weighed_by_their_criteria_are_the_index(case_study: rm.Study) -> None:
    base = rm.evaluate(case_study)
    for system in ("support", "pressure"):
        own = base["criterion_system"] == system
        index = (base["criterion_score"] * base["criterion_weight"]).where(own).sum("criterion")
        np.testing.assert_allclose(index.transpose("mine", "year"), base[system], rtol=1e-12)
    assert {"coupling", "fuzzy_score"}.isdisjoint(base)


@pytest.mark.parametrize("scores", [[0.95, 0.5, 0.05], [1.0, 0.6, 0.2]])
def test_a_fuzzy_evaluation_is_that_of_the_reference(scores: list[float]) -> None:
    study = with_limits(made_of_four()).with_tables(fuzzy={"scores": scores}).load()
    base, expected = rm.evaluate(study), reference.baseline(study)
    assert base["fuzzy_membership"].dims == ("system", "mine", "year", "fuzzy_class")
    for name in ("fuzzy_membership", "fuzzy_score", "fuzzy_grade"):
        np.testing.assert_allclose(base[name], expected[name], atol=1e-12, err_msg=name)
    np.testing.assert_allclose(base["fuzzy_membership"].sum("fuzzy_class"), 1.0)
    weighed = base["fuzzy_membership"].values @ np.array(scores)
    np.testing.assert_allclose(base["fuzzy_score"], weighed, rtol=1e-12)


def test_a_criterion_without_weight_has_no_score() -> None:
    study = made_of_four(method={"ahp_share": 0.0}).load()
    values = study.panel.values.copy()
    place = [study.hierarchy.names.index(name) for name in study.hierarchy.members("soil")]
    values[..., place] = 5.0
    base = rm.evaluate(with_values(study, values))
    alone = base["criterion_score"].sel(criterion="soil")
    assert bool(alone.isnull().all())
    assert not bool(base["criterion_score"].sel(criterion="water").isnull().any())
