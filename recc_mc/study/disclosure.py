"""What reading made of a study's data and judgments, in words: for check, results and report."""

from typing import TYPE_CHECKING

import numpy as np

from recc_mc.language.retelling import recorded
from recc_mc.study.consistency import RANDOM_INDEX
from recc_mc.study.given_weights import scaled_sentence
from recc_mc.study.panel import HELD, INTERPOLATED
from recc_mc.study.uncertainty_settings import ERROR_PARTS

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "READING_ATTRIBUTES",
    "beyond_table_sentence",
    "reading_attributes",
    "zero_cells",
    "zero_cells_sentence",
]

READING_ATTRIBUTES = (
    "filled_values",
    "zeros_without_relative_error",
    "snapped_judgments",
    "estimated_judgments",
    "simulated_random_index",
    "scaled_weights",
)
"""Attributes that tell of a result what was not taken from the study's files as it stands."""

_NAMED = 5


def zero_cells(study: "Study") -> list[tuple[str, str, int]]:
    """Cells (indicator, mine, year) that are 0 and have a relative error, which is none there."""
    panel = study.panel
    found = []
    for j, name in enumerate(panel.indicators):
        error = study.error_model(name)
        if error is None or error.distribution == "lognormal":
            continue
        always = any(getattr(error, relative) for relative, _ in ERROR_PARTS[:-1])
        zero = panel.values[:, :, j] == 0
        if not always:
            zero = zero & panel.holes[:, :, j] & (getattr(error, ERROR_PARTS[-1][0]) > 0)
        found += [(name, panel.mines[i], panel.years[t]) for i, t in np.argwhere(zero)]
    return found


def zero_cells_sentence(study: "Study") -> str:
    """Sentence that names cells without the relative error of their indicator, empty if none."""
    cells = zero_cells(study)
    if not cells:
        return ""
    named = "; ".join(
        recorded(
            'indicator "{indicator}", {one} "{mine}", year {year}',
            indicator=indicator,
            one=study.nouns.one,
            mine=mine,
            year=year,
        )
        for indicator, mine, year in cells[:_NAMED]
    )
    if len(cells) > _NAMED:
        named = recorded("{names} and {count} more", names=named, count=len(cells) - _NAMED)
    return recorded(
        "a relative error of a value 0 is no error: {cells}; an absolute one (sd) would be",
        cells=named,
    )


def beyond_table_sentence(study: "Study") -> str:
    """Sentence that names matrices larger than the random index asked for has, or nothing."""
    name = study.settings.method.random_index
    most = len(RANDOM_INDEX[name])
    larger = [f'"{m.name}" ({m.size})' for m in study.judgments.matrices if m.size > most]
    if not larger:
        return ""
    text = (
        'random index "{name}" ends at {most} items: that of matrix {names} is the "simulated" one'
        if len(larger) == 1
        else 'random index "{name}" ends at {most} items: that of matrices {names} is the '
        '"simulated" one'
    )
    return recorded(text, name=name, most=most, names=", ".join(larger))


def reading_attributes(study: "Study") -> dict[str, str]:
    """Attributes of a result, those of `READING_ATTRIBUTES` that have something to say."""
    filled = study.panel.filled
    between, held = (int((filled == code).sum()) for code in (INTERPOLATED, HELD))
    text = "{between} interpolated, {held} held of {total} values"
    filling = recorded(text, between=between, held=held, total=filled.size)
    texts = (
        filling if between or held else "",
        zero_cells_sentence(study),
        "; ".join(study.judgments.snapped),
        "; ".join(study.judgments.estimated),
        beyond_table_sentence(study),
        scaled_sentence(study),
    )
    return {name: text for name, text in zip(READING_ATTRIBUTES, texts, strict=True) if text}
