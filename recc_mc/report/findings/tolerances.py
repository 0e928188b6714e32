"""Findings about how large errors may be."""

from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import TOLERANCE, Findings
from recc_mc.sweeps.words import tolerance_sentences

__all__ = ["tolerance_findings"]


def tolerance_findings(result: Result) -> Findings:
    """Up to what errors the most loaded mine stays it, and mines stay overloaded."""
    if result.holds("tolerance", "tolerance", "tolerance_state"):
        for sentence in tolerance_sentences(result.groups["tolerance"]):
            yield TOLERANCE, Finding(sentence, "sweeps")
