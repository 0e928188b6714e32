"""Findings about what other studies say."""

from recc_mc.report.contents import Finding, Result
from recc_mc.report.evidence import pooled_sentence
from recc_mc.report.findings.verdict import KNOWN, Findings

__all__ = ["evidence_findings"]


def evidence_findings(result: Result) -> Findings:
    """What the studies of each table say together."""
    for name, found in result.named("evidence").items():
        yield KNOWN, Finding(f"{name}: {pooled_sentence(found)}", "evidence")
