"""Statistics of draws: functions of plain arrays, and the labelled summary made of them."""

from recc_mc.statistics.summary import samples_group, summarize, summarize_tally

__all__ = ["samples_group", "summarize", "summarize_tally"]
