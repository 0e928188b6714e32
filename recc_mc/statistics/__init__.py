"""Statistics of draws: functions of plain arrays, and the labelled summary made of them."""

from recc_mc.statistics.summary import summarize, summarize_tally

__all__ = ["summarize", "summarize_tally"]
