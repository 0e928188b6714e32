"""The plain-language summary: sentences made of the numbers."""

from collections.abc import Mapping

from recc_mc.report.findings.drivers import driver_findings
from recc_mc.report.findings.loads import load_findings
from recc_mc.report.findings.precision import precision_findings
from recc_mc.report.findings.ranking import ranking_findings
from recc_mc.report.findings.verdict import DRIVERS, HEADINGS, OPEN, PRECISION, SURE
from recc_mc.report.model import Finding, Result

__all__ = ["DRIVERS", "HEADINGS", "OPEN", "PRECISION", "SURE", "summarise"]


def summarise(result: Result) -> Mapping[str, list[Finding]]:
    """Findings by heading; headings without any are left out.

    Parameters
    ----------
    result
        Groups of a result. Findings whose variables it lacks are left out.
    """
    found: dict[str, list[Finding]] = {heading: [] for heading in HEADINGS}
    for findings in (ranking_findings, load_findings, driver_findings, precision_findings):
        for heading, finding in findings(result):
            found[heading].append(finding)
    return {heading: findings for heading, findings in found.items() if findings}
