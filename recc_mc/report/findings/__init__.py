"""The plain-language summary: sentences made of the numbers."""

from collections.abc import Callable, Mapping

from recc_mc.language import say, translated
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.drivers import driver_findings
from recc_mc.report.findings.evidence import evidence_findings
from recc_mc.report.findings.information import information_findings
from recc_mc.report.findings.loads import load_findings
from recc_mc.report.findings.precision import precision_findings
from recc_mc.report.findings.ranking import ranking_findings
from recc_mc.report.findings.scenarios import scenario_findings
from recc_mc.report.findings.targets import target_findings
from recc_mc.report.findings.tolerances import tolerance_findings
from recc_mc.report.findings.verdict import DRIVERS, HEADINGS, OPEN, PRECISION, SURE, Findings
from recc_mc.report.variation import varies_nothing
from recc_mc.study.reach import NOTHING_UNCERTAIN

__all__ = ["DRIVERS", "HEADINGS", "OPEN", "PRECISION", "SURE", "summarise"]


# What they tell hangs on changes of the study, not on whether anything in it is uncertain.
_OF_QUESTIONS: tuple[Callable[[Result], Findings], ...] = (scenario_findings, evidence_findings)
_FINDINGS: tuple[Callable[[Result], Findings], ...] = (
    ranking_findings,
    load_findings,
    *_OF_QUESTIONS,
    target_findings,
    tolerance_findings,
    driver_findings,
    information_findings,
    precision_findings,
)


def summarise(result: Result) -> Mapping[str, list[Finding]]:
    """Findings by heading; headings without any are left out.

    Parameters
    ----------
    result
        Groups of a result. Findings whose variables it lacks are left out. Where nothing was
        varied, nothing is called robust, and what is told is what scenarios would change.
    """
    found: dict[str, list[Finding]] = {heading: [] for heading in HEADINGS}
    each = _FINDINGS
    if varies_nothing(result):
        text = say("{text}.", text=translated(NOTHING_UNCERTAIN))
        text = f"{text[0].upper()}{text[1:]}"
        found[PRECISION].append(Finding(text, "methods"))
        each = _OF_QUESTIONS
    for findings in each:
        for heading, finding in findings(result):
            found[heading].append(finding)
    return {heading: findings for heading, findings in found.items() if findings}
