"""What scenarios of the case study and of a toy are known to give."""

import warnings

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.scenario.draws import draw_scenarios
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from tests.scenario import cases
from tests.strategies import with_values
from tests.sweeps import toys

MINES = ("Bayan Obo", "Longnan", "Chongzuo", "Weishan", "Mianning", "Pingyuan")
BAYAN_OBO, P2 = ["Bayan Obo"], ["P2-1", "P2-2", "P2-3"]
MINING = ["P1-1", "P1-2", "P1-3", "P1-4"]
#: Name: changes (indicators, mines, factor in 2019), and C of 2019 of `MINES`, anchored and
#: recomputed; None where nothing is known.
ANSWERS = {
    "quota_to_capacity": (
        [(["P3-6"], BAYAN_OBO, 1.6995241), (P2, BAYAN_OBO, 1.5677913)],
        (1.7743, 0.8467, 0.0860),
        (1.2685, 0.8240, 0.0761),
    ),
    "and_mining": (
        [
            (["P3-6"], BAYAN_OBO, 1.6995241),
            (P2, BAYAN_OBO, 1.5677913),
            (MINING, BAYAN_OBO, 1.6995241),
        ],
        (1.8704, 0.8467, 0.0860),
        (1.3652, 0.8224, 0.0761),
    ),
    "quota_2022": (
        [(["P3-6"], None, 1.25), (P2, None, 1.247)],
        (1.4703, 0.8563, 0.0931, 0.3351, 0.6937, 0.3669),
        (1.2567, 0.8457, 0.0866),
    ),
    "growth": (
        [(["P3-6", *P2], None, 1.4188378)],
        (1.6197, 0.8628, 0.0980, 0.3462, 0.7324, 0.3691),
        (1.2591, 0.8444, 0.0868),
    ),
    "depletion": (
        [(["S2-4"], BAYAN_OBO, 1 / 3)],
        (1.4446, 0.8467, 0.0860),
        (1.4445, 0.8464, 0.0859),
    ),
    "control": (
        [(["S3-4"], None, 2.0)],
        (1.1193, 0.7895, 0.0829, 0.2941, 0.5570, 0.3376),
        (1.1177, 0.7918, 0.0838),
    ),
    "less": (
        [([*MINING, *P2], None, 0.8)],
        (1.0898, 0.7100, 0.0727, 0.2997, 0.6007, 0.3252),
        (1.1040, 0.7117, 0.0732),
    ),
}
#: The same growth year by year, held in the years after the last.
BY_YEAR = f"""
[[scenario]]
name = "by_year"
[[scenario.change]]
indicators = {["P3-6", *P2]}
years = {{ from = 2020 }}
grow = 0.0447
"""


def change_text(indicators, mines, factor):
    named = f"mines = {mines}\n" if mines else ""
    return (
        f"[[scenario.change]]\nindicators = {indicators}\n{named}years = [2019]\n"
        f"multiply = {factor!r}\n"
    )


def text(anchor):
    found = f'[scenarios]\nanchor = "{anchor}"\n'
    for name, (changes, *_) in ANSWERS.items():
        found += f'[[scenario]]\nname = "{name}"\n'
        found += "".join(change_text(*change) for change in changes)
    return found


def case_study(folder, root, tables):
    path = folder / "study.toml"
    config = (root / "configs" / "rare_earth_mines.toml").read_text(encoding="utf-8")
    path.write_text(config + tables, encoding="utf-8")
    return rm.load_study(path)


def indices(study):
    """Deterministic S, P and C (scenario, mine, year) by name."""
    model = CompiledStudy.of(study, uncertain=False)
    scenarios = CompiledScenarios.of(study, model.plan)
    uniforms = np.full((len(scenarios.draws), 1), 0.5)
    levels = draw_scenarios(model, scenarios, np.empty((0, 1)), uniforms)
    names = ("support", "pressure", "recc")
    return {name: getattr(levels, name)[scenarios.shape.table, 0] for name in names}


