"""Scenarios: changed draws beside those of the reference, and what they say of each other.

`work.ScenarioWork` is what a worker needs (`compute` of a block, `empty`); `tally.add_tally` and
`tally.largest_error` are of what it returns; `group.scenarios_group` labels the whole.
"""
