"""The registry agrees with itself and with what users were promised."""

from collections.abc import Mapping

import numpy as np
import pytest

from recc_mc.results.variables import COORDINATES, GRADES, GROUPS, ZONES, Variable

# Dimensions and variables that users rely on.
CELL = ("mine", "year")
PROMISED = {
    "baseline": {
        CELL: "support pressure recc zone grade rank",
        (*CELL, "indicator"): "normalized obstacle",
        ("indicator",): "weight weight_ahp weight_objective weight_entropy",
        ("matrix",): "consistency_ratio lambda_max",
        (*CELL, "criterion"): "obstacle_criterion",
    },
    "samples": {
        (*CELL, "sample"): "support pressure recc zone grade rank",
        ("indicator", "sample"): "weight",
        ("matrix", "sample"): "consistency_ratio repair",
    },
    "summary": {
        CELL: "support_mean support_std support_bias pressure_mean pressure_std pressure_bias "
        "recc_mean recc_std recc_bias overload_probability overload_probability_error",
        (*CELL, "quantile"): "support_quantile pressure_quantile recc_quantile",
        (*CELL, "zone"): "zone_probability zone_probability_error",
        (*CELL, "grade"): "grade_probability grade_probability_error",
        (*CELL, "rank_position"): "rank_probability rank_probability_error",
        ("mine", "other_mine", "year"): "outranks_probability outranks_probability_error",
        ("indicator",): "weight_mean weight_std",
        (*CELL, "indicator"): "obstacle_mean obstacle_top5_probability "
        "obstacle_top5_probability_error",
        ("matrix",): "share_accepted share_repaired share_redrawn",
    },
    "sensitivity": {
        ("output", "factor", *CELL): "first_order first_order_error total_order total_order_error",
        ("output", "factor"): "first_order_aggregate first_order_aggregate_error "
        "total_order_aggregate total_order_aggregate_error",
        ("output", *CELL): "variance undefined",
    },
}


@pytest.mark.parametrize("group", PROMISED)
def test_the_promised_variables_are_declared(group: str) -> None:
    for dims, names in PROMISED[group].items():
        found = {name: GROUPS[group][name].dims for name in names.split()}
        assert found == dict.fromkeys(names.split(), dims)


def test_the_codes_are_the_promised_ones() -> None:
    assert ZONES[0] == "high_value_surplus"
    assert ZONES[3] == "high_value_load"
    zone, grade = GROUPS["baseline"]["zone"].attrs, GROUPS["baseline"]["grade"].attrs
    assert zone["flag_values"] == (0, 1, 2, 3)
    assert zone["flag_meanings"] == " ".join(ZONES)
    assert grade["flag_values"] == tuple(range(1, 10))
    assert grade["flag_meanings"] == " ".join(GRADES)


@pytest.mark.parametrize("table", [*GROUPS.values(), COORDINATES], ids=[*GROUPS, "coordinates"])
def test_declarations_are_complete(table: Mapping[str, Variable]) -> None:
    for name, variable in table.items():
        assert variable.long_name, name
        assert set(variable.dims) <= COORDINATES.keys(), name
        assert np.dtype(variable.dtype) is not None
        flags = variable.attrs.get("flag_values")
        if flags is not None:
            assert len(flags) == len(str(variable.attrs["flag_meanings"]).split()), name
        if variable.fill is not None:
            assert variable.dtype.startswith("int"), name
            assert variable.fill not in (flags or ()), name


@pytest.mark.parametrize("group", GROUPS)
def test_no_variable_takes_the_name_of_a_coordinate_of_its_group(group: str) -> None:
    dims = {dim for variable in GROUPS[group].values() for dim in variable.dims}
    shown = {name for name, coord in COORDINATES.items() if dims.issuperset(coord.dims)}
    assert shown.isdisjoint(GROUPS[group])


def test_auxiliary_coordinates_begin_with_their_dimension() -> None:
    wrong = [c.name for c in COORDINATES.values() if not c.name.startswith(c.dims[0])]
    assert wrong == []
