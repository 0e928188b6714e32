"""Results that all tests of pictures share; a test that changes one copies it."""

import pytest

from tests.plot.results import Result, small_result


@pytest.fixture(scope="session")
def result() -> Result:
    """Three mines in three years."""
    return small_result()


@pytest.fixture(scope="session")
def one_year() -> Result:
    """Four mines in one year."""
    return small_result(mines=4, years=1)


@pytest.fixture(scope="session")
def many() -> Result:
    """Thirty mines in one year, with names too long to be printed."""
    found = small_result(mines=30, years=1)
    return found.renamed([f"Mining area on the northern slope, number {k}" for k in range(30)])
