"""Where a result comes from: the attributes by which a file alone reproduces its run."""

import platform
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from recc_mc import __version__
from recc_mc.language.retelling import recorded
from recc_mc.study.disclosure import READING_ATTRIBUTES, reading_attributes
from recc_mc.study.error_notes import error_notes
from recc_mc.study.evidence import evidence_text
from recc_mc.study.from_result import EVIDENCE_ATTRIBUTE, TABLE_ATTRIBUTES
from recc_mc.study.nouns import MINES, NOUN_ATTRIBUTES
from recc_mc.study.shape import ALL_OUTPUTS, outputs_of, shape_notes

if TYPE_CHECKING:
    from recc_mc.study import Study

__all__ = ["CONVENTIONS", "RECONSTRUCTION", "SHARED_ATTRIBUTES", "history", "provenance", "source"]

CONVENTIONS = "CF-1.11, ACDD-1.3"
REFERENCES = (
    "Bai et al. (2022): Evaluation of resource and environmental carrying capacity in rare earth "
    "mining areas in China. Scientific Reports 12. https://doi.org/10.1038/s41598-022-10105-2"
)
RECONSTRUCTION = "calibrated reconstruction"
COMMENT = recorded(
    "The input data are a calibrated reconstruction: values and judgment matrices fitted to the "
    "figures that Bai et al. (2022) print. No value is evidence of the data of the authors."
)

SHARED_ATTRIBUTES = (
    "Conventions",
    "title",
    "summary",
    "comment",
    "source",
    "history",
    "references",
    "seed",
    *NOUN_ATTRIBUTES,
    "study",
    "study_comment",
    "study_digest",
    "precision",
    *TABLE_ATTRIBUTES.values(),
    EVIDENCE_ATTRIBUTE,
    *READING_ATTRIBUTES,
    "errors_held_by_bounds",
    "outputs",
    "outputs_comment",
)
"""Attributes that hold for all groups of a file and stand at its root."""

_LIBRARIES = ("numpy", "numba", "xarray", "dask", "SALib", "scipy", "netCDF4")


@cache
def source() -> str:
    """Program and versions that compute the result on this machine."""
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return (
        f"recc_mc {__version__}; Python {platform.python_version()}, {libraries}; "
        f"{platform.platform()}"
    )


def history(command: str) -> str:
    """Line of the audit trail: UTC time and what was done."""
    now = datetime.now(UTC)
    return f"{now:%Y-%m-%dT%H:%M:%SZ}: {command}"


def provenance(study: "Study") -> dict[str, str]:
    """Attributes that a study gives to each of its results.

    Returns
    -------
    dict
        Attributes of `SHARED_ATTRIBUTES`, all but the seed and the history; `comment` only for the
        case study that ships with the package, `study_comment` only for a study that was changed in
        Python, whose text it explains, `study_evidence` only for one with evidence, `noun` and
        `nouns` only for one with words of its own,
        `errors_held_by_bounds` only where values have a smaller error than the study states,
        `outputs` and `outputs_comment` only where the shape of the study leaves some out.

    Raises
    ------
    InputError
        If the study was changed in Python to what no study file can say.
    """
    panel, record = study.panel, study.record
    years = f"{panel.years[0]} to {panel.years[-1]}" if len(panel.years) > 1 else panel.years[0]
    attrs = {
        "Conventions": CONVENTIONS,
        "title": study.title,
        "summary": (
            "Resource and environmental carrying capacity index and its uncertainty: "
            f"{study.nouns.amount(len(panel.mines))}, {years}, {len(panel.indicators)} indicators."
        ),
        "source": source(),
        "references": REFERENCES,
        "study": record.text,
        "study_digest": study.digest,
        "precision": study.settings.method.precision,
        **{TABLE_ATTRIBUTES[name]: text for name, text in study.table_texts.items()},
        **reading_attributes(study),
    }
    if record.comment is not None:
        attrs["study_comment"] = record.comment
    if study.studies:
        attrs[EVIDENCE_ATTRIBUTE] = evidence_text(study.studies)
    if study.is_builtin:
        attrs["comment"] = (
            COMMENT
            if record.comment is None
            else recorded("{comment} But: {changes}.", comment=COMMENT, changes=record.comment)
        )
    if study.nouns != MINES:
        attrs |= dict(zip(NOUN_ATTRIBUTES, study.nouns, strict=True))
    outputs = outputs_of(study)
    if outputs != ALL_OUTPUTS:
        attrs["outputs"] = " ".join(outputs)
        attrs["outputs_comment"] = "; ".join(shape_notes(study))
    if notes := error_notes(study):
        attrs["errors_held_by_bounds"] = "\n".join(notes)
    return attrs
