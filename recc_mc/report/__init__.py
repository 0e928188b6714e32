"""The report: one HTML file that says how sure a result is, what drives it, and how it was made."""

from recc_mc.report.document import render_report, write_report

__all__ = ["render_report", "write_report"]
