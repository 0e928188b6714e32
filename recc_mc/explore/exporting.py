"""A state of an exploration as a study of its own, with the commands that give its numbers."""

import io
import shlex
import tempfile
import zipfile
from pathlib import Path

from recc_mc.explore.exploration import Step
from recc_mc.explore.slow_numbers import REPLICATES, ROWS, TOLERANCE_SAMPLES
from recc_mc.workbook import write_study_book

__all__ = ["FOLDER", "WORKBOOK", "commands_of", "study_book", "study_files"]

FOLDER, WORKBOOK = "explored", "explored.xlsx"
"""What the study is called on the disk."""


def study_files(step: Step) -> bytes:
    """The study as TOML with its tables, a folder in a ZIP archive.

    Parameters
    ----------
    step
        The state.

    Raises
    ------
    InputError
        If no files can say what the study is.
    """
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, FOLDER)
        step.study.save(folder)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, f"{FOLDER}/{path.name}")
    return packed.getvalue()


def study_book(step: Step) -> bytes:
    """The study as one workbook.

    Parameters
    ----------
    step
        The state.

    Raises
    ------
    InputError
        If no workbook can say what the study is, or openpyxl is missing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        return write_study_book(step.study, Path(scratch, WORKBOOK)).read_bytes()


def commands_of(step: Step, file: str, samples: int, seed: int, year: int) -> dict[str, str]:
    """Commands that give the numbers of a page, to the bit, of the study that was exported.

    Parameters
    ----------
    step
        The state.
    file
        The study file.
    samples, seed
        Of the page's draws.
    year
        The year that is shown.

    Returns
    -------
    dict
        Commands by what of the page they give.
    """
    seeded = ("--seed", str(seed))
    draws = ("--samples", str(samples), *seeded)
    rows: tuple[str, ...] = (
        "--samples",
        str(ROWS),
        "--replicates",
        str(REPLICATES),
        *seeded,
        "--method",
        "sobol",
    )
    panel = step.study.panel.years
    last = str(year if year in panel else panel[-1])
    holds = ("--samples", str(TOLERANCE_SAMPLES), *seeded, "--year", last)
    first: tuple[str, ...] = ("simulate", file, *draws)
    if step.scenario is not None:
        first = ("scenarios", file, "--only", step.scenario, *draws)
        rows = (*rows, "--scenario", step.scenario)
    found = {
        "draws": first,
        "drivers": ("sensitivity", file, *rows),
        "tolerance": ("tolerance", file, *holds),
    }
    return {name: shlex.join(["recc-mc", *words]) for name, words in found.items()}
