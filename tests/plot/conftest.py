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
