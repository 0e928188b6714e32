"""Names of the classes that an index falls into."""

__all__ = ["GRADES", "ZONES"]

ZONES = ("high_value_surplus", "low_value_surplus", "low_value_load", "high_value_load")
"""Coupling zones; the code of a zone is its position, 0 to 3."""
GRADES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
"""Grade blocks; the code of a grade is its number, 1 to 9."""
