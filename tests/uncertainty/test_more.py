"""Two forms of the kernels: what most studies need, and everything."""

from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.study import Study
from recc_mc.study.template import write_template
from recc_mc.uncertainty import build_plan
from recc_mc.uncertainty.more import asks_for_more
from tests.kernels.cases import chosen, fixed, judged, ranged, weighed, with_blanks, with_limits
from tests.strategies import of_system, shared_table


def test_the_case_study_and_a_new_one_need_what_most_do(case_study: Study, tmp_path: Path) -> None:
    new = rm.load_study(write_template(tmp_path / "new")[0])
    assert not asks_for_more(case_study)
    assert not asks_for_more(new)
    assert build_plan(new).more is None


def test_every_judgment_policy_but_redrawing_is_usual() -> None:
    usual = {"keep": False, "repair": False, "reject": True}
    assert {p: asks_for_more(judged(consistency=p).load()) for p in usual} == usual


@pytest.mark.parametrize(
    "files",
    [
        fixed(objective="critic"),
        fixed(aggregation="topsis"),
        chosen(objective=["entropy", "cv"]),
        chosen(combination=["linear", "game_theory"]),
        judged(distribution="saaty_steps", steps=1),
        with_blanks(judged()),
        weighed(fixed()),
        ranged(fixed(), (40.0, 60.0)),
        with_limits(fixed()),
        fixed().with_tables(coupling={"of": "systems"}),
        of_system(fixed(), "support"),
        fixed().with_tables(**shared_table(e=("all", 0.1, ("water 1", "air 1")))),
    ],
    ids=str,
)
def test_whatever_is_rare_is_asked_for_by_the_deterministic_index_too(files: Any) -> None:
    study = files.load()
    assert build_plan(study).more is not None
    assert build_plan(study, uncertain=False).more is not None
