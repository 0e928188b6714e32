"""What the draws of a result vary and hold fixed, and whether the baseline is one of them."""

from recc_mc.language.retelling import retold
from recc_mc.report.contents import Result
from recc_mc.study.variation import NOTHING, Variation

__all__ = ["baseline_outside", "told_facts", "varied_facts", "varies_nothing"]

_GROUPS = ("summary", "samples", "sensitivity", "scenarios")


def varied_facts(result: Result) -> Variation | None:
    """What the draws vary and hold fixed; None if there are none, or an older version made them.

    Parameters
    ----------
    result
        Groups of a result.
    """
    for name in _GROUPS:
        attrs = result.groups[name].attrs if name in result.groups else {}
        if all(field in attrs for field in Variation._fields):
            return Variation(*(str(attrs[field]) for field in Variation._fields))
    return None


def told_facts(result: Result) -> Variation | None:
    """The same in the language that is spoken.

    Parameters
    ----------
    result
        Groups of a result.
    """
    found = varied_facts(result)
    return None if found is None else Variation(*map(retold, found))


def varies_nothing(result: Result) -> bool:
    """Whether there are draws, and all of them are the same.

    Parameters
    ----------
    result
        Groups of a result.
    """
    known = varied_facts(result)
    if known is not None and known.varied == NOTHING:
        return True
    names = [name for name in ("support_std", "pressure_std") if result.holds("summary", name)]
    if not names:
        return False
    spread = result.groups["summary"][names].max()
    # Of one draw the deviation is undefined, which is not zero.
    return all(float(value) == 0 for value in spread.data_vars.values())


def baseline_outside(result: Result) -> str | None:
    """Why the baseline is none of the draws; None where it may be one.

    Parameters
    ----------
    result
        Groups of a result.
    """
    attrs = [result.groups[name].attrs for name in _GROUPS if name in result.groups]
    return next((str(a["baseline_outside"]) for a in attrs if "baseline_outside" in a), None)
