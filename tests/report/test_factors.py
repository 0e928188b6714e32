"""Factors are called in sentences what they are called in pictures."""

from recc_mc.report.contents import Result
from recc_mc.report.factors import factor_words


def test_data_have_the_long_name_of_their_indicator_if_it_has_one() -> None:
    table = "indicator,long_name\nP2-4,Radioactivity\nP2-5,\n"
    words = factor_words(Result({}, {"study_indicators": table}))
    assert words.told("data:P2-4", "12 %") == "the data of P2-4 (Radioactivity; 12 %)"
    assert words.told("data:P2-5", "3 %") == "the data of P2-5 (3 %)"
    assert words.name("data:P2-4") == "P2-4 Radioactivity"


def test_weights_that_are_given_are_not_called_judgments() -> None:
    words = factor_words(Result({}, {"study": "[method]\nweights = 'given'\n"}))
    assert words.told("judgment:pressure", "9 %") == "the weights given within pressure (9 %)"
