"""Reading studies: formulas of their effects, and what is wrong with a table."""

import numpy as np
import pytest

import recc_mc as rm

GROUPS = "study,n1,mean1,sd1,n2,mean2,sd2\nA,20,3.1,1.0,25,2.4,1.2\nB,40,2.9,0.8,38,2.5,0.9\n"


@pytest.fixture
def write(tmp_path):
    def to(text, name="studies.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return to


def effects(table, **options):
    found = rm.meta_analysis(table, **options)
    return found["effect"].values, found["effect_error"].values


def test_a_mean_difference_has_the_variance_of_both_groups_together(write):
    effect, error = effects(write(GROUPS))
    within = (19 * 1.0**2 + 24 * 1.2**2) / 43
    assert effect == pytest.approx([0.7, 0.4])
    assert error[0] == pytest.approx(np.sqrt(within * (1 / 20 + 1 / 25)))


def test_or_that_of_each_group(write):
    _, error = effects(write(GROUPS), variance="unpooled")
    assert error[0] == pytest.approx(np.sqrt(1.0 / 20 + 1.44 / 25))


def test_a_standardized_difference_is_hedges_g(write):
    effect, error = effects(write(GROUPS), measure="standardized_mean_difference")
    within = (19 * 1.0**2 + 24 * 1.2**2) / 43
    g = (1 - 3 / (4 * 43 - 1)) * 0.7 / np.sqrt(within)
    assert effect[0] == pytest.approx(g)
    assert error[0] == pytest.approx(np.sqrt(1 / 20 + 1 / 25 + g**2 / 90))


def test_a_ratio_of_means_is_pooled_as_its_logarithm(write):
    effect, error = effects(write(GROUPS), measure="log_ratio_of_means")
    assert effect[0] == pytest.approx(np.log(3.1 / 2.4))
    assert error[0] == pytest.approx(np.sqrt(1 / (20 * 3.1**2) + 1.44 / (25 * 2.4**2)))


def test_a_file_and_a_table_in_memory_give_the_same(write):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(write(GROUPS))
    assert rm.meta_analysis(frame).identical(rm.meta_analysis(write(GROUPS)))


def message(table, **options):
    with pytest.raises(rm.InputError) as caught:
        rm.meta_analysis(table, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("C,20,3,0,25,2,1", "studies.csv:4: sd1: must be > 0, got 0"),
        ("C,1,3,1,25,2,1", "studies.csv:4: n1: must be a whole number >= 2, got 1"),
        ("C,2.5,3,1,25,2,1", "studies.csv:4: n1: must be a whole number >= 2, got 2.5"),
        ("C,20,3,1,25,x,1", 'studies.csv:4: mean2: "x": expected a number'),
        ("C,20,3,1,25,,1", "studies.csv:4: mean2: must be a number, got a blank cell"),
        ("A,20,3,1,25,2,1", 'studies.csv:4: study: "A" is listed twice'),
        ("a,20,3,1,25,2,1", "only in case"),
        ("C,20,3,1,25,2", "studies.csv:4: 6 columns: expected 7"),
    ],
)
def test_a_wrong_row_is_one_sentence(write, row, expected):
    assert expected in message(write(GROUPS + row + "\n"))


def test_all_that_is_wrong_is_said_at_once(write):
    told = message(write(GROUPS + "C,1,3,0,25,2,1\nD,20,3,1,25,2,-1\n"))
    assert told.count("must be") == 3


def test_a_ratio_needs_means_above_zero(write):
    told = message(write(GROUPS + "C,20,3,1,25,-0.2,1\n"), measure="log_ratio_of_means")
    assert "studies.csv:4: mean2: must be > 0 for log_ratio_of_means, got -0.2" in told


def test_columns_are_of_groups_or_of_effects(write):
    told = message(write(GROUPS.replace(",sd2", ",spread")))
    assert "give study,n1,mean1,sd1,n2,mean2,sd2 or study,effect,se; missing sd2" in told


def test_the_measure_must_fit_the_table(write):
    effect = write("study,effect,se\nA,1,0.5\nB,2,0.5\n")
    assert 'measure: must be "effect" for a table of effects' in message(effect)
    assert "for a table of two groups" in message(write(GROUPS), measure="effect")


def test_options_are_known_ones(write):
    assert 'estimator: must be "reml", "dl" or "pm", got "ml"' in message(
        write(GROUPS), estimator="ml"
    )


def test_a_table_without_studies_is_refused(write):
    assert "holds no study" in message(write("study,effect,se\n"), measure="effect")
