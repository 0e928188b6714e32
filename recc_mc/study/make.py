"""The public function `make_study`: a study of tables that are in memory."""

from collections.abc import Mapping
from typing import Any

from recc_mc.errors import InputError
from recc_mc.study.evidence import read_evidence
from recc_mc.study.given_tables import frame_sheet, given_cells, given_document
from recc_mc.study.indicators_file import hierarchy_of
from recc_mc.study.judgments_file import judgments_of
from recc_mc.study.kinds import check_kind
from recc_mc.study.loading import assembled, validated
from recc_mc.study.panel_file import panel_of
from recc_mc.study.record import written
from recc_mc.study.settings import SHEETS
from recc_mc.study.sources import FILES, MADE, Tables, made_sources, notation_of
from recc_mc.study.study import Study
from recc_mc.study.weighing import needs_judgments_of

__all__ = ["make_study"]


def make_study(
    panel: Any,
    indicators: Any,
    judgments: Mapping[str, Any] | None = None,
    *,
    expert_weights: Mapping[str, float] | None = None,
    **tables: Mapping[str, Any],
) -> Study:
    """Make a study of tables that are in memory.

    They are read and judged as files are, with the same sentences about what is wrong.

    Parameters
    ----------
    panel
        The data: a DataFrame (or columns by name) in either layout of ``panel.csv``, whose mines
        and years may be its index; or an xarray object with the dimensions mine and year, and one
        variable per indicator or the dimension indicator. Messages count rows from 1.
    indicators
        A DataFrame (or columns by name) with the columns of ``indicators.csv``.
    judgments
        A matrix by node, or for each node a matrix by expert. A matrix is a DataFrame with its
        items on both axes; or, in the order of `indicators`, an array or nested lists: whole, or
        what is above the diagonal, row by row. Below the diagonal cells may be blank (NaN, None).
        Texts such as ``"1/3"`` are fractions. Nodes of a single item need none; a study that
        weighs by its data alone (``method={"ahp_share": 0.0}``) needs no judgments at all.
    expert_weights
        Weight of each expert; None gives all the same.
    **tables
        Tables of the study file, such as ``study={"title": "..."}`` and
        ``uncertainty={"data": {"cv": 0.05}}``.

    Returns
    -------
    Study
        The study, as `load_study` would return it; `Study.save` writes it as files.

    Raises
    ------
    InputError
        With everything that is wrong: table, row or path of keys, what was found, what is expected.

    Warns
    -----
    StudyWarning
        As `load_study`.

    Examples
    --------
    >>> import recc_mc as rm
    >>> panel = {"mine": ["A", "B"], "year": [2020, 2020], "rain": [3, 5], "dust": [2, 1]}
    >>> indicators = {
    ...     "indicator": ["rain", "dust"],
    ...     "system": ["support", "pressure"],
    ...     "criterion": ["water", "air"],
    ...     "direction": [1, 1],
    ...     "units": ["mm", "t"],
    ...     "long_name": ["Precipitation", "Dust"],
    ... }
    >>> rm.make_study(panel, indicators, study={"title": "Two mines"})
    <Study "Two mines": 2 mines, 1 year, 2 indicators>
    """
    check_kind("judgments", judgments or {}, Mapping, "matrices by the name of their node")
    check_kind("expert_weights", expert_weights or {}, Mapping, "numbers by the name of the expert")
    settings = validated(_document(tables, judged=judgments is not None), "")
    made = Tables(
        made_sources(),
        lambda: hierarchy_of(frame_sheet(indicators, "indicators")),
        lambda hierarchy, missing: panel_of(
            given_cells(panel, hierarchy.names, notation_of(settings.study, hierarchy)),
            hierarchy.names,
            missing,
        ),
        lambda hierarchy: judgments_of(
            given_document(judgments or {}, expert_weights, hierarchy), "judgments", hierarchy
        ),
        lambda others: read_evidence(others, MADE),
    )
    return assembled(MADE, written(settings), settings, made).warned()


def _document(tables: Mapping[str, Any], *, judged: bool) -> dict[str, Any]:
    own = tables.get("study", {})
    check_kind("study", own, Mapping, "a table of keys")
    given = [name for name in ("data", *FILES, *SHEETS) if name in own]
    if given:
        raise InputError(
            f"study.{name}: is not allowed: make_study is given the tables themselves"
            for name in given
        )
    files = dict(FILES)
    if not judged and not needs_judgments_of(tables):
        del files["judgments"]
    return {**tables, "study": {**own, **files}}
