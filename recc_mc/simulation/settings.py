"""Settings of a simulation: each is what was asked for, else the study's."""

from collections.abc import Sequence

from recc_mc.errors import InputError
from recc_mc.kernels.records import Plan
from recc_mc.parts.manifest import Asked, RunSettings
from recc_mc.sampling.draws import fit_chunk
from recc_mc.sampling.limits import most_samples
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.names import quoted
from recc_mc.study.wording import shown
from recc_mc.summary.first import FIRST
from recc_mc.workers.blocks import Blocks, cut

__all__ = ["STEP", "blocks_of", "known", "resolve", "shared_out"]

STEP = 16_384
"""Numbers of samples at which a run with a bound may end are multiples of this."""
_KEEPS = ("samples", "summary")


def known(study: Study, asked: Asked) -> Asked:
    """Options, and what the study says where none is given."""
    simulation = study.settings.simulation
    return asked.or_else(Asked(simulation.samples, simulation.seed, simulation.keep))


def resolve(
    study: Study,
    plan: Plan,
    asked: Asked,
    *,
    before: RunSettings | None = None,
    most: int | None = None,
    problems: Sequence[str] = (),
) -> RunSettings:
    """Decide on the settings of a run.

    Parameters
    ----------
    study, plan
        The study. A seed that neither option nor study gives is that of `before`, else random.
    asked
        Options, which come first.
    before
        Settings of the run that is continued; its chunk comes before the study's.
    most
        Samples per block that the memory allows if samples are kept and no chunk is asked for.
    problems
        What else is wrong, to be reported together.

    Raises
    ------
    InputError
        If an option is not allowed.
    """
    earlier = Asked() if before is None else Asked(seed=before.seed, chunk=before.chunk)
    samples, seed, keep, chunk, until, only = known(study, asked).or_else(earlier)
    if chunk is None:
        chunk = study.settings.run.chunk
        if keep == "samples" and most is not None:
            chunk = min(chunk, most)
    found = list(problems)
    settings = RunSettings(
        samples=whole(found, "samples", samples, 1, most_samples(len(study.panel.mines))),
        seed=first_seed(found, seed),
        keep=str(keep),
        chunk=whole(found, "chunk", chunk, 1),
        until=until,
        only=only,
    )
    if keep not in _KEEPS:
        found.append(f"keep: must be {quoted(_KEEPS)}, got {shown(keep)}")
    if found:
        raise InputError(found)
    return settings._replace(chunk=_whole_units(plan, settings.chunk, until))


def blocks_of(plan: Plan, settings: RunSettings) -> Blocks:
    """Blocks of a run."""
    return cut(settings.samples, settings.chunk, plan.options.unit)


def shared_out(plan: Plan, settings: RunSettings, threads: int) -> RunSettings:
    """Settings with blocks for all threads, of a run short enough that one would have had to do.

    None is longer than the first samples, whose blocks may keep more than the others.

    Parameters
    ----------
    plan, settings
        The run, for whose blocks nobody has asked for a size.
    threads
        How many blocks are computed at a time.
    """
    unit = plan.options.unit
    each = -(-settings.samples // (threads * unit)) * unit
    return settings._replace(chunk=min(settings.chunk, each, FIRST))


def _whole_units(plan: Plan, chunk: int, until: float | None) -> int:
    """Chunk that fits the panel, a multiple of its unit; with a bound a divisor of `STEP`."""
    unit = plan.options.unit
    units = -(-fit_chunk(plan, chunk) // unit)
    if until is not None:
        # The unit is a power of two, and so is the step.
        units = min(1 << (units.bit_length() - 1), STEP // unit)
    return units * unit
