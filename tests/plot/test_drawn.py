"""What is drawn are the numbers of the table, and what is undefined is not drawn as zero."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle

import recc_mc as rm
from recc_mc import plot
from recc_mc.plot import tables
from recc_mc.plot.density import density
from recc_mc.plot.marks import UNDEFINED
from tests.plot.results import Result


def undefined(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if patch.get_gid() == UNDEFINED]


def bars(ax: Axes) -> list[Rectangle]:
    return [
        patch for container in ax.containers for patch in container if isinstance(patch, Rectangle)
    ]


def heights(ax: Axes) -> list[float]:
    """Heights of stacked bars, by part and then by year."""
    return [patch.get_height() for container in ax.containers for patch in container]


def mesh(figure: Figure) -> np.ma.MaskedArray:
    (found,) = (child for child in figure.axes[0].collections if isinstance(child, QuadMesh))
    return np.ma.asarray(found.get_array())


def segments(ax: Axes) -> np.ndarray:
    """Ends of the intervals, by row."""
    lines = [child for child in ax.collections if isinstance(child, LineCollection)]
    return np.concatenate([np.asarray(line.get_segments())[:, :, 0] for line in lines])


def labels(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def test_the_curves_part_the_coupling_zones(result: Result) -> None:
    lines = {line.get_label(): line for line in plot.plane(result.baseline).axes[0].lines}
    for name, curve in {
        "P = S²": lambda x: x**2, "P = S": lambda x: x, "P = √S": lambda x: x**0.5
    }.items():  # fmt: skip
        x, y = lines[name].get_data()
        assert (x[0], x[-1]) == (0, 1)
        np.testing.assert_allclose(y, curve(x))


@pytest.mark.parametrize("cuts", [None, (0.25, 0.7)])
def test_the_blocks_follow_the_cuts_of_the_study(result: Result, cuts: tuple[float, float]) -> None:
    baseline = result.baseline
    if cuts is not None:
        text = baseline.attrs["study"].replace("[method]", f"[method]\ngrade_cuts = {list(cuts)}")
        if "grade_cuts" not in text:
            text = f"{text}\n[method]\ngrade_cuts = {list(cuts)}\n"
        baseline = baseline.assign_attrs(study=text)
    ax = plot.plane(baseline).axes[0]
    flat = {line.get_ydata()[0] for line in ax.lines if list(line.get_xdata()) == [0, 1]}
    upright = {line.get_xdata()[0] for line in ax.lines if list(line.get_ydata()) == [0, 1]}
    assert flat == upright == set(cuts or (0.33, 0.66))


def test_without_the_study_there_are_no_blocks(result: Result) -> None:
    ax = plot.plane(result.baseline.drop_attrs()).axes[0]
    assert "IX" not in [text.get_text() for text in ax.texts]
    assert [line.get_label() for line in ax.lines][:4].count("P = S") == 1


def test_points_of_the_plane(result: Result) -> None:
    table = tables.plane(result.baseline)
    points = [line.get_xydata()[0] for line in plot.plane(result.baseline).axes[0].lines[-3:]]
    np.testing.assert_array_equal(points, table[["support", "pressure"]])


def test_the_contours_hold_their_shares_of_the_draws() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 20_000))
    found = density(x, y)
    assert found.smooth.sum() == pytest.approx(1, abs=1e-3)
    column = np.rint((x - found.x[0]) / (found.x[1] - found.x[0])).astype(int)
    row = np.rint((y - found.y[0]) / (found.y[1] - found.y[0])).astype(int)
    for share, threshold in zip((0.95, 0.5), found.thresholds((0.95, 0.5)), strict=True):
        assert (found.smooth[row, column] >= threshold).mean() == pytest.approx(share, abs=0.003)


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        ([0.05, 0.5, 0.95], ["90 % of draws"]),
        ([0.1, 0.2, 0.8, 0.9], ["60 % of draws", "80 % of draws"]),
        ([0.5], ["50 % of draws", "95 % of draws"]),
    ],
)
def test_the_regions_hold_what_the_intervals_of_the_file_hold(
    result: Result, levels: list[float], wanted: list[str]
) -> None:
    samples = result.samples.assign_attrs(quantiles=levels)
    figure = plot.plane(result.baseline, samples=samples)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [text for text in texts if "of draws" in text] == wanted


def test_many_mines_have_the_colour_of_the_plane_in_the_convergence(many: Result) -> None:
    points = plot.plane(many.baseline, samples=many.samples).axes[0].lines
    lines = plot.convergence(many.samples).legends[0].legend_handles[:-1]
    assert {line.get_color() for line in lines} == {points[-1].get_color()}
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in lines}) == 4


def test_the_ellipse_holds_nine_tenths_of_a_normal_distribution(result: Result) -> None:
    ax = plot.plane(result.baseline, result.summary).axes[0]
    ellipses = [patch for patch in ax.patches if isinstance(patch, Ellipse)]
    rng = np.random.default_rng(2)
    table = tables.plane(result.baseline, result.summary)
    for ellipse, (_, row) in zip(ellipses, table.iterrows(), strict=True):
        s, p = row["support_std"], row["pressure_std"]
        product = row["correlation"] * s * p
        mean = row[["support_mean", "pressure_mean"]].to_numpy(float)
        draws = rng.multivariate_normal(mean, [[s * s, product], [product, p * p]], 20_000)
        inside = ellipse.get_path().contains_points(
            ellipse.get_patch_transform().inverted().transform(draws)
        )
        assert inside.mean() == pytest.approx(0.95, abs=0.01)


def test_lines_and_bands_of_the_ribbons(result: Result) -> None:
    table = tables.ribbons(result.summary)
    figure = plot.ribbons(result.summary)
    for ax, (_, rows) in zip(figure.axes, table.groupby("mine", sort=False), strict=True):
        lines = {line.get_label(): line for line in ax.lines}
        np.testing.assert_array_equal(lines["median"].get_ydata(), rows["median"])
        bands = {band.get_label(): band for band in ax.collections}
        for percent in (50, 95):
            corners = bands[f"{percent} % interval"].get_paths()[0].vertices[:, 1]
            assert set(rows[f"lower_{percent}"]) <= set(corners)
            assert set(rows[f"upper_{percent}"]) <= set(corners)
        assert any(np.array_equal(line.get_ydata(), rows["baseline"]) for line in ax.lines)


def test_ribbons_of_one_year_are_rows(one_year: Result) -> None:
    table = tables.ribbons(one_year.summary)
    ax = plot.ribbons(one_year.summary).axes[0]
    assert labels(ax) == table["mine"].tolist()
    wide = table[["lower_95", "upper_95"]].to_numpy()
    np.testing.assert_array_equal(segments(ax)[: len(table)], wide)


def test_heights_of_the_class_probabilities(result: Result) -> None:
    for variable in ("zone", "grade"):
        table = tables.class_probabilities(result.summary, variable=variable)
        figure = plot.class_probabilities(result.summary, variable=variable)
        for ax, (_, rows) in zip(figure.axes, table.groupby("mine", sort=False), strict=True):
            drawn = rows.sort_values([variable, "year"])["probability"]
            np.testing.assert_allclose(heights(ax), drawn, atol=1e-15)
            tops = [patch.get_y() + patch.get_height() for patch in ax.containers[-1]]
            assert tops == pytest.approx([1.0] * 3)


def test_cells_of_the_rank_acceptability(result: Result) -> None:
    table = tables.rank_acceptability(result.summary)
    figure = plot.rank_acceptability(result.summary)
    np.testing.assert_array_equal(mesh(figure).ravel(), table["probability"])
    ax = figure.axes[0]
    assert labels(ax) == table["mine"].unique().tolist()
    framed = [patch.get_x() + 1.46 for patch in ax.patches if patch.get_gid() == "baseline"]
    assert framed == pytest.approx(table.drop_duplicates("mine")["baseline_rank"].tolist())


@pytest.mark.parametrize(
    ("name", "columns"),
    [("rank_intervals", ("lower_95", "upper_95")), ("trends", ("lower_95", "upper_95"))],
)
def test_intervals_by_row(result: Result, name: str, columns: tuple[str, str]) -> None:
    table = getattr(tables, name)(result.summary)
    ax = getattr(plot, name)(result.summary).axes[0]
    assert labels(ax) == table["mine"].tolist()
    np.testing.assert_array_equal(segments(ax), table[list(columns)])
    marks = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 3]
    np.testing.assert_array_equal(marks, [table["median"], table["baseline"]])


def test_the_probability_of_an_increase_is_printed(result: Result) -> None:
    table = tables.trends(result.summary)
    texts = plot.trends(result.summary).axes[0].texts
    printed = [float(text.get_text()) for text in texts if text.get_gid() == "increase"]
    np.testing.assert_allclose(printed, table["increase_probability"], atol=5e-4)


def test_cells_of_the_obstacles_are_percentages(result: Result) -> None:
    table = tables.obstacles(result.summary)
    figure = plot.obstacles(result.summary)
    np.testing.assert_allclose(mesh(figure).ravel(), 100 * table["mean"])
    row = table.iloc[0]
    mean, low, high = (100 * row[name] for name in ("mean", "lower_95", "upper_95"))
    assert figure.axes[0].texts[0].get_text() == f"{mean:.1f} [{low:.1f}, {high:.1f}]"


def test_intervals_of_the_weights(result: Result) -> None:
    table = tables.weights(result.summary)
    found = segments(plot.weights(result.summary).axes[0])
    kinds = table.groupby("kind", sort=False)
    by_kind = np.concatenate([rows[["lower_95", "upper_95"]].to_numpy() for _, rows in kinds])
    np.testing.assert_array_equal(found, by_kind)


def test_lengths_of_the_sensitivity_bars(result: Result) -> None:
    table = tables.sensitivity_bars(result.sensitivity)
    ax = plot.sensitivity_bars(result.sensitivity).axes[0]
    assert [bar.get_width() for bar in bars(ax)] == table["index"].tolist()
    assert labels(ax) == table["name"].tolist()
    whiskers = segments(ax)
    half = (whiskers[:, 1] - whiskers[:, 0]) / 2
    np.testing.assert_allclose(half, table["half_width"], atol=1e-12)


def test_cells_of_the_sensitivity_map(result: Result) -> None:
    table = tables.sensitivity_map(result.sensitivity, order="first")
    figure = plot.sensitivity_map(result.sensitivity, order="first")
    np.testing.assert_array_equal(mesh(figure).ravel(), table["index"])


def test_heights_of_the_variance_split(result: Result) -> None:
    table = tables.variance_split(result.sensitivity)
    figure = plot.variance_split(result.sensitivity)
    for ax, (_, rows) in zip(figure.axes, table.groupby("mine", sort=False), strict=True):
        parts = [rows[rows["part"] == part]["drawn"] for part in rows["part"].unique()]
        np.testing.assert_allclose(heights(ax), np.concatenate(parts), atol=1e-15)


def test_lines_of_the_convergence(result: Result) -> None:
    table = tables.convergence(result.samples, statistic="recc")
    ax = plot.convergence(result.samples, statistic="recc").axes[0]
    for line, (_, rows) in zip(ax.lines, table.groupby("mine", sort=False), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), rows[["samples", "estimate"]])


def test_undefined_cells_are_hatched(result: Result) -> None:
    lost = result.without_cell(1, -1)
    for figure in (
        plot.ribbons(lost.summary), plot.class_probabilities(lost.summary),
        plot.variance_split(lost.sensitivity),
    ):  # fmt: skip
        assert [len(undefined(ax)) for ax in figure.axes] == [0, 1, 0]
        assert "undefined" in [text.get_text() for text in figure.legends[0].get_texts()]
    for figure, columns in (
        (plot.rank_acceptability(lost.summary), 3),
        (plot.obstacles(lost.summary), 4),
        (
            plot.sensitivity_map(lost.sensitivity),
            len(tables.sensitivity_map(lost.sensitivity)) // 3,
        ),
    ):
        assert len(undefined(figure.axes[0])) == columns
        assert mesh(figure).mask.sum() == columns
    assert len(undefined(plot.rank_intervals(lost.summary).axes[0])) == 1
    bars_of_mine = plot.sensitivity_bars(lost.sensitivity, mine="Mine 1")
    assert len(undefined(bars_of_mine.axes[0])) == len(labels(bars_of_mine.axes[0]))


def test_an_undefined_mine_of_the_plane_is_said_to_be_so(result: Result) -> None:
    lost = result.without_cell(1, -1)
    texts = plot.plane(lost.baseline, samples=lost.samples).legends[0].get_texts()
    assert "Mine 1 (undefined)" in [text.get_text() for text in texts]


def test_many_mines_have_one_colour_and_names_that_do_not_overlap(many: Result) -> None:
    figure = plot.plane(many.baseline, samples=many.samples)
    figure.draw_without_rendering()
    names = [text for text in figure.axes[0].texts if text.get_text().startswith("Mining")]
    boxes = [text.get_window_extent() for text in names]
    assert len(boxes) > 3
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    entries = [text.get_text() for text in plot.convergence(many.samples).legends[0].get_texts()]
    assert len(entries) == 5
    assert entries[-1] == "other mines"


def test_more_mines_than_a_page_holds_are_refused(result: Result) -> None:
    wide = result.summary.isel(mine=[0] * 201).assign_coords(mine=[str(k) for k in range(201)])
    with pytest.raises(rm.InputError, match="at most 200 mines fit in a picture, got 201"):
        plot.ribbons(wide)


def test_bars_that_are_undefined_say_why(result: Result) -> None:
    parts = result.sensitivity.copy(deep=True)
    one = {"output": list(parts["output"].values).index("zone")}
    for name in ("total_order_aggregate", "total_order_aggregate_error"):
        parts[name][one] = np.nan
    parts["undefined_aggregate"][one] = 5
    legend = plot.sensitivity_bars(parts, output="zone").legends[0]
    assert "undefined: too few changes" in [text.get_text() for text in legend.get_texts()]
