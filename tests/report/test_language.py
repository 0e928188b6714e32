"""A report in Chinese: what a reader of it sees holds no English but names and what is cited."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.errors import InputError
from recc_mc.language import catalogue, speaking, untranslated
from recc_mc.report import render_report
from recc_mc.report.contents import Result, Source, opened
from recc_mc.report.document import render_page
from recc_mc.report.pictures import numbers_alone
from tests.evidence import bcg
from tests.kernels.cases import with_limits
from tests.plot.questions import made_up_targets, with_information
from tests.plot.scenarios import made_up_scenarios
from tests.report.conftest import uncertain
from tests.report.page import Page
from tests.shapes import one_system
from tests.strategies import StudyFiles

# Methods, symbols and functions of equations, keys, authors and journals: in Chinese they are
# written so.
WORDS = re.findall(
    r"\w+",
    """
    AHP CRITIC TOPSIS PAWN GCI CSV SHA Python Wilson Sobol Kendall Shapley Dirichlet Saaty saaty
    Hedges Knapp Hartung DerSimonian Laird Paule Mandel ChinaXiv Kozlova Bai Wang Deng Yeh Willis
    Hwang Yoon OECD JRC Diakoulaki Mavrotas Papayannakis Lai Pearson Strong Oakley Brennan Higgins
    Thompson Spiegelhalter Viechtbauer Bozoki Fulop Ronyai and
    sum prod sqrt exp min max mean from phi multiply rho tau theta rms III VII VIII
    morris shapley sobol delta pawn summary samples sensitivity baseline uncertainty method
    judgments consistency obstacle both recc evaluate simulate assumptions mc
    """,
)
CITED = re.compile(r"doi:\S+|et al\.|[\w-]+\.csv|[a-z_]+\.[a-z_.]+|/[a-z]+")


class Visible(Page):
    """What is seen or read aloud, without the study's title and file, and what made the result."""

    section = ""
    foreign = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.texts += [str(v) for k, v in attrs if k in ("alt", "aria-label", "data-title")]
        self.section = dict(attrs).get("id") or self.section if tag == "section" else self.section
        # The glossary says each term in the other language, too, and says which that is.
        self.foreign = tag != "html" and "lang" in dict(attrs)

    def handle_data(self, data: str) -> None:
        of_run = self.section == "provenance" and "dd" in self.open
        if not ({"pre", "h1"} & set(self.open) or of_run or self.foreign):
            super().handle_data(data)
        self.foreign = False


def names_of(result: Result) -> set[str]:
    """Names that the study gives."""
    found = {str(result.attrs.get("title")), *(name.rpartition("/")[2] for name in result.groups)}
    for data in result.groups.values():
        for name, values in data.coords.items():
            if values.dtype.kind in "UOT" and name not in (
                "factor",
                "output",
                "quantile",
                "system",
            ):
                found |= {str(value) for value in values.values.ravel().tolist()}
        found |= {str(data.attrs[k]) for k in ("noun", "nouns") if k in data.attrs}
    # Shorter ones are no words.
    return {name for name in found if re.search("[A-Za-z]{3}", name)}


def english(result: Result, html: str) -> set[str]:
    """Words of English that are seen."""
    text = "\n".join(Visible(html).texts)
    for name in sorted(names_of(result), key=len, reverse=True):
        text = text.replace(name, "")
    words = re.findall("[A-Za-z]{3,}", CITED.sub("", text))
    return {word for word in words if word not in WORDS}


def page_in_chinese(source: Source) -> tuple[Result, str, frozenset[str]]:
    with speaking("zh"), opened(source) as result:
        # Without pictures, which take their time.
        html = render_page(result, numbers_alone(result))
        return result, html, untranslated()


def tree_of(files: StudyFiles, *, fuzzy: bool = False) -> xr.DataTree:
    """A result with all groups, those of questions made up."""
    study = files.load()
    baseline, draws = rm.evaluate(study), rm.simulate(study, samples=200, seed=1)
    sensitivity = rm.sensitivity(study, samples=32, replicates=2, seed=1)
    groups = {"baseline": baseline, "summary": rm.summarize(draws), "sensitivity": sensitivity}
    if not fuzzy and "recc" in baseline:
        groups |= {
            "sensitivity": with_information(sensitivity),
            "scenarios": made_up_scenarios(baseline),
            "target": made_up_targets(baseline),
            "evidence/management": rm.meta_analysis(bcg.table(), measure="effect"),
        }
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=baseline.attrs), **groups})


STUDIES = {
    "with questions": lambda: tree_of(uncertain()),
    "fuzzy": lambda: tree_of(
        with_limits(uncertain(years=2)).with_tables(
            coupling={}, fuzzy={}, output={"criterion_scores": True}
        ),
        fuzzy=True,
    ),
    "of one system": lambda: tree_of(one_system("support")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_a_page_in_chinese_shows_no_english(name: str) -> None:
    result, html, missing = page_in_chinese(STUDIES[name]())
    assert missing == frozenset()
    assert english(result, html) == set()


def test_a_study_in_chinese_reads_in_its_own_words(tmp_path: Path) -> None:
    files = replace(uncertain(years=2), mines=("甲县", "乙县", "丙县"))
    path = files.write(tmp_path)
    path.write_text(path.read_text("utf-8").replace("[study]", '[study]\nnoun = "县"'), "utf-8")
    study = rm.load_study(path)
    draws = rm.simulate(study, samples=200, seed=1)
    tree = xr.DataTree.from_dict(
        {"/": xr.Dataset(), "baseline": rm.evaluate(study), "summary": rm.summarize(draws)}
    )
    _, html, missing = page_in_chinese(tree)
    assert missing == frozenset()
    assert '<html lang="zh-CN">' in html
    assert "3 个县 · " in html
    assert "矿区" not in html
    assert re.search("年(哪个县负荷最高尚无定论|负荷最高的县是)", html)


def test_what_a_catalogue_lacks_is_told_among_the_provenance(
    quick_result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = catalogue("zh")
    lines = {text: said for text, said in whole.items() if text not in ("Contents", "Methods")}
    monkeypatch.setattr("recc_mc.language.catalogue", lambda code, table=None: lines)
    _, html, missing = page_in_chinese(quick_result)
    assert missing == {"Contents", "Methods"}
    assert re.search(r"<dt>仍为英文的文字\W2 处\W</dt>\n<dd>Contents\nMethods</dd>", html)


def test_files_to_download_are_the_same_in_every_language(quick_result: Path) -> None:
    pages = [Page(page_in_chinese(quick_result)[1])]
    with opened(quick_result) as result:
        pages.append(Page(render_page(result, numbers_alone(result))))
    chinese, plain = (
        {name: list(page.frame(name).columns) for name in page.attributes("a", "download")}
        for page in pages
    )
    assert chinese == plain != {}


def test_a_language_that_there_is_not_is_refused(quick_result: Path) -> None:
    with pytest.raises(InputError, match="language: must be one of en, zh, got 'fr'"):
        render_report(quick_result, language="fr")
