from dataclasses import replace

import pytest

from recc_mc.study import Study
from tests.strategies import small_study


@pytest.fixture(scope="session")
def study() -> Study:
    """A small study with names that are not ASCII."""
    mines = ("Bayan Obo", "Längenfeld № 2", "白云鄂博")
    files = small_study(years=2)
    # One who is named: what there is of each expert is in the results of such a study alone.
    matrices = tuple(replace(matrix, expert="Zoë") for matrix in files.matrices)
    return replace(files, mines=mines, matrices=matrices).load()
