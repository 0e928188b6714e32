"""Tables of coupling and fuzzy evaluation on a terminal."""

import recc_mc as rm
from recc_mc.cli.result_tables import evaluation_table, simulation_table
from recc_mc.labels.further import COORDINATION_CLASSES
from tests.kernels.cases import made_of_four, with_limits

UNCERTAIN = {"uncertainty_data": {"cv": 0.1}, "uncertainty_judgments": {"sigma": 0.3}}


def test_they_are_shown_where_they_are_asked_for() -> None:
    study = with_limits(made_of_four(**UNCERTAIN)).with_tables(coupling={}).load()
    base = rm.evaluate(study)
    text = evaluation_table(base)
    one = base.isel(year=-1, mine=0)
    name = COORDINATION_CLASSES[int(one["coordination_class"]) - 1].replace("_", " ")
    numbers = [one[name].item() for name in ("coupling", "coordination_index", "coordination")]
    assert f"  Mine 0  {'  '.join(f'{x:.4f}' for x in numbers)}  {name}" in text
    assert "2014: fuzzy evaluation, the first grade that of the most" in text
    summary = rm.simulate(study, samples=200, seed=1, keep="summary", scheduler="synchronous")
    text = simulation_table(base, summary)
    assert "2014: coordination degree D and its most probable class" in text
    assert f"{summary['coordination_mean'].isel(year=-1, mine=0).item():.4f}" in text
    for system in ("support", "pressure"):
        assert f"2014: fuzzy evaluation of {system}, most probable grades" in text
    assert max(map(len, text.splitlines())) <= 100


def test_nothing_is_said_where_nobody_asks() -> None:
    text = evaluation_table(rm.evaluate(made_of_four().load()))
    assert "coupling C" not in text
    assert "fuzzy" not in text
