"""Statistics of draws: functions of plain arrays, and the labelled summary made of them."""

from recc_mc.statistics.summary import summarize

__all__ = ["summarize"]
