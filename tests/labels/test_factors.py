"""Factors have names in words, from what a result holds of its study."""

import recc_mc as rm
from recc_mc.labels.factors import CHOICE_WORDS, factor_names, study_names
from recc_mc.study.choices import CHOICES
from recc_mc.study.factors import list_factors


def test_a_result_names_its_factors_as_its_study_does(case_study: rm.Study) -> None:
    names = factor_names(rm.evaluate(case_study).attrs)
    assert names == study_names(case_study)
    labels = [factor.label for factor in list_factors(case_study)]
    said = {label: names.name(label) for label in labels}
    assert len(set(said.values())) == len(labels)
    assert said["data:P2-4"] == "P2-4 Radioactivity (gamma dose rate in air)"
    assert said["judgment:pressure"] == "judgments on pressure"
    assert said["method:ahp_share"] == "choice of AHP share"


def test_a_group_without_its_study_has_codes_in_the_names() -> None:
    names = factor_names({})
    assert names.name("data:P2-4") == "data of P2-4"
    assert names.name("judgment:climate:S1-1/S1-2") == "judgments on climate: S1-1/S1-2"


def test_every_choice_of_the_method_has_words() -> None:
    assert set(CHOICE_WORDS) == {choice.name for choice in CHOICES}
