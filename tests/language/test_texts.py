"""No text is forgotten: each that the source says has its line in every other language."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import recc_mc.language
from recc_mc.language import LANGUAGES, catalogue
from recc_mc.plot.pictures import PICTURES
from recc_mc.report.findings import HEADINGS
from recc_mc.results.measures import MEASURES
from recc_mc.study.choices import CHOICES
from tests.language.texts import constants, said_texts

OTHERS = LANGUAGES[1:]
FIELD = re.compile(r"\{(\w+)\}")


def declared() -> Iterator[str]:
    """Texts that one place declares and another says."""
    yield from HEADINGS
    yield from (what for _, what in MEASURES.values())
    for choice in CHOICES:
        yield choice.words
        for way in choice.alternatives:
            yield from filter(None, (way.name.replace("_", " "), way.sentence))
    for picture in PICTURES.values():
        for shown in picture.shown:
            for text in (shown.title, shown.note):
                # Of a single mine there are years only.
                yield from (text, text.replace("all mines and years", "all years"))


@pytest.fixture(scope="module")
def texts() -> set[str]:
    # What has no letters, such as a space between sentences, may stand in a catalogue.
    return {text for text in said_texts() | set(declared()) if re.search("[A-Za-z]", text)}


def test_what_says_a_text_is_found_wherever_it_stands(texts: set[str]) -> None:
    assert {
        "Whether C ≥ 1 in {year} is undecided for {mines}.",  # given at once
        "The least loaded mine of {year} is {mine}.",  # from a table, by a loop
        "plus {number}",  # from a table, by a key
        "{count} draws",  # one of two
        "{between} interpolated, {held} held of {total} values",  # for a file
        "The study in full",  # in a template of the page
        "Each scenario against the same draws without it.",  # declared
    } <= texts


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_a_line_with_the_same_fields(code: str, texts: set[str]) -> None:
    lines = catalogue(code)
    assert sorted(texts - set(lines)) == []
    wrong = {t: s for t, s in lines.items() if set(FIELD.findall(t)) != set(FIELD.findall(s))}
    assert wrong == {}


@pytest.mark.parametrize("code", OTHERS)
def test_no_line_is_left_of_a_text_that_nothing_says(code: str, texts: set[str]) -> None:
    # The last two are what Python writes for a truth in a table.
    known = texts | constants() | {"True", "False"}
    assert sorted(text for text in catalogue(code) if text not in known and text.strip()) == []


@pytest.mark.parametrize("code", OTHERS)
def test_one_text_has_one_translation(code: str) -> None:
    path = Path(recc_mc.language.__file__).with_name(f"{code}.toml")
    found = defaultdict(set)
    for table in tomllib.loads(path.read_text("utf-8")).values():
        for text, said in table.items():
            found[text].add(said)
    assert {text: said for text, said in found.items() if len(said) > 1} == {}


@pytest.mark.parametrize("code", OTHERS)
def test_a_line_speaks_of_mines_only_where_the_text_does(code: str) -> None:
    # Only there does a study's own word for them stand in their place.
    lines = catalogue(code)
    ours = lines["mine"]
    plain = {text: FIELD.sub("", text) for text, said in lines.items() if ours in said}
    assert [text for text, words in plain.items() if not re.search(r"\bmines?\b", words)] == []
