"""The same work for asv, which keeps a history of it over commits; see README.md.

asv finds classes here by the names of their methods: ``time_`` seconds, ``peakmem_`` bytes of a
process, ``track_`` a number that is returned.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import ClassVar

import recc_mc as rm
from benchmarks import command, files
from benchmarks.made_up import SEED, Shape
from benchmarks.scaling import STUDY, timed


class _Long:
    """What every class has: the first call may compile, which takes longer than asv waits."""

    timeout = 900.0


class Simulations(_Long):
    """Whole simulations of the case study."""

    params: ClassVar = ["summary", "samples"]
    param_names: ClassVar = ["keep"]
    samples = 20_000

    def setup(self, keep: str) -> None:
        self.run = partial(rm.simulate, rm.load_study(STUDY), samples=self.samples, seed=SEED)
        # Compiled, and not measured.
        rm.simulate(rm.load_study(STUDY), samples=64, seed=SEED, keep=keep)

    def time_simulate(self, keep: str) -> None:
        self.run(keep=keep)

    def peakmem_simulate(self, keep: str) -> None:
        self.run(keep=keep)


class Sensitivities(_Long):
    """Sobol' indices of the case study."""

    samples = 256

    def setup(self) -> None:
        self.study = rm.load_study(STUDY)
        self._run(16)

    def _run(self, samples: int) -> object:
        return rm.sensitivity(self.study, samples=samples, seed=SEED, replicates=2)

    def time_sobol(self) -> None:
        self._run(self.samples)

    def peakmem_sobol(self) -> None:
        self._run(self.samples)


class Panels(_Long):
    """Samples of studies of several sizes, in one thread."""

    params: ClassVar = [6, 31, 300]
    param_names: ClassVar = ["mines"]
    values = 2**20

    def setup(self, mines: int) -> None:
        self.timed = timed(Shape(mines=mines), self.values, 4096)
        for run in self.timed.ways.values():
            run()

    def time_samples(self, mines: int) -> None:
        self.timed.ways["samples"]()

    def time_summary(self, mines: int) -> None:
        self.timed.ways["summary"]()

    def track_samples_of_a_block(self, mines: int) -> int:
        return self.timed.samples["summary"]


class Files(_Long):
    """Writing and reading draws of the case study."""

    params: ClassVar = list(files.COMPRESSIONS)
    param_names: ClassVar = ["kind"]
    samples = 20_000

    def setup(self, kind: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        place = Path(self.folder.name)
        self.path = place / f"{kind}.nc"
        draws = rm.simulate(rm.load_study(STUDY), samples=self.samples, seed=SEED, keep="samples")
        self.write = files.writers(draws, place)[kind]
        self.write()
        self.read = files.readers(place)[kind]
        self.open = files.opener(self.path)

    def teardown(self, kind: str) -> None:
        self.folder.cleanup()

    def time_write(self, kind: str) -> None:
        self.write()

    def time_read(self, kind: str) -> None:
        self.read()

    def time_open(self, kind: str) -> None:
        self.open()

    def track_file_size(self, kind: str) -> int:
        return self.path.stat().st_size

    track_file_size.unit = "bytes"  # type: ignore[attr-defined]


class Commands(_Long):
    """Commands that people wait for, in a process each."""

    number = 1

    def time_help(self) -> None:
        command.python("-m", "recc_mc", "--help")

    def time_check(self) -> None:
        command.python("-m", "recc_mc", "check", STUDY)
