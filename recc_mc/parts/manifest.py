"""What a folder of parts belongs to: everything that decides their content, in one small file."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_type_hints
from zlib import crc32

from recc_mc import __version__
from recc_mc.kernels.records import Draws
from recc_mc.machine.disk import replacing
from recc_mc.study import Study
from recc_mc.study.settings import SensitivityTable, SimulationTable
from recc_mc.study.wording import key_path, shown
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.tally import Tally

__all__ = [
    "DRAWN",
    "QUESTIONS",
    "Asked",
    "Manifest",
    "RunSettings",
    "differences",
    "format_of",
    "manifest_of",
    "read_manifest",
    "write_manifest",
]


def _fields(kind: Any) -> list[Any]:
    """Names of a named tuple's fields, and of those of the named tuples in it."""
    hints = get_type_hints(kind)
    return [
        [name, _fields(hints[name])] if hasattr(hints[name], "_fields") else name
        for name in kind._fields
    ]


def format_of(*kinds: Any) -> str:
    """Digest of how parts are written; another whenever those of before could not be read any more.

    Parameters
    ----------
    *kinds
        Named tuples that a part may hold.
    """
    # A container, and what is in it.
    content = ["npz", *(_fields(kind) for kind in kinds)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


DRAWN = format_of(Draws, Tally)
"""Format of the parts of draws, or of their tally."""
# Tables of a study that decide no draw, or of which the manifest holds what decides.
_IRRELEVANT = {"study", "output", "run", "cluster", "simulation", "sensitivity"}
QUESTIONS = ("scenarios", "scenario", "target", "evidence")
"""Tables that decide no draw of the unchanged study."""


class Asked(NamedTuple):
    """Options given for a run; None stands for what the study says."""

    samples: int | None = None
    seed: int | None = None
    keep: str | None = None
    chunk: int | None = None
    until: float | None = None
    only: tuple[str, ...] | None = None

    def or_else(self, other: "Asked") -> "Asked":
        """These options, and those of `other` where none is given."""
        given = {name: value for name, value in self._asdict().items() if value is not None}
        return other._replace(**given)


class RunSettings(NamedTuple):
    """What was made of the options and the study."""

    samples: int
    seed: int
    keep: str
    chunk: int
    until: float | None
    only: tuple[str, ...] | None = None


Options = TypeVar("Options", Asked, RunSettings)


@dataclass(frozen=True)
class Manifest:
    """What a run is.

    Parameters
    ----------
    version
        Version of the package.
    study
        Digest of the study, without the tables that the settings stand for.
    text
        The study file, to tell what is different in another study.
    settings
        Settings of the run.
    asked
        Which of them were options and not the study's.
    compared
        Whether ranks and pairs of mines are counted; None where samples are kept.
    pilot
        Number of samples that the bins of the quantile sketch were found from; None where samples
        are kept.
    edges
        Digest of what the bins hang on; None where samples are kept.
    shards
        Among how many processes the run is shared out; None if it is not.
    overwrite
        Whether the result may replace a file.
    criterion_scores
        Whether the scores of the criteria are kept.
    format
        Digest of how the parts are written.
    irrelevant
        Tables of the study that decide nothing of the parts, beside those that never do.
    """

    version: str
    study: str
    text: str
    settings: RunSettings
    asked: Asked
    compared: bool | None
    pilot: int | None
    edges: str | None
    shards: int | None
    overwrite: bool
    criterion_scores: bool = False
    format: str = DRAWN
    irrelevant: tuple[str, ...] = QUESTIONS

    @property
    def run(self) -> str:
        """Digest of all that decides the draws of a block of given samples; names its parts."""
        decisive = (self.version, self.study, self.settings.seed, self.settings.keep)
        tallied = (self.compared, self.pilot, self.edges, self.criterion_scores)
        some = () if self.settings.only is None else (self.settings.only,)
        content = [self.format, *decisive, *tallied, *some]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def folds(self) -> bool:
        """Whether the parts of blocks give way to their total as the run goes on.

        Not where the run may end at any of its steps, nor where other processes compute blocks.
        """
        settings = self.settings
        return settings.keep == "summary" and settings.until is None and self.shards is None


def manifest_of(
    study: Study,
    settings: RunSettings,
    asked: Asked,
    *,
    unit: int,
    shards: int | None,
    overwrite: bool,
    format: str = DRAWN,
    irrelevant: tuple[str, ...] = QUESTIONS,
    sketched: bool | None = None,
) -> Manifest:
    """Manifest of a run, what the bins of its sketch hang on still to be found.

    Parameters
    ----------
    study
        The study.
    settings, asked, shards, overwrite, format, irrelevant
        As in the manifest.
    unit
        Number of samples that the bins are found from, if there are as many.
    sketched
        Whether there are quantile sketches; if None, where no samples are kept.
    """
    tallied = settings.keep == "summary" if sketched is None else sketched
    compared = is_compared(len(study.panel.mines), study.settings.simulation.compare_mines)
    return Manifest(
        version=__version__,
        study=_digest(study, irrelevant),
        text=study.record.text,
        settings=settings,
        asked=asked,
        compared=compared if tallied else None,
        pilot=min(settings.samples, unit) if tallied else None,
        edges=None,
        shards=shards,
        overwrite=overwrite,
        criterion_scores=study.settings.output.criterion_scores,
        format=format,
        irrelevant=irrelevant,
    )


def differences(parts: Manifest, wanted: Manifest) -> list[str]:
    """Sentences on why the parts of one run are of no use to another.

    Parameters
    ----------
    parts
        What the parts belong to.
    wanted
        What is to be computed; its bins will be those of the parts.
    """
    old, new = (
        {
            "version of recc_mc": one.version,
            **one.settings._asdict(),
            "simulation.compare_mines": one.compared,
            "output.criterion_scores": one.criterion_scores,
            "samples of the pilot run": one.pilot,
        }
        for one in (parts, wanted)
    )
    # A bound decides where a run ends, not what it draws, and more samples follow the first ones.
    del old["until"]
    if old["samples"] < new["samples"] and wanted.shards is None:
        del old["samples"]
    if wanted.shards is not None:
        old["shards"], new["shards"] = parts.shards, wanted.shards
    found = [_sentence(name, old[name], new[name]) for name in old if old[name] != new[name]]
    if parts.study != wanted.study:
        never = _IRRELEVANT.union(wanted.irrelevant)
        found += _study_differences(parts.text, wanted.text, never)
    return found


def read_manifest(path: Path, format: str = DRAWN) -> Manifest | None:
    """Manifest of a folder of parts; None if there is none, or a damaged one.

    Parameters
    ----------
    path
        The file.
    format
        Digest of how the parts must be written.
    """
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != format or content["crc"] != _checksum(content["run"]):
            return None
        fields = dict(content["run"])
        fields["irrelevant"] = tuple(fields.get("irrelevant", QUESTIONS))
        fields["asked"] = _with_names(Asked(**fields["asked"]))
        fields["settings"] = _with_names(RunSettings(**fields["settings"]))
        return Manifest(**fields, format=format)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest, complete or not at all.

    Raises
    ------
    RunError
        If it cannot be written.
    """
    fields = dict(vars(manifest))
    fields["asked"] = manifest.asked._asdict()
    fields["settings"] = manifest.settings._asdict()
    content = {"format": fields.pop("format"), "run": fields, "crc": _checksum(fields)}
    with replacing(path) as file:
        file.write(json.dumps(content, indent=1).encode())


def _with_names(options: Options) -> Options:
    """Options as they were before JSON made a list of the names."""
    return options._replace(only=None if options.only is None else tuple(options.only))


def _checksum(fields: Any) -> int:
    return crc32(json.dumps(fields, sort_keys=True).encode())


def _digest(study: Study, irrelevant: tuple[str, ...]) -> str:
    """Digest of what decides draws: more samples or other quantiles do not make parts useless."""
    neutral: dict[str, Any] = {"simulation": SimulationTable(), "sensitivity": SensitivityTable()}
    fields = type(study.settings).model_fields
    for name in irrelevant:
        neutral[name] = fields[name].get_default(call_default_factory=True)
    studies = {} if "evidence" in irrelevant else study.studies
    return replace(
        study, settings=study.settings.model_copy(update=neutral), studies=studies
    ).digest


def _study_differences(old: str, new: str, irrelevant: set[str]) -> Iterator[str]:
    """Keys of the study file that differ; if none does, the tables that it names must."""
    before, after = (dict(_keys(tomllib.loads(text))) for text in (old, new))
    changed = [
        keys
        for keys in before | after
        if keys[0] not in irrelevant and before.get(keys) != after.get(keys)
    ]
    for keys in changed:
        yield _sentence(key_path(keys), before.get(keys), after.get(keys))
    if not changed:
        yield "the data (panel, indicators or judgments) are not those of the parts"


def _keys(tables: Mapping[Any, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _keys(value, (*path, key))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield from _keys(dict(enumerate(value)), (*path, key))
        else:
            yield (*path, key), value


def _sentence(name: str, old: Any, new: Any) -> str:
    before = "not set" if old is None else _said(old)
    after = "not set now" if new is None else f"{_said(new)} asked for"
    return f"{name}: {before} in the parts, {after}"


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else shown(value)
