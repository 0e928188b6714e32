"""The program as a process that things happen to."""

import fnmatch
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recc_mc.parts.folder import parts_folder

COMMAND = [sys.executable, "-m", "recc_mc"]
# Long enough for a busy machine, short enough to tell that something hangs.
PATIENCE = 300.0


class Program:
    """A running ``recc-mc``.

    Parameters
    ----------
    *arguments
        Its arguments.
    folder
        The current folder.
    **options
        Of `subprocess.Popen`.
    """

    def __init__(self, *arguments: str, folder: Path, **options: Any) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def end(self) -> tuple[int, str, str]:
        """Wait for the end: exit code, stdout and stderr."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, out, err

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Wait until something is the case; whether it was before the program ended."""
        limit = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            if condition():
                return True
            if time.monotonic() > limit:
                self.process.kill()
                raise TimeoutError
            time.sleep(0.0005)
        return False

    def wait_for_parts(self, output: Path, count: int) -> bool:
        """Wait until there are some parts."""
        return self.wait_until(lambda: len(parts(output)) >= count)


def parts(output: Path, pattern: str = "block-*.part") -> set[str]:
    """Names of the parts of an output just now."""
    try:
        return set(fnmatch.filter(os.listdir(parts_folder(output)), pattern))
    except FileNotFoundError:
        return set()


def run(*arguments: str, folder: Path, **options: Any) -> tuple[int, str, str]:
    """Run the program to its end: exit code, stdout and stderr."""
    return Program(*arguments, folder=folder, **options).end()


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with some variables changed, or left out where None."""
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value is not None}
