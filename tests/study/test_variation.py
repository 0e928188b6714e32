import pytest

from recc_mc.study.factors import list_factors
from recc_mc.study.variation import NOTHING, variation


def test_without_uncertainty_nothing_is_varied(project):
    found = variation(project.load())
    assert found.varied == NOTHING
    assert found.is_nothing
    assert found.held_fixed == (
        "all judgments, all data, ahp_share 0.5, prioritization eigenvector, "
        "objective entropy, combination linear, "
        "goalposts reestimated, scope pooled, aggregation linear"
    )


def test_what_varies_is_told_with_its_size_and_the_rest_is_held(project):
    project.add(
        "[method]\ngoalposts = 'yearly'\n"
        "[uncertainty.judgments]\nsigma = {water = 0, support = 0.25}\n"
        "[uncertainty.data]\ncv = 0.1\n"
        "[uncertainty.data.indicators.soil]\ndistribution = 'normal'\nsd = 2\n"
        "[uncertainty.data.indicators.lake]\ncv = 0\n"
        "[uncertainty.method]\nahp_share = {low = 0.3, high = 0.7}\n"
        "goalposts = ['frozen']\naggregation = {linear = 0.75, geometric = 0.25}\n"
    )
    found = variation(project.load())
    assert found.varied == (
        "judgments of 1 matrix (lognormal, sigma 0.25); "
        "data of 3 indicators (lognormal/normal, cv 0.1, sd 2); "
        "2 method choices (ahp_share 0.3 to 0.7; aggregation linear or geometric)"
    )
    assert found.held_fixed == (
        "judgments of 1 of 2 matrices (water), data of 1 of 4 indicators (lake), "
        "prioritization eigenvector, objective entropy, combination linear, goalposts frozen, "
        "scope yearly"
    )


def test_experts_and_steps_are_told(project):
    project.write(
        "judgments.toml",
        "".join(
            f'[[matrix]]\nname = "{name}"\nexpert = "{expert}"\nitems = {items}\nupper = [[2]]\n'
            for name, items in (("support", '["water", "land"]'), ("water", '["rain", "lake"]'))
            for expert in "AB"
        ),
    )
    project.add("[uncertainty.judgments]\nsigma = 0\nresample_experts = true\n")
    assert variation(project.load()).varied == "judgments of 2 matrices (experts resampled in 2)"
    project.add("[uncertainty.judgments]\ndistribution = 'saaty_steps'\nsteps = 2\n")
    found = variation(project.load()).varied
    assert found == "judgments of 2 matrices (saaty_steps, up to 2 steps)"


@pytest.mark.parametrize(
    ("table", "held"),
    [
        ("goalposts = ['reestimated', 'frozen']", "reestimated or frozen (alike: no data vary)"),
        ("ahp_share = {low = 0.4, high = 0.4}", "ahp_share 0.4"),
        ("aggregation = {linear = 1, geometric = 0}", "aggregation linear"),
    ],
)
def test_choices_that_cannot_differ_vary_nothing(project, table, held):
    project.add(f"[uncertainty.method]\n{table}\n")
    found = variation(project.load())
    assert found.is_nothing
    assert held in found.held_fixed


def test_a_share_that_nothing_asks_for_is_not_told(project):
    project.add("[method]\ncombination = 'game_theory'\nobjective = 'critic'\n")
    found = variation(project.load()).held_fixed
    assert "ahp_share" not in found
    assert "objective critic, combination game_theory" in found


def test_the_scope_of_a_single_year_varies_nothing(project):
    project.write("panel.csv", "mine,year,rain,lake,soil,dust\nN,2012,1,2,3,4\nS,2012,5,6,7,8\n")
    project.add("[uncertainty.method]\nscope = ['pooled', 'yearly']\n")
    found = variation(project.load())
    assert found.is_nothing
    assert "scope pooled or yearly (alike: one year)" in found.held_fixed


def test_fixed_goalposts_have_no_scope(project):
    project.write(
        "indicators.csv",
        "indicator,system,criterion,direction,units,long_name,lower,upper\n"
        "rain,support,water,1,mm,Rain,0,200\nlake,support,water,1,km2,Lakes,0,9\n"
        "soil,support,land,1,%,Soil,0,99\ndust,pressure,air,1,t,Dust,0,9\n",
    )
    project.add("[method]\ngoalposts = 'fixed'\n")
    assert variation(project.load()).held_fixed.endswith("goalposts fixed, aggregation linear")


def test_many_names_are_counted(case_study):
    names = "".join(
        f'[uncertainty.data.indicators."{name}"]\ncv = 0\nsystematic_cv = 0\n'
        for name in case_study.hierarchy.names[:7]
    )
    from dataclasses import replace

    from recc_mc.study.files import parse_toml
    from recc_mc.study.settings import Settings

    text = "[study]\ndata = 'builtin:rare_earth_mines'\n[uncertainty.data]\ncv = 0.1\n" + names
    study = replace(case_study, settings=Settings.model_validate(parse_toml(text, "test")))
    found = variation(study)
    assert found.varied.startswith("data of 24 indicators")
    listed = ", ".join(case_study.hierarchy.names[:5])
    assert f"data of 7 of 31 indicators ({listed}, 2 more)" in found.held_fixed


def test_the_counts_are_those_of_the_computation(case_study):
    kinds = [factor.kind for factor in list_factors(case_study)]
    varied = variation(case_study).varied
    assert f"judgments of {kinds.count('judgment')} matrices" in varied
    assert f"data of {kinds.count('data')} indicators" in varied
    assert f"{kinds.count('method')} method choices" in varied
