import tomllib
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.study.toml_text import toml_text

# TOML files are UTF-8, which has no lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
PLAIN = TEXTS | NUMBERS | st.booleans() | st.dates()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_was_written_is_read_again(table):
    assert tomllib.loads(toml_text(table)) == table


def test_empty_tables_and_dates_stay():
    moments = {"day": date(2022, 4, 28), "at": time(7, 30), "on": datetime(2022, 4, 28, tzinfo=UTC)}
    table = {"empty": {}, "outer": {"inner": {}}, "cluster": moments}
    assert tomllib.loads(toml_text(table)) == table


def test_what_toml_cannot_hold_is_an_error():
    with pytest.raises(TypeError, match="no form for NoneType"):
        toml_text({"a": [None]})
