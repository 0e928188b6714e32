"""Study files and their tables, read into one validated, immutable `Study`."""

from recc_mc.study.alternatives import Alternatives
from recc_mc.study.error_model import ErrorModel
from recc_mc.study.hierarchy import SYSTEMS, Hierarchy, Indicator
from recc_mc.study.judgments import JudgmentMatrix, Judgments
from recc_mc.study.loading import load_study
from recc_mc.study.make import make_study
from recc_mc.study.panel import Panel
from recc_mc.study.settings import Settings
from recc_mc.study.study import Study

__all__ = [
    "SYSTEMS",
    "Alternatives",
    "ErrorModel",
    "Hierarchy",
    "Indicator",
    "JudgmentMatrix",
    "Judgments",
    "Panel",
    "Settings",
    "Study",
    "load_study",
    "make_study",
]
