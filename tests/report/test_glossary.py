"""The glossary: the terms that a page uses, the same as those of the documentation."""

from pathlib import Path

from recc_mc.language import catalogue, speaking
from recc_mc.report.glossary import TERMS, glossary
from recc_mc.study.nouns import MINES, Nouns

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"


def test_the_documentation_has_the_terms_translations_and_meanings_of_reports():
    found = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| ")
    ][1:]
    chinese = catalogue("zh")
    assert found == [(term.name, chinese[term.name], term.meaning) for term in TERMS]


def test_a_page_explains_what_it_uses_and_nothing_else():
    page = '<p title="TOPSIS">Overload means <b>C &ge; 1</b>; its judgment matrix and CR.</p>'
    names = [entry.name for entry in glossary(page, MINES)]
    assert names == ["overload", "judgment matrix", "consistency ratio (CR)"]


def test_meanings_are_in_the_words_of_the_study_and_the_language():
    (entry,) = glossary("its coupling zone", Nouns("county", "counties"))
    assert entry == ("coupling zone", "耦合分区", "where a county lies in the plane of S and P")
    with speaking("zh") as missing:
        (entry,) = glossary("耦合分区", Nouns("县", "县"))
    assert entry == ("耦合分区", "coupling zone", "县在 S—P 平面上所处的位置")
    assert not missing
