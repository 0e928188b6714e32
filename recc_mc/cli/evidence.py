"""The command evidence, and its table: effects of studies, and what they say together."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import xarray as xr

from recc_mc.cli.commands import spare, sweep
from recc_mc.cli.text import grid, heading, show
from recc_mc.results import check_ending, check_target, save
from recc_mc.synthesis import meta_analysis

__all__ = ["evidence", "evidence_table"]


def evidence(args: argparse.Namespace) -> None:
    """Pool the effects of studies."""
    path = Path(args.studies)
    if args.output is not None:
        sweep([args.output])
        check_ending(args.output)
        check_target(args.output, overwrite=args.force)
        spare(Path(args.output), [path])
    options = ("measure", "variance", "estimator", "test")
    found = meta_analysis(path, **{name: getattr(args, name) for name in options})
    if args.output is not None:
        name = "".join(c if c.isalnum() and c.isascii() else "_" for c in path.stem)
        groups = {name: found}
        save(args.output, evidence=groups, overwrite=args.force, command=args.invocation)
    if not args.quiet:
        show(evidence_table(found))
        if args.output is not None:
            show(f"\nresult: {args.output}")


def evidence_table(found: xr.Dataset) -> str:
    """Effects with intervals and weights, the mean effect, and how much the studies differ.

    Parameters
    ----------
    found
        What `recc_mc.meta_analysis` found.
    """
    rows = []
    for name in found["study"].values:
        one = found.sel(study=name)
        low, high = one["effect_interval"].values
        numbers = [f"{float(one['effect']):.4f}", f"{low:.4f}", f"{high:.4f}"]
        rows.append([str(name), *numbers, f"{float(one['study_weight']):.2f}"])
    for label, what in (("mean effect", "pooled"), ("new study", "prediction")):
        low, high = found[f"{what}_interval"].values
        rows.append(
            [label, f"{float(found['pooled_effect']):.4f}", f"{low:.4f}", f"{high:.4f}", ""]
        )
    title = heading(f"{found.attrs['measure'].replace('_', ' ')} of {found.sizes['study']} studies")
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
