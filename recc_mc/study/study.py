"""A study: everything the computations need, validated and immutable."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from functools import cached_property
from html import escape
from math import isnan
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from recc_mc.errors import printable
from recc_mc.study.consistency import sigma_from_gci
from recc_mc.study.error_law import ErrorLaw, error_law
from recc_mc.study.error_model import ErrorModel, error_model
from recc_mc.study.evidence import Evidence, evidence_text
from recc_mc.study.evidence_file import Studies
from recc_mc.study.hierarchy import Hierarchy, Indicator
from recc_mc.study.judgments import Judgments
from recc_mc.study.natural_bounds import Bounds, natural_bounds
from recc_mc.study.nouns import Nouns
from recc_mc.study.panel import Panel
from recc_mc.study.record import Record, study_record
from recc_mc.study.scenarios import Scenarios, find_scenarios
from recc_mc.study.settings import Settings
from recc_mc.study.targets import Target, find_targets
from recc_mc.study.uncertainty_settings import JudgmentUncertainty
from recc_mc.study.wording import shown
from recc_mc.study.written import table_texts

__all__ = ["Study"]

# What decides no number: where files lie, what the study is called, where and how it is computed.
_IRRELEVANT = {"study", "output", "run", "cluster"}
# What came later than the digests of studies without it, and is as it was before.
_LATER = (
    *(("precision", "double"), ("weights", "judgments"), ("weights", None), ("shared", ())),
    *(("objective", "entropy"), ("objective", None), ("combination", "linear")),
    *(("combination", None), ("coupling", None), ("fuzzy", None), ("information", None)),
    *(("scenarios", None), ("scenario", ()), ("target", ())),
)


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """One study, as `load_study` returns it.

    Parameters
    ----------
    path
        The study file.
    text
        The study file as read.
    settings
        Its tables, with defaults filled in.
    hierarchy
        Systems, criteria and indicators.
    panel
        The data.
    judgments
        The judgment matrices, in the order of the hierarchy's nodes.
    tables_read
        Fingerprints of hierarchy, panel and judgments as they were read from the files that the
        text names; what has none, or another one now, was made or changed in Python.
    studies
        Studies of each evidence, by its name.
    """

    path: Path
    text: str
    settings: Settings
    hierarchy: Hierarchy
    panel: Panel
    judgments: Judgments
    tables_read: Mapping[str, str] = field(default_factory=dict, repr=False)
    studies: Mapping[str, Studies] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        parts = {"year": self.panel.years, "indicator": self.panel.indicators}
        others = (f"{len(part)} {name}{'s' * (len(part) != 1)}" for name, part in parts.items())
        sizes = (self.nouns.amount(len(self.panel.mines)), *others)
        return f"<Study {shown(self.title)}: {', '.join(sizes)}>"

    def __str__(self) -> str:
        from recc_mc.study.description import describe

        return printable(describe(self))

    def _repr_html_(self) -> str:
        """What `print` shows, for notebooks."""
        return f'<pre style="line-height: 1.25">{escape(str(self))}</pre>'

    @property
    def title(self) -> str:
        """Title of the study; the stem of its file if it gives none."""
        title = self.settings.study.title
        return self.path.stem if title is None else title

    @property
    def nouns(self) -> Nouns:
        """What the study calls its mines, one and several."""
        return self.settings.study.words

    @property
    def is_builtin(self) -> bool:
        """Whether the data come with the package (a calibrated reconstruction)."""
        return self.settings.study.builtin is not None

    @property
    def cr_limit(self) -> float:
        """Limit of the consistency ratio, the default where no judgment is uncertain."""
        return (self.settings.uncertainty.judgments or JudgmentUncertainty()).cr_limit

    def judgment_sigma(self, matrix: str) -> float:
        """Standard deviation of ln a_ij in a matrix.

        0 where none is drawn from: judgments held certain, or shifted by steps of the scale.

        Raises
        ------
        KeyError
            If there is no such matrix.
        """
        found = self.judgments[matrix]
        table = self.settings.uncertainty.judgments
        if table is None or table.distribution == "saaty_steps":
            return 0.0
        sigma = table.sigma
        if not isinstance(sigma, str | float):
            sigma = sigma.get(matrix, "gci")
        if isinstance(sigma, str):
            return sigma_from_gci(found.stack, found.shares, found.missing)
        return sigma

    def natural_bounds(self, indicator: str) -> Bounds:
        """Values that an indicator can take at all.

        Raises
        ------
        KeyError
            If there is no such indicator.
        """
        return self._natural_bounds[indicator]

    @cached_property
    def _natural_bounds(self) -> Mapping[str, Bounds]:
        """Bounds by indicator: each looks through its values, and they are asked for many times."""
        return {
            indicator.name: self._find_bounds(indicator) for indicator in self.hierarchy.indicators
        }

    def _find_bounds(self, indicator: Indicator) -> Bounds:
        j = self.panel.indicators.index(indicator.name)
        given = self.panel.values[:, :, j][~self.panel.holes[:, :, j]]
        return natural_bounds(indicator, given)

    def error_model(self, indicator: str) -> ErrorModel | None:
        """Error of an indicator's data, None if the study holds no data uncertain.

        Its bounds are the natural ones of the indicator, narrowed by those of the error.

        Raises
        ------
        KeyError
            If there is no such indicator.
        """
        return self._error_models[indicator]

    @cached_property
    def _error_models(self) -> Mapping[str, ErrorModel | None]:
        return {
            indicator.name: self._find_error_model(indicator)
            for indicator in self.hierarchy.indicators
        }

    def _find_error_model(self, indicator: Indicator) -> ErrorModel | None:
        data = self.settings.uncertainty.data
        if data is None:
            return None
        model, bounds = error_model(data, indicator), self.natural_bounds(indicator.name)
        lower, upper = max(model.lower, bounds.lower), min(model.upper, bounds.upper)
        return replace(model, lower=lower, upper=upper)

    def error_law(self, indicator: str) -> ErrorLaw | None:
        """Law that an indicator's values are drawn from, None if nothing of them varies.

        Raises
        ------
        KeyError
            If there is no such indicator.
        """
        return self._error_laws[indicator]

    @cached_property
    def _error_laws(self) -> Mapping[str, ErrorLaw | None]:
        """Laws by indicator: each takes a search, and they are asked for many times."""
        return {name: self._find_error_law(name) for name in self.hierarchy.names}

    def _find_error_law(self, indicator: str) -> ErrorLaw | None:
        model = self.error_model(indicator)
        j = self.panel.indicators.index(indicator)
        interpolated = self.panel.holes[:, :, j]
        if model is None or not model.varies(bool(interpolated.any())):
            return None
        return error_law(model, self.panel.values[:, :, j], interpolated)

    @cached_property
    def scenarios(self) -> Scenarios:
        """What [scenarios] and [[scenario]] say, with names as positions."""
        return find_scenarios(self)

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """What other studies found, by the names of [evidence.NAME]; pooled when it is asked."""
        tables = self.settings.evidence
        return {name: Evidence(name, tables[name], found) for name, found in self.studies.items()}

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What [[target]] says, with names as positions."""
        return find_targets(self.settings, self.panel)

    def replace(self, changes: Mapping[str, Any]) -> "Study":
        """Study with some of its settings set anew, validated as a whole.

        Parameters
        ----------
        changes
            Values by key path, as the study file and the messages write it:
            ``uncertainty.data.cv``, ``uncertainty.data.indicators."P2-4".cv``. None takes a key
            out, or a table, which leaves it at its default. The tables of the study stay, unless
            the name of another file is given.

        Returns
        -------
        Study
            Another study; this one stays as it is. Its `text` gives its settings, with the changes
            at the head.

        Raises
        ------
        InputError
            With everything that is wrong: unknown keys, impossible values, and what does not fit
            the rest of the study.

        Warns
        -----
        StudyWarning
            As `load_study`.

        Examples
        --------
        >>> import recc_mc as rm
        >>> study = rm.load_study("configs/rare_earth_mines.toml")
        >>> study.replace({"uncertainty.judgments.sigma": 0.3}).judgment_sigma("climate")
        0.3
        """
        from recc_mc.study.loading import replaced

        return replaced(self, changes).warned()

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the study as files of its own.

        Parameters
        ----------
        directory
            Where to write ``study.toml``, ``panel.csv``, ``indicators.csv`` and
            ``judgments.toml``; made if it does not exist. None of them may be there already.

        Returns
        -------
        Path
            The study file, which `load_study` reads to a study of the same digest.

        Raises
        ------
        InputError
            If one of the files exists, the directory cannot be written, or the study was changed
            in Python to what no files can say. Nothing is left behind.
        """
        from recc_mc.study.saving import save_study

        return save_study(self, directory)

    @cached_property
    def record(self) -> Record:
        """What results say of the study: its text, written anew where that was changed in Python.

        Raises
        ------
        InputError
            If the settings were changed to what no study file can say.
        """
        return study_record(self)

    @cached_property
    def table_texts(self) -> Mapping[str, str]:
        """Texts of its tables, panel, indicators and judgments, as `save` writes them to files."""
        return table_texts(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of all that decides the numbers: method, uncertainty and tables.

        Two studies of the same digest give the same results for the same seed and samples; their
        titles, paths, output and run tables may differ.
        """
        content = {
            "settings": {
                name: _plain(table)
                for name, table in self.settings
                if name not in (*_IRRELEVANT, "evidence") and (name, table) not in _LATER
            },
            "hierarchy": {"indicators": [_indicator(i) for i in self.hierarchy.indicators]},
            "mines": self.panel.mines,
            "years": self.panel.years,
            "matrices": [(m.name, m.items, m.experts) for m in self.judgments.matrices],
        }
        if self.studies:
            # Not where they are, but how they are pooled, and below what they are.
            content["evidence"] = {k: each.table.options for k, each in self.evidence.items()}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
        # In one byte order, so that every machine finds the same digest.
        digest.update(self.panel.values.astype("<f8").tobytes())
        digest.update(self.panel.holes.tobytes())
        for matrix in self.judgments.matrices:
            digest.update(matrix.stack.astype("<f8").tobytes())
            digest.update(matrix.shares.astype("<f8").tobytes())
            if matrix.missing is not None:
                digest.update(matrix.missing.tobytes())
        digest.update(evidence_text(self.studies).encode())
        return digest.hexdigest()


def _indicator(indicator: Indicator) -> dict[str, Any]:
    """Fields of an indicator, without what it has not of what older digests had not."""
    has = {
        "lever": indicator.lever is not None,
        "optimum": indicator.is_ranged,
        "limit": indicator.has_limits,
        "weight": not isnan(indicator.weight),
    }
    return {k: v for k, v in asdict(indicator).items() if has.get(k.partition("_")[0], True)}


def _plain(value: Any) -> Any:
    """Settings as JSON types; pydantic's own export differs between its versions."""
    if isinstance(value, BaseModel):
        return {name: _plain(item) for name, item in value if (name, item) not in _LATER}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
