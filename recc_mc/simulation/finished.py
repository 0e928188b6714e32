"""Whether the result of a run is there already."""

import os

import xarray as xr

from recc_mc import __version__
from recc_mc.errors import InputError
from recc_mc.parts.manifest import Asked
from recc_mc.results import load
from recc_mc.simulation.assembly import Outcome
from recc_mc.simulation.product import Product
from recc_mc.simulation.settings import known
from recc_mc.study import Study

__all__ = ["finished"]


def finished(
    study: Study, path: str | os.PathLike[str], asked: Asked, kind: type[Product]
) -> Outcome | None:
    """What a file has to show if it is the complete result of a run; None if it is not.

    A process may be killed after its result is in its place and before it says so.

    Parameters
    ----------
    study
        The study.
    path
        Name of the file, which need not exist.
    asked
        Settings of the run where the study does not decide, with what is known of earlier ones.
    kind
        What the run makes.
    """
    if not os.path.isfile(path):
        return None
    try:
        tree = load(path)
    except InputError:
        return None
    with tree:
        groups = {name: node.to_dataset() for name, node in tree.children.items()}
        if not _is_result(study, groups, asked, kind):
            return None
        return Outcome(groups["baseline"].load(), groups[kind.groups[-1]].load())


def _is_result(
    study: Study, groups: dict[str, xr.Dataset], asked: Asked, kind: type[Product]
) -> bool:
    wanted = known(study, asked)
    if "baseline" not in groups or not kind.is_made(study, groups, wanted):
        return False
    attrs = groups[kind.groups[-1]].attrs
    samples = attrs.get("samples")
    return (
        attrs.get("study_digest") == study.digest
        and str(attrs.get("source")).startswith(f"recc_mc {__version__};")
        and (wanted.seed is None or attrs.get("seed") == wanted.seed)
        and samples is not None
        and (samples == wanted.samples or (wanted.until is not None and samples < wanted.samples))
    )
