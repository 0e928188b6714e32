"""Numbers and sentences of the page as HTML; names of a study are escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np

from recc_mc.explore.judging import ratio
from recc_mc.explore.picture_numbers import Numbers
from recc_mc.explore.pictures import MOST_FACTORS, MOST_MINES
from recc_mc.explore.slow_numbers import Drivers, Tolerances
from recc_mc.study import Study

__all__ = [
    "COMPILING",
    "COMPUTING",
    "commands_table",
    "drivers_text",
    "names_text",
    "overload_table",
    "problems_text",
    "ratios_table",
    "tolerances_text",
]

COMPUTING = "<em>being computed …</em>"
"""What stands where something is not there yet."""
COMPILING = (
    "<p><em>Being drawn: a way of computing that is new here is compiled first, once per "
    "installation, for up to a minute. Until then the numbers are those before the change.</em></p>"
)
"""What stands above numbers that are not those of the state yet."""


def overload_table(study: Study, now: Numbers, before: Numbers, year: int) -> str:
    """P(C >= 1) of the most loaded mines, and what it was in the study as it was read.

    Parameters
    ----------
    study
        The study.
    now, before
        Numbers of the state, and of the study as it was read.
    year
        The year.
    """
    at, then, mines = now.at(year), before.at(year), study.panel.mines
    order = np.argsort(-np.nan_to_num(now.overload[:, at], nan=-1.0), kind="stable")
    same_year = now.years[at] == before.years[then]
    rows = []
    for k in order[:MOST_MINES]:
        value, old = float(now.overload[k, at]), float(before.overload[k, then])
        moved = f"{value - old:+.3f}" if same_year else ""
        rows.append(
            f'<tr><td>{escape(mines[k])}</td><td>{now.base_recc[k, at]:.3f}</td><td data-mine="'
            f'{escape(mines[k])}" data-value="{value!r}"><b>{value:.3f}</b></td>'
            f"<td>{old:.3f}</td><td>{moved}</td></tr>"
        )
    rest = len(mines) - MOST_MINES
    more = f"<p>{rest} with smaller ones are left out.</p>" if rest > 0 else ""
    head = f"<th>{escape(study.nouns.one)}</th><th>C</th><th>P(C ≥ 1)</th><th>study</th><th></th>"
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>{more}"


def ratios_table(study: Study) -> str:
    """Consistency ratio of every matrix; those at the limit or above stand out."""
    cells = []
    for name in study.judgments.names:
        value = ratio(study, name)
        kind = ' class="wrong"' if value >= study.cr_limit else ""
        cells.append(
            f'<span data-matrix="{escape(name)}" data-value="{value!r}"{kind}>{escape(name)} '
            f"{value:.3f}</span>"
        )
    return f"<p>CR (below {study.cr_limit:g}): {', '.join(cells)}</p>"


def tolerances_text(found: Tolerances) -> str:
    """Sentences on the most loaded mine, and a line for each conclusion.

    Parameters
    ----------
    found
        The tolerances.
    """
    about = f"Conclusions of {found.year}, without a scenario, all other inputs exact."
    text = "".join(f"<p>{escape(sentence)}</p>" for sentence in (*found.sentences, about))
    if not found.rows:
        return text
    head = "".join(f"<th>{escape(name)} error</th>" for name in found.sources)
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in found.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table><tr><th>holds</th>{head}</tr>{body}</table>"
    return f"{text}<details><summary>all conclusions</summary>{table}</details>"


def drivers_text(study: Study, found: Drivers) -> str:
    """What the leading factors are called in full.

    Parameters
    ----------
    study
        The study.
    found
        The drivers.
    """
    if not found.factors:
        return "<p>Nothing is uncertain.</p>"
    leading = found.factors[:MOST_FACTORS]
    return names_text(study, (name.removeprefix("data:") for name in leading))


def names_text(study: Study, names: Iterable[str]) -> str:
    """Long names of those that are indicators and have one."""
    known = study.hierarchy
    full = {name: known[name].long_name for name in names if name in known.names}
    told = "; ".join(f"{name}: {words}" for name, words in full.items() if words)
    return f"<p><small>{escape(told)}</small></p>" if told else ""


def problems_text(problems: Iterable[str], notes: Sequence[str]) -> str:
    """What was refused, then what a reader of the numbers must know."""
    lines = [f'<p class="wrong">{escape(problem)}</p>' for problem in problems]
    return "".join([*lines, *(f"<p>Note: {escape(note)}</p>" for note in notes)])


def commands_table(commands: Mapping[str, str]) -> str:
    """Commands that give the page's numbers."""
    lines = "\n".join(commands.values())
    return f"<pre data-commands>{escape(lines)}</pre>"
