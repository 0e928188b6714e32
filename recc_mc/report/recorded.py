"""Evidence that a result does not hold, though its study does: pooled for the report."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from recc_mc.report.settings import settings_of
from recc_mc.study.evidence import Evidence, told_evidence
from recc_mc.study.from_result import EVIDENCE_ATTRIBUTE
from recc_mc.synthesis import pooled_dataset

__all__ = ["recorded_evidence"]


def recorded_evidence(attrs: Mapping[str, Any]) -> dict[str, xr.Dataset]:
    """Groups ``evidence/NAME`` of the studies that a result has recorded with its study.

    Parameters
    ----------
    attrs
        Attributes of the result.
    """
    text, settings = str(attrs.get(EVIDENCE_ATTRIBUTE, "")), settings_of(attrs)
    if not text or settings is None:
        return {}
    found = {}
    for name, studies in told_evidence(settings, text, EVIDENCE_ATTRIBUTE).items():
        table = settings.evidence[name]
        pooled = Evidence(name, table, studies).pooled
        found[f"evidence/{name}"] = pooled_dataset(studies, pooled, table.estimator)
    return found
