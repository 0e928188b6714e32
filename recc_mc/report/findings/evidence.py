"""Findings about what other studies say."""

from recc_mc.language import say
from recc_mc.report.contents import Finding, Result
from recc_mc.report.evidence import pooled_sentence
from recc_mc.report.findings.verdict import KNOWN, Findings

__all__ = ["evidence_findings"]


def evidence_findings(result: Result) -> Findings:
    """What the studies of each table say together."""
    for name, found in result.named("evidence").items():
        text = say("{name}: {sentence}", name=name, sentence=pooled_sentence(found))
        yield KNOWN, Finding(text, "evidence")
