"""A study, and what has been changed against it: with a past and a future."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recc_mc.explore.judging import Pair, judged, judgment, ratio_text
from recc_mc.study import Study
from recc_mc.study.changes import keys_of
from recc_mc.study.loading import replaced
from recc_mc.study.record import settings_given
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.study.toml_text import toml_value

__all__ = ["SCENARIO", "Change", "Exploration", "Step", "setting"]

SCENARIO = "scenario"
"""What is changed where a scenario is chosen."""
Change = str | Pair
"""What is changed: a key path of the study, a judgment, or `SCENARIO`."""


@dataclass(frozen=True)
class Step:
    """A state of an exploration.

    Parameters
    ----------
    study
        The study as it is now.
    changes
        What differs from the study as it was read; a setting of None is taken out.
    """

    study: Study
    changes: Mapping[Change, Any] = field(default_factory=dict)

    @property
    def scenario(self) -> str | None:
        """Name of the scenario that is looked at; None of the study as it is."""
        found: str | None = self.changes.get(SCENARIO)
        return found


class Exploration:
    """What one visitor does with a study. It never changes: each step has a study of its own.

    Parameters
    ----------
    study
        The study.

    Examples
    --------
    >>> import recc_mc as rm
    >>> one = Exploration(rm.load_study("configs/rare_earth_mines.toml"))
    >>> one.change({"uncertainty.data.cv": 0.1})
    >>> one.words()
    ['uncertainty.data.cv: 0.1 instead of 0.05']
    >>> one.undo()
    >>> one.words()
    []
    """

    def __init__(self, study: Study) -> None:
        self.origin = study
        self._steps = [Step(study)]
        self._position = 0

    @property
    def now(self) -> Step:
        """The state that is shown."""
        return self._steps[self._position]

    @property
    def study(self) -> Study:
        """The study as it is now."""
        return self.now.study

    @property
    def can_undo(self) -> bool:
        """Whether there is a past."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a future."""
        return self._position < len(self._steps) - 1

    def change(self, changes: Mapping[Change, Any]) -> None:
        """Change something; what was undone before is forgotten.

        Parameters
        ----------
        changes
            Values by what is changed. Those of the study as it was read are no changes.

        Raises
        ------
        InputError
            With everything that is wrong; the state stays as it was.
        """
        given = {key: tuple(v) if isinstance(v, list) else v for key, v in changes.items()}
        wanted = {**self.now.changes, **given}
        wanted = {key: value for key, value in wanted.items() if value != self.original(key)}
        if wanted != self.now.changes:
            self._go(wanted)

    def reset(self, key: Change) -> None:
        """Take a single change back.

        Parameters
        ----------
        key
            What is changed.

        Raises
        ------
        InputError
            If the other changes are not possible without it.
        """
        self._go({other: value for other, value in self.now.changes.items() if other != key})

    def reset_all(self) -> None:
        """Go back to the study as it was read, as a step that can be undone."""
        if self.now.changes:
            self._go({})

    def undo(self) -> None:
        """Go one step back, if there is one."""
        self._position = max(self._position - 1, 0)

    def redo(self) -> None:
        """Go one step forward again, if one was taken back."""
        self._position = min(self._position + 1, len(self._steps) - 1)

    def original(self, key: Change) -> Any:
        """Value in the study as it was read, None if it gives none."""
        if isinstance(key, Pair):
            return judgment(self.origin, key)
        return None if key == SCENARIO else setting(self.origin, key)

    def words(self) -> list[str]:
        """What is changed, one sentence each, in the order in which it was first changed."""
        return [self._word(key, value) for key, value in self.now.changes.items()]

    def _word(self, key: Change, value: Any) -> str:
        before = self.original(key)
        if isinstance(key, Pair):
            matrix = self.origin.judgments[key.matrix]
            expert = matrix.experts[key.expert]
            return (
                f"{key.matrix}{f', {expert}' if expert else ''}: {matrix.items[key.row]} against "
                f"{matrix.items[key.column]} {ratio_text(value)} instead of {ratio_text(before)}"
            )
        if key == SCENARIO:
            return f"under the scenario {value}"
        then = "left out" if value is None else toml_value(value)
        return f"{key}: {then}" + ("" if before is None else f" instead of {toml_value(before)}")

    def _go(self, changes: Mapping[Change, Any]) -> None:
        pairs = {key: value for key, value in changes.items() if isinstance(key, Pair)}
        settings = {k: v for k, v in changes.items() if not isinstance(k, Pair) and k != SCENARIO}
        study = replaced(self.origin, settings).study if settings else self.origin
        study = judged(study, pairs)
        if scenario := changes.get(SCENARIO):
            chosen_scenarios(study, [scenario], SCENARIO)
        self._steps = [*self._steps[: self._position + 1], Step(study, dict(changes))]
        self._position += 1


def setting(study: Study, key: str) -> Any:
    """Value that a study gives a key, None if it gives none.

    Parameters
    ----------
    study
        The study.
    key
        Path of the key, as messages write it.

    Raises
    ------
    InputError
        If the text is no such path.
    """
    found: Any = settings_given(study.settings)
    for part in keys_of(key):
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None
    return found
