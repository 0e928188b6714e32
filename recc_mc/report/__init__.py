"""The report: one HTML file that says how sure a result is, what drives it, and how it was made."""

from recc_mc.report.document import render_report, write_report
from recc_mc.report.exporting import export

__all__ = ["export", "render_report", "write_report"]