@pytest.mark.parametrize("anchor", ["reference", "recomputed"])
def test_the_case_study_has_the_answers_known(anchor, tmp_path, root):
    study = case_study(tmp_path, root, text(anchor))
    found = indices(study)
    places = [study.panel.mines.index(mine) for mine in MINES]
    before = rm.evaluate(study)
    np.testing.assert_array_equal(found["recc"][0], before["recc"])
    for number, (name, (_, *answers)) in enumerate(ANSWERS.items(), 1):
        expected = answers[0 if anchor == "reference" else 1]
        got = found["recc"][number, places, -1]
        np.testing.assert_allclose(got[: len(expected)], expected, atol=5.01e-5, err_msg=name)
        if anchor == "reference":
            assert (got[len(expected) :] == found["recc"][0, places[len(expected) :], -1]).all()
    if anchor == "reference":
        index = [found[name][1, 0, -1] for name in ("support", "pressure")]
        np.testing.assert_allclose(index, (0.4188, 0.7431), atol=5e-5)
        assert found["support"][5, 0, -1] == pytest.approx(0.3636, abs=5e-5)


def test_recomputed_indices_are_those_of_the_edited_panel_bit_for_bit(tmp_path, root):
    study = case_study(tmp_path, root, text("recomputed"))
    found = indices(study)
    for number, (changes, *_) in enumerate(ANSWERS.values(), 1):
        values = study.panel.values.copy()
        for names, mines, factor in changes:
            rows = [study.panel.mines.index(mine) for mine in mines or study.panel.mines]
            for name in names:
                values[rows, -1, study.panel.indicators.index(name)] *= factor
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            edited = rm.evaluate(with_values(study, values))
        for name, arrays in found.items():
            np.testing.assert_array_equal(arrays[number], edited[name])


def test_growth_to_a_horizon_is_that_of_as_many_years(tmp_path, root):
    study = case_study(tmp_path, root, f"[scenarios]\nhorizon = 2027\n{BY_YEAR}")
    found = indices(study)["recc"]
    places = [study.panel.mines.index(mine) for mine in MINES]
    np.testing.assert_allclose(found[1, places, -1], ANSWERS["growth"][1], atol=5.01e-5)
    np.testing.assert_array_equal(found[:, :, 7], found[:1, :, 7].repeat(2, axis=0))
    assert (found[0, :, 8:] == found[0, :, 7:8]).all()


def toy(folder, change, **tables):
    lines = f'[[scenario]]\nname = "less"\n[[scenario.change]]\nindicators = ["p"]\n{change}\n'
    return cases.with_scenarios(folder, toys.toy(**tables), f'{lines}mines = ["A"]\n')


def test_a_toy_without_errors_of_data_has_closed_forms(tmp_path):
    samples = 40_000
    found = cases.group(toy(tmp_path, "multiply = { low = 0.5, high = 0.9 }"), samples)
    a = found.sel(scenario="less", mine="A", year=2020)
    # C = 1.2 f with f uniform: below 1 where f < 1/1.2.
    assert a["overload_probability"] == pytest.approx(1 / 6, abs=0.008)
    assert a["overload_ends_probability"] == pytest.approx(0.83333, abs=0.008)
    assert a["recc_fall_probability"] == 1
    assert a["recc_change_mean"] == pytest.approx(-0.36, abs=0.003)
    assert a["recc_change_std"] == pytest.approx(0.13856, abs=0.001)
    effect = found["effect_quantile"].sel(scenario="less", draw="less.1")
    np.testing.assert_allclose(effect, 0.5 + 0.4 * found["quantile"].values)


def test_paired_changes_vary_as_little_as_they_should(tmp_path):
    found = cases.group(toy(tmp_path, "multiply = 0.9", uncertainty_data={"cv": 0.1}), 40_000)
    a = found.sel(mine="A", year=2020)
    change = a.sel(scenario="less")
    assert change["recc_change_mean"] == pytest.approx(-0.12120, abs=0.0004)
    assert change["recc_change_std"] == pytest.approx(0.0171831, rel=0.02)
    unpaired = float(np.hypot(*a["recc_std"].values))
    assert unpaired == pytest.approx(0.2311745, rel=0.02)
    assert a["overload_probability"].sel(scenario="reference") == pytest.approx(0.9019, abs=0.006)
