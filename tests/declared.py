"""Which declared variables every result has, and which only one that is asked for them."""

from recc_mc.results.variables import GROUPS

# What stands beside the index where a study asks for it.
BESIDE = ("criterion_score", "criterion_rank", "coupling", "coordination", "fuzzy")


def always(group: str) -> set[str]:
    """Variables of a group that need no asking."""
    names = {name for name in GROUPS[group] if not name.startswith(BESIDE)}
    return names | ({"criterion_score"} if group == "baseline" else set())
