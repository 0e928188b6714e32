"""What uncertain factors are called in sentences and tables."""

from recc_mc.labels.factors import FactorNames, choice_word, factor_names
from recc_mc.language import say, word
from recc_mc.report.contents import Result

__all__ = ["CLASS", "FactorWords", "factor_name", "factor_words"]

CLASS = "class"
"""Kind of a factor that holds all of a kind."""


def factor_name(label: str, *, given: bool = False) -> str:
    """Factor as it stands in a sentence.

    Parameters
    ----------
    label
        Name in the result.
    given
        Whether weights are given instead of judged.

    Examples
    --------
    >>> factor_name("judgment:pressure"), factor_name("data:P2-4"), factor_name("method:ahp_share")
    ('the judgments on pressure', 'the data of P2-4', 'the choice of AHP share')
    >>> factor_name("judgment:pressure", given=True), factor_name("scenario:growth")
    ('the weights given within pressure', 'the random number growth of the scenario')
    """
    kind, _, name = label.partition(":")
    if kind == "judgment":
        text = "the weights given within {name}" if given else "the judgments on {name}"
        return say(text, name=word(name.replace("_", " ")))
    if kind == "data":
        return say("the data of {name}", name=name)
    if kind == "shared":
        return say("the shared error {name}", name=name)
    if kind == "scenario":
        return say("the random number {name} of the scenario", name=name)
    return say("the choice of {name}", name=choice_word(name))


class FactorWords(FactorNames):
    """Names of the factors of a result, as they stand in sentences."""

    def told(self, label: str, value: str) -> str:
        """Factor with a number about it, and the long name of the indicator whose data it is."""
        long_name = self.long_name(label)
        factor = factor_name(label, given=self.given)
        if not long_name:
            return say("{name} ({value})", name=factor, value=value)
        return say("{name} ({long_name}; {value})", name=factor, long_name=long_name, value=value)

    def long_name(self, label: str) -> str:
        """Long name of the indicator whose data a factor is; empty of any other factor."""
        kind, _, name = label.partition(":")
        code = name.partition(":")[0]
        found = self.long_names.get(code, "") if kind == "data" else ""
        return "" if found == code else found


def factor_words(result: Result) -> FactorWords:
    """Names of the factors of a result.

    Parameters
    ----------
    result
        Groups of a result.
    """
    names = factor_names(result.attrs)
    return FactorWords(names.long_names, names.given)
