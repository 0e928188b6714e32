import pytest

from recc_mc.study import ErrorModel


def model_of(project, indicator, table):
    project.add(table)
    return project.load().error_model(indicator)


def test_nothing_is_uncertain_by_default(project):
    assert project.load().error_model("rain") is None


def test_an_empty_table_is_an_error_of_size_zero(project):
    found = model_of(project, "rain", "[uncertainty.data]\n")
    assert found == ErrorModel("lognormal")
    assert not found.varies(interpolated=True)


OVERRIDES = """
[uncertainty.data]
distribution = "normal"
cv = 0.1
systematic_cv = 0.2
upper = 1000
[uncertainty.data.criteria.water]
cv = 0.3
mine_sd = 4
lower = 0
[uncertainty.data.indicators.rain]
sd = 5
mine_cv = 0.6
"""


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("dust", ErrorModel("normal", cv=0.1, systematic_cv=0.2, upper=1000)),
        (
            "lake",
            ErrorModel("normal", cv=0.3, systematic_cv=0.2, mine_sd=4, lower=0, upper=1000),
        ),
        (
            "rain",
            ErrorModel("normal", sd=5, systematic_cv=0.2, mine_cv=0.6, lower=0, upper=1000),
        ),
    ],
)
def test_an_indicators_override_precedes_its_criterions_and_that_the_table(
    project, indicator, expected
):
    found = model_of(project, indicator, OVERRIDES)
    assert found == expected
    assert found.varies(interpolated=False)


def test_an_override_may_set_a_part_to_zero(project):
    table = "[uncertainty.data]\ncv = 0.1\n[uncertainty.data.indicators.rain]\ncv = 0\n"
    assert not model_of(project, "rain", table).varies(interpolated=True)


def test_an_error_of_interpolated_cells_alone_needs_such_cells(project):
    found = model_of(project, "rain", "[uncertainty.data]\ninterpolated_cv = 0.1\n")
    assert found.varies(interpolated=True)
    assert not found.varies(interpolated=False)


def test_there_is_no_error_of_an_unknown_indicator(project):
    with pytest.raises(KeyError):
        project.load().error_model("snow")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "[uncertainty.data]\nsd = 3\n",
            "uncertainty.data.sd: is not for a lognormal error (uncertainty.data.distribution), "
            "which takes cv",
        ),
        (
            "[uncertainty.data]\ncv = 0.1\n[uncertainty.data.indicators.rain]\nmine_sd = 3\n",
            "uncertainty.data.indicators.rain.mine_sd: is not for a lognormal error "
            "(uncertainty.data.distribution), which takes mine_cv",
        ),
        (
            "[uncertainty.data]\ndistribution = 'uniform'\nsystematic_sd = 3\n"
            "[uncertainty.data.criteria.water]\ndistribution = 'lognormal'\n",
            "uncertainty.data.systematic_sd: is not for a lognormal error "
            "(uncertainty.data.criteria.water.distribution), which takes systematic_cv",
        ),
        (
            "[uncertainty.data]\nupper = 900\n[uncertainty.data.indicators.rain]\nlower = 900\n",
            "uncertainty.data.upper: must be > uncertainty.data.indicators.rain.lower = 900, "
            "got 900",
        ),
    ],
)
def test_combinations_that_make_no_error_model(project, table, sentence):
    project.add(table)
    assert project.problems() == [f"study.toml: {sentence}"]
