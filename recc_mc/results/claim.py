"""A result that a command adds to: read, changed and replaced while nobody else does the same."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import xarray as xr

from recc_mc.errors import RunError
from recc_mc.results.files import Identity, check_ending, held, identity
from recc_mc.results.kept import check_place, kept_groups

__all__ = ["Claim"]


@dataclass(frozen=True)
class Claim:
    """What stood at the place of a result when a command began.

    Parameters
    ----------
    path
        Name of the file.
    digest
        The study's.
    contested
        Names of the groups that the command makes and that differ from run to run.
    before
        Digests of those that were there.
    other
        Identity of a file that was there and is no result of the study.
    seen
        Identity of whatever was there: as long as it stands there, all of this is known.
    """

    path: str | os.PathLike[str]
    digest: str
    contested: Collection[str]
    before: Mapping[str, str]
    other: Identity
    seen: Identity

    @classmethod
    def stake(
        cls,
        path: str | os.PathLike[str],
        digest: str,
        contested: Collection[str],
        *,
        overwrite: bool,
    ) -> "Claim":
        """Find out whether a command may write its groups, and what is there.

        Parameters
        ----------
        path, digest, contested
            As above.
        overwrite
            Whether what is there may be replaced; else groups can only be added.

        Raises
        ------
        InputError
            If it may not.

        Warns
        -----
        StudyWarning
            If it may, and what is there is not of the study and goes as a whole.
        """
        check_ending(path)
        # Whether there may be such a file is found out below.
        seen = identity(path) if os.path.isfile(path) else None
        check_place(path, digest, contested, overwrite=overwrite)
        state = _state(path, digest, contested, verify=identity(path) != seen)
        return cls(path, digest, contested, *state, seen)

    @contextmanager
    def held(
        self, made: Collection[str], pause: Callable[[], None] = lambda: None
    ) -> Iterator[dict[str, xr.Dataset]]:
        """Hold the file, and yield its groups that stay when some are made anew.

        Parameters
        ----------
        made
            Names of the groups to come.
        pause
            Called while another command is waited for; what it raises ends the waiting.

        Raises
        ------
        RunError
            If another command holds the file, or has written what this one would replace.
        """
        with held(self.path, pause):
            changed = identity(self.path) != self.seen
            if changed:
                self._check()
            with kept_groups(self.path, self.digest, made, verify=changed) as kept:
                yield kept

    def _check(self) -> None:
        now, other = _state(self.path, self.digest, self.contested, verify=True)
        lost = [name for name in now if now[name] != self.before.get(name)]
        if not lost and (other is None or other == self.other):
            return
        what = ", ".join(f"/{name}" for name in lost) or "a result of another study, or none"
        raise RunError(
            f"{self.path}: another command has written {what} meanwhile, which is not replaced"
        )


def _state(
    path: str | os.PathLike[str], digest: str, contested: Collection[str], *, verify: bool
) -> tuple[dict[str, str], Identity]:
    """Digests of the contested groups, and the identity of a file that is no such result."""
    with kept_groups(path, digest, (), verify=verify) as groups:
        found = {name: _digest(data) for name, data in groups.items() if name in contested}
        return found, None if groups else identity(path)


def _digest(data: xr.Dataset) -> str:
    """Digest of all values but those by sample, which statistics beside them tell apart."""
    digest = hashlib.sha256()
    for name, array in data.drop_dims("sample", errors="ignore").variables.items():
        values = array.values
        content = repr(values.tolist()).encode() if values.dtype == object else values.tobytes()
        digest.update(f"{name}{values.shape}{values.dtype}".encode() + content)
    if "sample" in data.dims:
        digest.update(np.asarray(data.sizes["sample"]).tobytes())
    return digest.hexdigest()
