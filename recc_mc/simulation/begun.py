"""How a run in memory begins: its settings, all of which are judged together."""

from typing import TypeVar

from recc_mc.errors import InputError
from recc_mc.parts.manifest import Asked
from recc_mc.simulation.footprint import crew
from recc_mc.simulation.placing import place
from recc_mc.simulation.product import Product
from recc_mc.simulation.settings import resolve, shared_out
from recc_mc.study import Study
from recc_mc.study.kinds import check_study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.placement import Placement

__all__ = ["begun"]

Made = TypeVar("Made", bound=Product)


def begun(
    kind: type[Made], study: Study, asked: Asked, scheduler: str | None
) -> tuple[Made, Placement]:
    """What a run makes, and where its blocks are computed.

    Parameters
    ----------
    kind
        What the run makes.
    study
        The study.
    asked
        Options in place of what the study says.
    scheduler
        Where to compute; None for that of the study.

    Raises
    ------
    InputError
        If an option is not allowed; all are named.
    """
    check_study(study)
    model = CompiledStudy.of(study)
    placement, problems = Placement("synchronous"), list[str]()
    try:
        placement = place(study, scheduler=scheduler)
    except InputError as error:
        problems += error.problems
    settings = resolve(study, model.plan, asked, problems=problems)
    kind.warn(study, 3)
    product = kind.begin(study, model, settings)
    stays = product.keeps_samples and product.fits_memory(settings.samples)
    if stays and asked.chunk is None and (workers := crew(placement)):
        product.settings = shared_out(model.plan, settings, workers.threads)
    return product, placement
