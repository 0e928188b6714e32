"""Measurements of speed, as ratios in one run; see README.md.

`python -m benchmarks` runs them all. A module here that declares a `@measurement` is named below.
"""

#: Modules that declare measurements, in the order of the report.
MODULES: tuple[str, ...] = (
    "uncertainty",
    "decomposition",
    "targets",
    "scaling",
    "memory",
    "command",
    "first_run",
    "files",
    "coverage",
    "efficiency",
)
