"""Studies of the shapes that leave outputs out: one mine over many years, one system."""

from tests.strategies import StudyFiles, of_system, small_study

UNCERTAIN = {
    "uncertainty_judgments": {"sigma": 0.3},
    "uncertainty_data": {"cv": 0.1, "systematic_cv": 0.05},
    "uncertainty_method": {
        "ahp_share": {"low": 0.3, "high": 0.7},
        "goalposts": ["reestimated", "frozen"],
    },
    "sensitivity": {"samples": 64, "replicates": 2},
    "simulation": {"samples": 1000, "seed": 1},
}
BOTH = {"method": {"obstacle": "both"}}


def one_mine() -> StudyFiles:
    """One mine over eight years."""
    return small_study(mines=1, years=8, **UNCERTAIN)


def one_system(system: str) -> StudyFiles:
    """One system of four mines in three years, with obstacles of either."""
    return of_system(small_study(mines=4, years=3, **UNCERTAIN, **BOTH), system)


SHAPES = {
    "one mine": (one_mine(), "rank"),
    "support alone": (one_system("support"), "pressure recc zone grade"),
    "pressure alone": (one_system("pressure"), "support recc zone grade"),
    "support of one mine": (of_system(one_mine(), "support"), "pressure recc zone grade rank"),
}
"""Studies with the outputs that they leave out."""
