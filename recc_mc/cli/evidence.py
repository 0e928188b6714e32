"""The command evidence, and its table: effects of studies, and what they say together."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import xarray as xr

from recc_mc.cli.commands import result_file, spare, sweep, write_result
from recc_mc.cli.text import grid, heading, show
from recc_mc.errors import InputError
from recc_mc.evidence.options import ESTIMATORS, MEASURES, TESTS, VARIANCES
from recc_mc.results import Claim, check_ending, check_target, save
from recc_mc.study.book import Book
from recc_mc.study.from_result import is_result
from recc_mc.study.loading import read_study
from recc_mc.study.study_sheet import STUDY
from recc_mc.synthesis import meta_analysis, study_evidence

__all__ = ["evidence", "evidence_table"]


_OPTIONS = {
    "measure": MEASURES[0],
    "variance": VARIANCES[0],
    "estimator": ESTIMATORS[0],
    "test": TESTS[0],
}


def evidence(args: argparse.Namespace) -> None:
    """Pool the effects of studies: of a table, or of all evidence of a study of ours."""
    path = Path(args.studies)
    if args.output is not None:
        sweep([args.output])
        check_ending(args.output)
    found = _of_study(path, args) if _holds_study(path) else _of_table(path, args)
    if not args.quiet:
        show("\n\n".join(evidence_table(each, name) for name, each in found.items()))
        if args.output is not None:
            show(f"\nresult: {args.output}")


def _holds_study(path: Path) -> bool:
    """Whether a file is a study rather than a table of studies."""
    if path.suffix.lower() == ".xlsx" and os.path.isfile(path):
        book = Book(path, str(path))
        return STUDY in book.visible and book.starts_with(STUDY, "key")
    return path.suffix.lower() == ".toml" or is_result(path)


def _of_table(path: Path, args: argparse.Namespace) -> dict[str, xr.Dataset]:
    if args.output is not None:
        check_target(args.output, overwrite=args.force)
        spare(Path(args.output), [path])
    options = {name: getattr(args, name) or usual for name, usual in _OPTIONS.items()}
    found = meta_analysis(args.studies, **options)
    if args.output is not None:
        name = "".join(c if c.isalnum() and c.isascii() else "_" for c in path.stem)
        groups = {name: found}
        save(args.output, evidence=groups, overwrite=args.force, command=args.invocation)
    return {"": found}


def _of_study(path: Path, args: argparse.Namespace) -> dict[str, xr.Dataset]:
    given = [name for name in _OPTIONS if getattr(args, name) is not None]
    if given:
        raise InputError(
            f"--{name}: is for a table of studies; a study says it in [evidence.NAME]"
            for name in given
        )
    study = read_study(path, {}).warned()
    if not study.evidence:
        raise InputError(f"{path}: holds no evidence; add a table [evidence.NAME]")
    found = study_evidence(study)
    if args.output is not None:
        made = {f"evidence/{name}": each for name, each in found.items()}
        with result_file(args, study) as file:
            claim = Claim.stake(file, study.digest, list(made), overwrite=args.force)
            write_result(claim, study, args, made)
    return found


def evidence_table(found: xr.Dataset, name: str = "") -> str:
    """Effects with intervals and weights, the mean effect, and how much the studies differ.

    Parameters
    ----------
    found
        What `recc_mc.meta_analysis` found.
    name
        Name of the evidence in its study, if it is of one.
    """
    rows = []
    for study in found["study"].values:
        one = found.sel(study=study)
        low, high = one["effect_interval"].values
        numbers = [f"{float(one['effect']):.4f}", f"{low:.4f}", f"{high:.4f}"]
        rows.append([str(study), *numbers, f"{float(one['study_weight']):.2f}"])
    for label, what in (("mean effect", "pooled"), ("new study", "prediction")):
        low, high = found[f"{what}_interval"].values
        rows.append(
            [label, f"{float(found['pooled_effect']):.4f}", f"{low:.4f}", f"{high:.4f}", ""]
        )
    what = f"{found.attrs['measure'].replace('_', ' ')} of {found.sizes['study']} studies"
    title = heading(f"{name}: {what}" if name else what)
    header = ["study", "effect", "from", "to (95 %)", "weight (%)"]
    return "\n".join([title, grid(header, rows, "<>>>>"), "", *_sentences(found)])


def _sentences(found: xr.Dataset) -> Iterator[str]:
    value = {name: float(found[name]) for name in found.data_vars if found[name].ndim == 0}
    letter = "t" if found.attrs["test"] == "knapp_hartung" else "z"
    yield (
        f"{letter} = {value['z']:.4f}, p = {value['p_value']:.3g}; standard error "
        f"{value['pooled_error']:.4f} ({found.attrs['test'].replace('_', ' and ')})"
    )
    low, high = found["tau2_interval"].values
    yield (
        f"between studies: tau2 = {value['tau2']:.4f} [{low:.4f}, {high:.4f}] "
        f"({found.attrs['estimator']}), I2 = {value['i2']:.2f} %, H2 = {value['h2']:.2f}"
    )
    yield (
        f"Q = {value['q']:.2f} with {value['degrees_of_freedom']:.0f} degrees of freedom, "
        f"p = {value['q_p_value']:.3g}"
    )
    below = value["sign_probability"]
    if below == below:
        yield f"probability that the effect in a new study is below 0: {below:.4f}"
    else:
        yield "too few studies to say what a new one would find"
