from dataclasses import replace

import pytest

from recc_mc.study import Study
from tests.strategies import small_study


@pytest.fixture(scope="session")
def study() -> Study:
    """A small study with names that are not ASCII."""
    mines = ("Bayan Obo", "Längenfeld № 2", "白云鄂博")
    return replace(small_study(years=2), mines=mines).load()
