"""The forest plot of pooled studies."""

import numpy as np

import recc_mc as rm
from tests.evidence import bcg


def test_every_study_the_mean_and_a_new_study_have_a_line():
    found = rm.meta_analysis(bcg.table(), measure="effect")
    table = rm.plot.tables.forest(found)
    assert table["study"].tolist() == [*bcg.COUNTS, "mean effect", "new study"]
    assert table["weight"].iloc[:-2].sum() == 100
    assert np.isnan(table["weight"].iloc[-2:]).all()
    figure = rm.plot.forest(found)
    panel = figure.axes[0]
    assert [label.get_text() for label in panel.get_yticklabels()] == table["study"].tolist()
    low, high = panel.get_xlim()
    assert low < table["lower_95"].min() < table["upper_95"].max() < high


def test_a_new_study_that_nothing_is_known_of_has_no_line():
    two = {"study": ["a", "b"], "effect": [1.0, 2.0], "se": [0.5, 0.5]}
    figure = rm.plot.forest(rm.meta_analysis(two, measure="effect"))
    assert len(figure.axes) == 1
