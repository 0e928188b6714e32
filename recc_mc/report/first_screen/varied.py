"""What was varied and what was held fixed, in words a reader knows.

Results tell it exactly, with sizes and names of keys (`recc_mc.study.variation`); here is what of
it fits a line.
"""

import re

from recc_mc.language import say
from recc_mc.report.words import sentence_list
from recc_mc.study.variation import NOTHING

__all__ = ["brief"]

_METHOD = re.compile(r"\d+ method choices? \(")
_INNER = re.compile(r" \([^()]*\)")


def brief(text: str) -> str:
    """One half of a variation, in short.

    Parameters
    ----------
    text
        What is varied, or what is held fixed, as a result has it.

    Examples
    --------
    >>> brief("judgments of 9 matrices (lognormal, sigma 0.2); 1 method choice (ahp_share 0 to 1)")
    "the experts' judgments and the weight of judgments against data"
    >>> brief("all data, aggregation linear")
    'the data and the aggregation of indicators'
    """
    if text == NOTHING:
        return say("nothing")
    return sentence_list(list(dict.fromkeys(_short(part) for part in _parts(text))), 12)


def _parts(text: str) -> list[str]:
    """Items without what stands in brackets; choices of the method, one item each."""
    chosen = _METHOD.search(text)
    choices = ""
    if chosen is not None:
        text, choices = text[: chosen.start()], text[chosen.end() : -1]
    return [part for part in re.split(r"; |, ", _bare(text)) + _bare(choices).split("; ") if part]


def _bare(text: str) -> str:
    while _INNER.search(text):
        text = _INNER.sub("", text)
    return text


def _short(part: str) -> str:
    """An item in words; one that nobody foresaw as it is."""
    name = part.split(" ", 1)[0]
    if name in _CHOICES:
        return say(_CHOICES[name])
    for pattern, template in _KINDS:
        found = re.match(pattern, part)
        if found:
            return say(template, **found.groupdict())
    return part


_KINDS = (
    (r"all judgments$", "the experts' judgments"),
    (r"judgments of (?P<number>\d+) of (?P<total>\d+) ", "{number} of {total} judgment matrices"),
    (r"judgments of ", "the experts' judgments"),
    (r"given weights", "the given weights"),
    (r"all data$", "the data"),
    (r"data of (?P<number>\d+) of (?P<total>\d+) ", "the data of {number} of {total} indicators"),
    (r"data of 1 ", "the data of 1 indicator"),
    (r"data of (?P<number>\d+) ", "the data of {number} indicators"),
    (r"\d+ shared error", "errors that data share"),
)
_CHOICES = {
    "ahp_share": "the weight of judgments against data",
    "prioritization": "the method of judgment weights",
    "objective": "the method of data weights",
    "combination": "the combination of both weights",
    "goalposts": "re-estimated goalposts",
    "scope": "the years that goalposts span",
    "aggregation": "the aggregation of indicators",
}
