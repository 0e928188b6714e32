"""The command explore: a page of a study to be changed live."""

import argparse
import sys

from recc_mc.cli.commands import read_study_of
from recc_mc.cli.compilation import compilation_shown
from recc_mc.cli.loading import leave_dask_arrays
from recc_mc.cli.options import run_options
from recc_mc.cli.text import show
from recc_mc.errors import InputError
from recc_mc.explore.picture_numbers import SAMPLES
from recc_mc.explore.serving import serve

__all__ = ["explore"]

_MOST_PORTS = 2**16


def explore(args: argparse.Namespace) -> None:
    """Serve the page until it is asked to stop."""
    leave_dask_arrays()
    options = run_options(args)
    port = _port(args.port)
    study = read_study_of(args)
    seed = study.settings.simulation.seed if options["seed"] is None else options["seed"]

    def say(address: str) -> None:
        # Where nothing goes to stdout somebody has to know it all the same.
        if args.quiet:
            print(address, file=sys.stderr, flush=True)
            return
        show(f"page: {address}\nCtrl-C ends it")
        sys.stdout.flush()

    with compilation_shown(args.quiet):
        serve(
            study,
            samples=options["samples"] or SAMPLES,
            seed=0 if seed is None else seed,
            port=port,
            browser=not args.no_browser,
            say=say,
        )


def _port(text: str | None) -> int:
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < _MOST_PORTS:
        raise InputError(f"--port: must be a whole number from 1 to {_MOST_PORTS - 1}, got {text}")
    return int(text)
