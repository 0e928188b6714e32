"""Evidence of other studies: their effects, and what these say together (meta-analysis)."""

from recc_mc.evidence.effects import MEASURES, VARIANCES
from recc_mc.evidence.pooling import ESTIMATORS, TESTS, Pooled, pool
from recc_mc.evidence.studies import Studies, read_studies, studies_of

__all__ = [
    "ESTIMATORS",
    "MEASURES",
    "TESTS",
    "VARIANCES",
    "Pooled",
    "Studies",
    "pool",
    "read_studies",
    "studies_of",
]
