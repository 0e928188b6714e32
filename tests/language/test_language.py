"""Languages: one catalogue each, chosen for a stretch of code."""

import pytest

from recc_mc.errors import InputError
from recc_mc.language import LANGUAGES, language, say, speaking, untranslated
from recc_mc.machine.sharing import in_two_processes
from recc_mc.study.nouns import MINES, Nouns


def test_english_is_said_as_written_and_another_language_only_within_its_block():
    assert say("mine") == "mine"
    with speaking("zh"):
        assert language() == "zh"
        assert say("mine") == "矿区"
        assert MINES.said("mine") == "矿区"
        assert Nouns("县", "县").said("mine") == "县"
    assert language() == LANGUAGES[0]
    assert say("mine") == "mine"


def test_a_text_without_translation_stands_in_english_and_is_told():
    with speaking("zh") as missing:
        assert say("no such text of {name}", name="A {B}") == "no such text of A {B}"
        assert untranslated() == {"no such text of {name}"}
    assert missing == {"no such text of {name}"}


def test_values_are_not_taken_for_words_of_ours():
    assert Nouns("city", "cities").said("A mine: {name}", name="a mine") == "A city: a mine"


def test_an_unknown_language_is_refused():
    expected = "language: must be one of en, zh, got 'fr'"
    with pytest.raises(InputError, match=expected), speaking("fr"):
        pass


def test_a_copy_of_the_process_speaks_the_same_language():
    with speaking("zh"):
        assert in_two_processes(lambda number: f"{number} {say('mine')}", 4) == [
            f"{number} 矿区" for number in range(4)
        ]
