"""What people call uncertain factors: in a result they have codes, as ``data:P2-4``."""

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recc_mc.language import say, translated, word
from recc_mc.study.from_result import TABLE_ATTRIBUTES

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = [
    "CHOICE_WORDS",
    "FactorNames",
    "choice_word",
    "factor_names",
    "indicator_names",
    "study_names",
]

GIVEN = "given"
"""Setting of ``method.weights`` without judgments."""
CHOICE_WORDS = {
    "ahp_share": "AHP share",
    "prioritization": "prioritization",
    "objective": "objective",
    "combination": "combination",
    "goalposts": "goalposts",
    "scope": "scope",
    "aggregation": "aggregation",
}
"""Words for the choices of the method that are factors."""


def choice_word(name: str) -> str:
    """A choice of the method in a word or two.

    Parameters
    ----------
    name
        Its name in a study; one that is not known is said as it is.
    """
    return translated(CHOICE_WORDS.get(name, name.replace("_", " ")))


@dataclass(frozen=True)
class FactorNames:
    """Names of the factors of a study, for pictures and tables.

    Parameters
    ----------
    long_names
        Long names of the indicators by their codes.
    given
        Whether weights are given instead of judged.
    """

    long_names: Mapping[str, str]
    given: bool = False

    def name(self, label: str) -> str:
        """Factor, or class of factors, in words; an indicator has its code before its name.

        Parameters
        ----------
        label
            Name in the result.

        Examples
        --------
        >>> names = FactorNames({"P2-4": "Radioactivity"})
        >>> names.name("data:P2-4"), names.name("data:P2-5"), names.name("judgment:social_pressure")
        ('P2-4 Radioactivity', 'data of P2-5', 'judgments on social pressure')
        >>> names.name("method:ahp_share"), names.name("scenario:growth"), names.name("data")
        ('choice of AHP share', 'random number growth', 'data')
        """
        kind, colon, rest = label.partition(":")
        if not colon:
            return self.class_name(label)
        code, _, part = rest.partition(":")
        name = self._name(kind, code)
        return f"{name}: {part}" if part else name

    def class_name(self, label: str) -> str:
        """Class of factors in words."""
        if label == "judgment" and self.given:
            return say("weights given")
        return translated(label)

    def _name(self, kind: str, code: str) -> str:
        words = word(code.replace("_", " "))
        match kind:
            case "judgment" if self.given:
                return say("weights given within {name}", name=words)
            case "judgment":
                return say("judgments on {name}", name=words)
            case "data":
                return self._indicator(code)
            case "shared":
                return say("shared error {name}", name=code)
            case "scenario":
                return say("random number {name}", name=code)
            case _:
                return say("choice of {name}", name=choice_word(code))

    def _indicator(self, code: str) -> str:
        known = self.long_names.get(code, "")
        if known in ("", code):
            return say("data of {name}", name=code)
        return f"{code} {known}"


def factor_names(attrs: Mapping[Any, Any]) -> FactorNames:
    """Names that a result, or one of its groups, has for its factors.

    Parameters
    ----------
    attrs
        Its attributes, which hold the study. A group that was opened by itself leaves them at the
        root of its file, and an older file has no tables: then codes stand in the names.
    """
    table = tomllib.loads(str(attrs.get("study", ""))).get("method", {})
    return FactorNames(indicator_names(attrs), table.get("weights") == GIVEN)


def indicator_names(attrs: Mapping[Any, Any]) -> dict[str, str]:
    """Long names of the indicators of a result by their codes, as far as it holds them.

    Parameters
    ----------
    attrs
        Attributes of the result, or of one of its groups.
    """
    rows = csv.DictReader(io.StringIO(str(attrs.get(TABLE_ATTRIBUTES["indicators"], ""))))
    return {row["indicator"]: row.get("long_name") or "" for row in rows}


def study_names(study: "Study") -> FactorNames:
    """Names that a study has for its factors.

    Parameters
    ----------
    study
        The study.
    """
    long_names = {item.name: item.long_name for item in study.hierarchy.indicators}
    return FactorNames(long_names, study.settings.method.weights == GIVEN)
