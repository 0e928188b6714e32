"""What holds for every picture."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import matplotlib as mpl
import pytest
import xarray as xr
from matplotlib.figure import Figure

import recc_mc as rm
from recc_mc import plot
from tests.plot.pictures import PICTURES, Picture
from tests.plot.results import Result

every_picture = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)

# A single year has no trend.
of_one_year = pytest.mark.parametrize(
    "picture",
    [p for p in PICTURES if p.name not in ("trends", "scenario_paths")],
    ids=lambda picture: picture.name,
)


def test_every_public_picture_is_tested_and_has_a_table() -> None:
    # A forest is of other studies, not of mines and years, and has tests of its own.
    named = {picture.name for picture in PICTURES} | {"forest"}
    assert named == set(plot.tables.__all__)
    assert named == set(plot.__all__) - {"language", "render", "save", "tables"}


def test_no_module_hides_a_picture() -> None:
    assert [
        name for name in plot.__all__ if name != "tables" and not callable(getattr(plot, name))
    ] == []


@pytest.fixture(scope="session")
def drawn(result: Result) -> Callable[[Picture], bytes]:
    """The bytes of a picture of the result, which is drawn once."""
    return cache(lambda picture: plot.render(picture.draw(result)))


@every_picture
def test_the_inputs_stay_as_they_are_and_widths_are_those_of_paper(
    picture: Picture, result: Result
) -> None:
    before = result.copy()
    width, height = picture.draw(result).get_size_inches() * 25.4
    picture.table(result)
    for given, kept in zip(result.groups(), before.groups(), strict=True):
        xr.testing.assert_identical(given, kept)
    assert 88 < width < 184
    assert height < 240


@every_picture
def test_the_same_input_gives_the_same_bytes_and_settings_of_the_user_come_back(
    picture: Picture, result: Result, drawn: Callable[[Picture], bytes]
) -> None:
    with mpl.rc_context({"axes.grid": True, "font.size": 20, "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        again = plot.render(picture.draw(result))
        assert dict(mpl.rcParams) == before
    assert again == drawn(picture)
    assert b"<dc:date>" not in again


def smaller(values: xr.DataArray) -> xr.DataArray:
    return 0.9 * values if values.dtype.kind == "f" else values


@every_picture
def test_other_numbers_give_another_picture(
    picture: Picture, result: Result, drawn: Callable[[Picture], bytes]
) -> None:
    other = result.without_cell(1, -1)
    if picture.name in ("weights", "trends"):
        other = replace(other, summary=result.summary.map(smaller))
    if picture.groups == ("target",):
        other = replace(other, target=result.target.map(smaller))
    if picture.name in ("sensitivity_bars", "information_value"):
        other = replace(other, sensitivity=result.sensitivity.map(smaller))
    assert plot.render(picture.draw(other)) != drawn(picture)


@every_picture
def test_given_axes_are_drawn_on(picture: Picture, result: Result) -> None:
    figure = Figure()
    axes = figure.subplots(1, 3)
    chosen = list(axes) if picture.axes == "axes" else axes[0]
    assert picture.draw(result, **{picture.axes: chosen}) is figure
    assert axes[0].has_data()
    assert axes[1].has_data() == (picture.axes == "axes")


@pytest.mark.parametrize(
    "picture", [p for p in PICTURES if p.axes == "axes"], ids=lambda picture: picture.name
)
def test_too_few_axes_are_refused(picture: Picture, result: Result) -> None:
    few = picture.count - 1
    problem = f"plot.{picture.name}: axes: {picture.count} are needed, got {few}"
    with pytest.raises(rm.InputError, match=problem):
        picture.draw(result, axes=Figure().subplots(1, few))


@every_picture
def test_a_missing_variable_is_named_with_what_makes_it(picture: Picture, result: Result) -> None:
    empty = Result(*(xr.Dataset(coords=group.coords) for group in result.groups()))
    message = f"plot.{picture.name}: .* has no .*; recc_mc.*makes this group"
    with pytest.raises(rm.InputError, match=message):
        picture.draw(empty)
    with pytest.raises(rm.InputError, match=message):
        picture.table(empty)


@every_picture
def test_something_else_than_a_group_is_refused(picture: Picture, result: Result) -> None:
    wrong = Result(*([42] * 7))  # type: ignore[list-item]
    with pytest.raises(
        rm.InputError, match=rf"plot.{picture.name}: \w+: must be a Dataset, got int"
    ):
        picture.draw(wrong)


@every_picture
def test_a_child_of_a_tree_will_do(
    picture: Picture, result: Result, drawn: Callable[[Picture], bytes]
) -> None:
    nodes = Result(*(xr.DataTree(group) for group in result.groups()))  # type: ignore[arg-type]
    assert picture.table(nodes).equals(picture.table(result))
    assert plot.render(picture.draw(nodes)) == drawn(picture)


@pytest.mark.parametrize(
    "picture", [p for p in PICTURES if p.has_year], ids=lambda picture: picture.name
)
def test_the_year_is_the_last_one_or_the_one_asked_for(picture: Picture, result: Result) -> None:
    options = {"mine": "Mine 1"} if picture.name == "sensitivity_bars" else {}
    years = getattr(result, picture.groups[0])["year"].values.tolist()
    default = picture.table(result, **options)
    assert default.equals(picture.table(result, year=years[-1], **options))
    assert not default.equals(picture.table(result, year=years[0], **options))
    with pytest.raises(rm.InputError, match=f"plot.{picture.name}: year: must be .*, got 1066"):
        picture.draw(result, year=1066, **options)


@of_one_year
def test_one_year_undefined_cells_and_any_name(picture: Picture, one_year: Result) -> None:
    names = ["白云鄂博", "A $x$ and $y$", "An extremely long name " * 5, "\U00017000"]
    plot.render(picture.draw(one_year.renamed(names).without_cell(1, 0)), format="png")


@pytest.mark.slow
@of_one_year
def test_thirty_mines(picture: Picture, many: Result) -> None:
    plot.render(picture.draw(many))


@every_picture
def test_two_mines(picture: Picture, result: Result) -> None:
    two = Result(
        *(group.isel({next(iter({"mine", "target"} & set(group.dims))): slice(2)})
          for group in result.groups())
    )  # fmt: skip
    plot.render(picture.draw(two))
