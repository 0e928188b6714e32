import numpy as np
import pytest
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.study.panel_cells import Notation
from recc_mc.study.panel_file import read_panel

VALUES = np.array([[[100.0, 7.0], [110.0, 8.0]], [[120.0, 9.0], [130.0, 6.0]]])
LABELS = {"mine": ["北方", "South"], "year": [2012, 2013]}


def by_variable(**labels):
    labels = LABELS | labels
    return xr.Dataset(
        {
            "rain": (("mine", "year"), VALUES[:, :, 0].copy(), {"units": "days"}),
            "dust": (("mine", "year"), VALUES[:, :, 1].copy()),
            "area": (("mine",), [1.0, 2.0]),
        },
        coords=labels,
    )


def in_one(**labels):
    labels = LABELS | {"indicator": ["rain", "dust"]} | labels
    return xr.Dataset({"value": (("mine", "year", "indicator"), VALUES.copy())}, coords=labels)


@pytest.fixture
def read(tmp_path):
    def read(data, missing="error"):
        data.to_netcdf(tmp_path / "p.nc")
        return read_panel(tmp_path / "p.nc", "p.nc", ("rain", "dust"), missing).panel

    return read


@pytest.fixture
def problems(read):
    def problems(data, missing="error"):
        with pytest.raises(InputError) as caught:
            read(data, missing)
        return list(caught.value.problems)

    return problems


@pytest.mark.parametrize("data", [by_variable(), in_one()], ids=["by variable", "in one"])
@pytest.mark.parametrize("turned", [False, True])
def test_both_layouts_and_any_order_of_dimensions(read, data, turned):
    if turned:
        data = data.transpose()
    panel = read(data)
    assert panel.mines == ("北方", "South")
    assert panel.years == (2012, 2013)
    assert np.array_equal(panel.values, VALUES)


def test_labels_stored_as_characters_and_values_as_integers(read):
    data = by_variable(mine=np.array([b"North", b"South"])).astype("int16")
    panel = read(data)
    assert panel.mines == ("North", "South")
    assert np.array_equal(panel.values, VALUES)


def test_fill_values_are_holes(read, problems):
    data = by_variable()
    data["rain"][0, 1] = np.nan
    data["rain"].encoding["_FillValue"] = -999.0
    assert read(data, "interpolate").values[0, 1, 0] == 100.0
    assert problems(data) == [
        'p.nc: rain[北方, 2013]: is blank (mine "北方", year 2013, indicator "rain"), '
        'expected a number (or method.missing = "interpolate")'
    ]


def test_infinite_values(problems):
    data = in_one()
    data["value"][0, 0, 1] = np.inf
    assert problems(data) == [
        "p.nc: dust[北方, 2012]: inf: expected a finite number, of at most 1e+100 in magnitude"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            by_variable().drop_vars("year"),
            ["p.nc: year: is missing, expected a dimension with coordinates"],
        ),
        (
            in_one().drop_vars("indicator"),
            ["p.nc: indicator: is missing, expected a dimension with coordinates"],
        ),
        (
            by_variable(mine=["A", "A"], year=[2012.5, 2013.0]),
            [
                "p.nc: mine: A: is given 2 times",
                "p.nc: year: 2012.5: expected a whole year such as 2012",
            ],
        ),
        (
            by_variable(year=("year", [0, 366], {"units": "days since 2012-01-01"})),
            ['p.nc: year: units "days since 2012-01-01": expected plain years'],
        ),
        (
            by_variable()[["area"]],
            ["p.nc: year: is missing, expected a dimension with coordinates"],
        ),
        (
            by_variable()[["area", "year"]],
            [
                "p.nc: no variable on (mine, year), nor value on (mine, year, indicator): "
                "expected one per indicator"
            ],
        ),
        (
            by_variable().rename(dust="dusk"),
            [
                'p.nc: indicator: "dusk": is not in the table of indicators; did you mean '
                '"dust"? (4 values)',
                'p.nc: indicator "dust": has no values',
            ],
        ),
        (
            by_variable().assign(dust=(("mine", "year"), [["a", "b"], ["c", "d"]])),
            ["p.nc: dust: has no numbers, expected numbers"],
        ),
    ],
)
def test_what_is_wrong_in_a_file(problems, data, expected):
    assert problems(data) == expected


def test_what_is_no_netcdf_file(tmp_path):
    path = tmp_path / "p.nc"
    for content, sentence in ((b"mine,year", "p.nc: not a readable NetCDF file: "),
                              (b"", "p.nc: is empty")):  # fmt: skip
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_panel(path, "p.nc", ("rain",), "error")
        assert str(caught.value).startswith(sentence)


def test_a_missing_netcdf_file(tmp_path):
    with pytest.raises(InputError, match=r"^p\.nc: no such file$"):
        read_panel(tmp_path / "p.nc", "p.nc", ("rain",), "error")


def test_mines_that_are_one_after_folding_are_given_twice(problems):
    (problem,) = problems(by_variable(mine=["North", "No\u200brth "]))
    assert problem == "p.nc: mine: North: is given 2 times"


def test_variables_that_are_one_indicator_after_folding_are_given_twice(problems):
    data = by_variable()
    data["ra\u00adin"] = data["rain"]
    assert problems(data) == ['p.nc: variable "rain": is given twice']


def test_a_declared_number_stands_for_a_missing_value(tmp_path):
    data = by_variable()
    data["rain"][0, 1] = -999.0
    data.to_netcdf(tmp_path / "p.nc")
    names, notation = ("rain", "dust"), Notation(missing_values=("-999",))
    panel = read_panel(tmp_path / "p.nc", "p.nc", names, "interpolate", notation).panel
    assert panel.values[0, :, 0].tolist() == [100.0, 100.0]
