"""Names in any script can be drawn."""

import pytest

from recc_mc.errors import text_width
from recc_mc.plot import fonts


@pytest.fixture
def no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without any Chinese font."""
    monkeypatch.setattr(fonts, "font_families", lambda: [fonts.MAIN])


def test_common_names_stay() -> None:
    names = ["Bayan Obo", "Šumava (sever)", "Χαλκιδική", "P2-4"]
    assert fonts.drawable(names) == names


def test_what_no_font_has_is_replaced_and_stays_distinct(no_fallback: None) -> None:
    assert fonts.drawable(["A", "白云鄂博", "微山 2"]) == ["A", "2: ????", "3: ?? 2"]


def test_no_formulas_and_no_line_breaks() -> None:
    assert fonts.drawable(["a $x$\n b"]) == [r"a \$x\$ b"]


def test_an_installed_font_is_found_although_the_list_is_older() -> None:
    families = fonts.font_families()
    assert families[0] == fonts.MAIN
    assert set(families[1:]) <= set(fonts.FALLBACKS)


@pytest.mark.parametrize(
    ("name", "width", "wanted"),
    [
        ("short", 5, "short"),
        ("Mining area of the north no. 12", 16, "Mining are…o. 12"),
        ("白云鄂博稀土矿区", 9, "白云鄂…区"),
    ],
)
def test_the_middle_of_a_long_name_is_left_out(name: str, width: int, wanted: str) -> None:
    assert fonts.shortened(name, width) == wanted
    assert text_width(wanted) <= width
