import unicodedata

import pytest

from recc_mc.study.names import clean_name, hint, quoted


def test_names_that_look_the_same_are_the_same():
    composed, decomposed = "Humidité", unicodedata.normalize("NFD", "Humidité")
    assert composed != decomposed
    assert clean_name(f"  {decomposed} ") == composed


@pytest.mark.parametrize(
    ("names", "sentence"),
    [(["a"], '"a"'), (["a", "b"], '"a" or "b"'), (["a", "b", "c"], '"a", "b" or "c"')],
)
def test_quoted(names, sentence):
    assert quoted(names) == sentence


@pytest.mark.parametrize(
    ("name", "known", "end"),
    [
        ("sampels", ["seed", "samples"], '; did you mean "samples"?'),
        ("CV", ["cv", "sd"], '; did you mean "cv"?'),
        ("zzz", ["cv", "sd"], "; known: cv, sd"),
        ("zzz", [], ""),
        ("zzz", [f"n{i}" for i in range(40)], f"; known: {', '.join(f'n{i}' for i in range(15))}, "
         "... (40 in all)"),
    ],
)  # fmt: skip
def test_hint(name, known, end):
    assert hint(name, known) == end
