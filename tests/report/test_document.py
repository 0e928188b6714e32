"""The report as a whole: what is in it for which results, and how it is written."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.plot.pictures import PICTURES
from recc_mc.report import render_report, write_report
from recc_mc.study.variation import variation
from tests.report.conftest import ALL, save_groups, uncertain
from tests.report.page import Page

EVERY_CHAPTER = [
    "summary", "index", "ranking", "load", "classes", "trends", "obstacles", "weights", "drivers",
    "precision", "methods", "glossary", "provenance",
]  # fmt: skip
# Of a study that asks for what is made of its index beside it.
WITH_BESIDE = [*EVERY_CHAPTER[:5], "beside", *EVERY_CHAPTER[5:]]


def sections(page: Page) -> list[str]:
    return page.attributes("section", "id")


def test_a_complete_result_has_every_chapter_and_the_contents_list_them(page: Page) -> None:
    assert sections(page) == WITH_BESIDE
    assert [link for link in page.attributes("a", "href") if link.startswith("#")][
        : len(WITH_BESIDE)
    ] == [f"#{anchor}" for anchor in WITH_BESIDE]
    assert page.text.count("Not in this file") == 1  # What assumptions do is a run of its own.
    assert "Left out" not in page.text


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    anchors = {found["id"] for _, found in page.elements if "id" in found}
    links = {link[1:] for link in page.attributes("a", "href") if link.startswith("#")}
    assert links <= anchors


def test_nothing_is_fetched_and_nothing_is_run(page: Page) -> None:
    assert all(source.startswith("data:") for source in page.attributes("img", "src"))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "iframe", "object"})
    assert all(link.startswith(("#", "data:")) for link in page.attributes("a", "href"))
    assert not any(name.startswith("on") for _, found in page.elements for name in found)
    assert all(page.attributes("img", "alt"))


def test_every_picture_has_its_numbers_as_csv(page: Page, small_result: Path) -> None:
    with rm.load(small_result) as tree:
        present = {name: node.to_dataset() for name, node in tree.children.items()}
        shown = [
            (picture, place.options)
            for picture in PICTURES.values()
            for place in picture.shown
            if place.options.get("system") != "pressure"
            if picture.group in present and place.applies(present)
        ]
        assert len(page.attributes("img", "src")) == len(shown)
        for picture, options in shown:
            groups = [tree[name].to_dataset() for name in (picture.group, *picture.optional)]
            expected = picture.table(*groups, **options)
            anchor = "-".join([picture.name.replace("_", "-"), *options.values()])
            found = page.frame(f"{anchor}.csv")
            pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-14)


def test_methods_and_provenance_are_complete(page: Page, small_result: Path) -> None:
    with rm.load(small_result) as tree:
        attrs = tree.attrs
        assert attrs["study_digest"] in page.text
        assert " ".join(attrs["study"].split()) in page.text
        assert attrs["source"] in page.text
        assert " ".join(attrs["history"].split()) in page.text
    assert "400 draws, seed 1" in page.text
    assert "reconstruction" not in page.text


@pytest.mark.parametrize(
    ("groups", "chapters", "missing"),
    [
        (("baseline",), ["index", "load"], 3),
        (("baseline", "summary"), EVERY_CHAPTER[1:8], 2),
        (("summary",), ["index", "ranking", *EVERY_CHAPTER[3:8]], 3),
        (("sensitivity",), ["drivers"], 3),
        (("samples",), ["precision"], 4),
        (("baseline", "sensitivity"), ["index", "load", "drivers"], 2),
    ],
)
def test_a_file_of_some_groups_shows_what_it_has(
    tmp_path: Path, groups: tuple[str, ...], chapters: list[str], missing: int
) -> None:
    page = Page(render_report(save_groups(tmp_path / "result.nc", uncertain().load(), *groups)))
    assert sections(page) == ["summary", *chapters, "methods", "glossary", "provenance"]
    assert page.text.count("Not in this file:") == missing
    assert "Left out" not in page.text


def test_a_run_that_keeps_no_samples_has_all_but_the_convergence(tmp_path: Path) -> None:
    study = uncertain().load()
    summary = rm.simulate(study, samples=400, seed=1, keep="summary")
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study), summary=summary)
    page = Page(render_report(tmp_path / "result.nc"))
    assert sections(page) == [*EVERY_CHAPTER[:8], "methods", "glossary", "provenance"]
    assert "Left out" not in page.text


def test_an_older_file_leaves_out_what_it_lacks_and_says_so(small_result: Path) -> None:
    with rm.load(small_result) as tree:
        groups = {name: tree[name].to_dataset() for name in ALL}
    lacking = ["kendall_tau_mean", "rank_quantile", "recc_change_quantile"]
    groups["summary"] = groups["summary"].drop_vars(lacking)
    page = Page(render_report(xr.DataTree.from_dict(groups)))
    assert page.text.count("Left out:") == 2
    for name in lacking[1:]:
        assert len(re.findall(rf"Left out: [^;]*has no {name};", page.text)) == 1
    assert "Kendall" not in page.text


@pytest.mark.slow
@pytest.mark.parametrize(("mines", "years"), [(2, 1), (2, 3), (60, 1)])
def test_panels_of_any_size_are_reported(tmp_path: Path, mines: int, years: int) -> None:
    study = uncertain(mines, years).load()
    page = Page(render_report(save_groups(tmp_path / "result.nc", study, *ALL, samples=200)))
    expected = [name for name in EVERY_CHAPTER if name != "trends" or years > 1]
    assert sections(page) == expected
    assert f"{mines} mines" in page.text


@pytest.fixture(scope="module")
def odd() -> rm.Study:
    """Mines whose names are marks of a page, or names of columns, and a title like a script."""
    mines = ("<b>bold</b> & 'quoted'", "year", "白云鄂博 Längenfeld", "mine")
    study = uncertain(mines=4, years=2)
    names = {"panel": "panel.csv", "indicators": "indicators.csv", "judgments": "judgments.toml"}
    title = {"title": "<script>1</script> & C", **names}
    return replace(study, mines=mines, tables={**study.tables, "study": title}).load()


@pytest.fixture(scope="module")
def odd_page(odd: rm.Study, tmp_path_factory: pytest.TempPathFactory) -> Page:
    path = tmp_path_factory.mktemp("odd") / "result.nc"
    html = render_report(save_groups(path, odd, *ALL))
    assert "<script" not in html
    assert "<b>" not in html
    return Page(html)


def test_names_are_shown_as_they_are(odd: rm.Study, odd_page: Page) -> None:
    for name in odd.panel.mines:
        assert name in odd_page.text
    assert sorted(odd_page.frame("trends-recc.csv")["mine"]) == sorted(odd.panel.mines)
    assert "<script>1</script> & C" in odd_page.text


def test_all_pictures_and_tables_have_their_mines_in_one_order(
    odd: rm.Study, odd_page: Page
) -> None:
    last = rm.evaluate(odd)["rank"].isel(year=-1)
    expected = last["mine"].values[np.argsort(last.values, kind="stable")].tolist()
    names = [
        "overload.csv", "pairs.csv", "baseline-years.csv", "rank-acceptability.csv",
        "rank-intervals.csv", "ribbons-recc.csv", "trends-recc.csv", "class-probabilities-zone.csv",
        "plane.csv", "convergence.csv",
    ]  # fmt: skip
    for name in names:
        assert odd_page.frame(name)["mine"].unique().tolist() == expected, name


def test_the_head_says_what_was_varied_and_what_was_not(odd: rm.Study, odd_page: Page) -> None:
    varied, held = variation(odd)
    assert f"Varied: {varied}." in odd_page.text
    assert f"Held fixed: {held}." in odd_page.text


# --- the case study ------------------------------------------------------------------------------


def test_the_case_study_is_called_a_reconstruction_and_checked(case_result: Path) -> None:
    page = Page(render_report(case_result))
    assert sections(page) == [*EVERY_CHAPTER[:-3], "published", *EVERY_CHAPTER[-3:]]
    assert page.text.count("Calibrated reconstruction") == 1
    assert "prints 83 figures" in page.text
    assert "Of these 89, 89 are computed as printed" in page.text
    figures = page.frame("printed-and-computed.csv")
    assert len(figures) == 89
    assert (figures["printed"] == figures["computed"]).all()
    assert (figures["agrees"] == "yes").all()


def test_another_method_does_not_print_the_same_figures(root: Path, tmp_path: Path) -> None:
    study = rm.load_study(root / "configs" / "data_errors.toml")
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    page = Page(render_report(tmp_path / "result.nc"))
    figures = page.frame("printed-and-computed.csv")
    differing = int((figures["printed"].astype(str) != figures["computed"].astype(str)).sum())
    assert differing > 40
    assert f"Of these 89, {89 - differing} are computed" in page.text
    assert "another one gives others" in page.text


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_result_gives_the_same_bytes(small_result: Path, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        assert write_report(small_result, tmp_path / name) == [tmp_path / name]
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_files_of_one_study_make_one_report(small_result: Path, tmp_path: Path) -> None:
    with rm.load(small_result) as tree:
        groups = {name: tree[name].to_dataset().load() for name in ALL}
    sensitivity = groups.pop("sensitivity")
    rm.save(tmp_path / "draws.nc", **groups)
    rm.save(tmp_path / "drivers.nc", baseline=groups["baseline"], sensitivity=sensitivity)
    page = Page(render_report([tmp_path / "draws.nc", tmp_path / "drivers.nc"]))
    assert sections(page) == WITH_BESIDE
    other = save_groups(tmp_path / "other.nc", uncertain(mines=2).load(), "baseline")
    with pytest.raises(rm.InputError, match=r"other\.nc: are results of different studies"):
        render_report([tmp_path / "draws.nc", other])


@pytest.mark.parametrize(
    ("format", "start"),
    [("svg", b"<?xml"), pytest.param("png", b"\x89PNG", marks=pytest.mark.slow)],
)
def test_pictures_are_written_as_files(
    quick_result: Path, tmp_path: Path, format: str, start: bytes
) -> None:
    folder = tmp_path / "new" / "pictures"
    html = tmp_path / "report.html"
    report, *pictures = write_report(quick_result, html, pictures=folder, format=format)
    assert report == html
    assert set(pictures) == set(folder.iterdir())
    assert len(pictures) == len(Page(html.read_text("utf-8")).attributes("img", "src"))
    assert all(picture.read_bytes().startswith(start) for picture in pictures)
    assert {picture.suffix for picture in pictures} == {f".{format}"}
    html.unlink()
    with pytest.raises(rm.InputError, match="exists already"):
        write_report(quick_result, html, pictures=folder, format=format)
    assert not html.exists()
    write_report(quick_result, html, pictures=folder, format=format, overwrite=True)


def test_nothing_is_overwritten_unasked(quick_result: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("precious")
    with pytest.raises(rm.InputError, match="exists already; use --force"):
        write_report(quick_result, path)
    assert path.read_text() == "precious"
    write_report(quick_result, path, overwrite=True)
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_what_cannot_be_written_is_an_error(quick_result: Path, tmp_path: Path) -> None:
    with pytest.raises(rm.InputError, match="there is no folder"):
        write_report(quick_result, tmp_path / "nowhere" / "report.html")
    (tmp_path / "file").write_text("")
    with pytest.raises(rm.InputError, match="is a file, expected a folder"):
        write_report(quick_result, tmp_path / "report.html", pictures=tmp_path / "file")
    with pytest.raises(rm.InputError, match="format: must be one of svg, pdf, png, got 'gif'"):
        write_report(quick_result, tmp_path / "report.html", format="gif")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_is_no_result_is_an_error(tmp_path: Path, small_result: Path) -> None:
    with rm.load(small_result) as tree:
        draws = tree["samples"].to_dataset()
        rm.save(tmp_path / "compare.nc", comparison=rm.compare(draws, draws))
    with pytest.raises(rm.InputError, match=r"compare\.nc: holds nothing to report"):
        render_report(tmp_path / "compare.nc")
    with pytest.raises(rm.InputError, match="no such file"):
        render_report(tmp_path / "nothing.nc")
