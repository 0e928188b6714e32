"""What reading made of the study's tables, as a paragraph of the report."""

from collections.abc import Iterator

from recc_mc.language import say
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Result
from recc_mc.report.words import sentences
from recc_mc.study.disclosure import READING_ATTRIBUTES

__all__ = ["as_read"]

_SENTENCES = {
    "filled_values": "Values missing in the data were filled: {values}. Interpolated values lie "
    "between two years with a value, held ones keep that of the one nearest year.",
    "zeros_without_relative_error": "Without error although their indicator has one: {values}.",
    "snapped_judgments": "Judgments read as the fraction that their decimals abbreviate: {values}.",
    "estimated_judgments": "Judgments that nobody gave are estimated as those that leave their "
    "matrix least inconsistent (Bozoki, Fulop & Ronyai 2010): {values}. They have no error of "
    "their own; in draws they move with the others as their logarithmic least squares estimate "
    "does.",
    "simulated_random_index": "Consistency ratios: {values}.",
    "scaled_weights": "Given weights that do not sum to 1 are divided by their sum: {values}.",
}


def as_read(result: Result) -> Iterator[tuple[str, str]]:
    """Paragraph on what was not taken as it stands in the study's files; none if all was."""
    told = [
        say(_SENTENCES[name], values=retold(result.attrs[name]))
        for name in READING_ATTRIBUTES
        if name in result.attrs
    ]
    if told:
        yield say("Data as read"), sentences(*told)
