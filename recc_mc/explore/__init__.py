"""A study explored live: what a change of it does to what it says, while people talk about it.

What knows no page stands in `judging`, `exploration`, `picture_numbers`, `slow_numbers` and
`exporting`; the page, which needs Panel, in the others.
"""
