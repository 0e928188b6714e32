"""What the errors of the data come to: sizes against ranges, and where bounds hold them."""

from collections.abc import Iterator

import numpy as np

from recc_mc.language.retelling import recorded
from recc_mc.study.error_law import ErrorLaw
from recc_mc.study.impossible import share_above_whole, share_of_impossible
from recc_mc.study.study import Study

__all__ = ["error_notes", "error_rows"]

_HEADER = ("indicator", "bounds", "values", "sd", "sd / range", "impossible draws")


def error_rows(study: Study) -> list[tuple[str, ...]]:
    """Table of the data errors: a header, and a row for each indicator that varies.

    Its natural bounds; the range of its values; the standard deviation of its error, root mean
    square over the values, in its units and against that range; the share of impossible draws.
    """
    rows: list[tuple[str, ...]] = [_HEADER]
    for j, indicator in enumerate(study.hierarchy.indicators):
        law, values = study.error_law(indicator.name), study.panel.values[:, :, j]
        if law is None:
            continue
        bounds = study.natural_bounds(indicator.name)
        origin = f", from units {indicator.units}" if bounds.from_units else ""
        sd, width = float(np.sqrt(np.mean(law.sd**2))), float(np.ptp(values))
        rows.append(
            (
                indicator.name,
                f"{bounds}{origin}",
                f"{values.min():g} to {values.max():g}",
                f"{sd:.3g}",
                f"{sd / width:.2f}" if width > 0 else "no range",
                _impossible(study, indicator.name),
            )
        )
    return rows if len(rows) > 1 else []


def _impossible(study: Study, name: str) -> str:
    """Share of impossible draws; of a percentage without bound that of draws above 100, too."""
    below, above = share_of_impossible(study, name), share_above_whole(study, name)
    found = [f"{_percent(below)} below 0"] if below > 0 else []
    found += [f"{_percent(above)} above 100, as allowed"] if above > 0 else []
    return ", ".join(found) or "none"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share >= 1e-6 else "< 0.0001 %"


def error_notes(study: Study) -> list[str]:
    """Sentences about values whose error is less than the study states, each naming one value."""
    notes: list[str] = []
    for name in study.hierarchy.names:
        law = study.error_law(name)
        if law is not None:
            notes += _without_error(study, name, law)
            notes += _held(study, name, law)
    return notes


def _without_error(study: Study, name: str, law: ErrorLaw) -> Iterator[str]:
    model = study.error_model(name)
    values = study.panel.values[:, :, study.panel.indicators.index(name)]
    if model is None:
        return
    at_bound = (values <= model.lower) | (values >= model.upper)
    found = at_bound & (law.stated > 0) & (law.form != "multiplicative")
    if found.any():
        number = int(found.sum())
        yield recorded(
            "{name}: {count} of {total} values is at a bound and without error, as no law on one "
            "side of it has it as its mean: {places}"
            if number == 1
            else "{name}: {count} of {total} values are at a bound and without error, as no law on "
            "one side of it has it as its mean: {places}",
            name=name,
            count=number,
            total=found.size,
            places=_places(study, name, found),
        )


def _held(study: Study, name: str, law: ErrorLaw) -> Iterator[str]:
    held = law.held & (law.sd > 0)
    if not held.any():
        return
    i, t = np.unravel_index(np.argmin(np.where(held, law.sd / law.stated, np.inf)), held.shape)
    panel = study.panel
    value = panel.values[i, t, panel.indicators.index(name)]
    number = int(held.sum())
    yield recorded(
        "{name}: {count} of {total} values is too near a bound for the sd stated, which is held at "
        "the largest that keeps one peak; the most in {mine}, {year}: value {value}, sd {stated} "
        "stated, {drawn} drawn"
        if number == 1
        else "{name}: {count} of {total} values are too near a bound for the sd stated, which is "
        "held at the largest that keeps one peak; the most in {mine}, {year}: value {value}, sd "
        "{stated} stated, {drawn} drawn",
        name=name,
        count=number,
        total=held.size,
        mine=panel.mines[i],
        year=panel.years[t],
        value=f"{value:g}",
        stated=f"{law.stated[i, t]:.3g}",
        drawn=f"{law.sd[i, t]:.3g}",
    )


def _places(study: Study, name: str, found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    """The first three values found, by mine and year."""
    panel = study.panel
    named = [f"{panel.mines[i]}, {panel.years[t]}" for i, t in np.argwhere(found)]
    return "; ".join(named[:3]) + ("; ..." if len(named) > 3 else "")
