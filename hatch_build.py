"""Compiles the kernels that a wheel carries, where the build environment can run the package.

``python -m build --wheel --no-isolation`` (or ``pip wheel --no-build-isolation --no-deps .``) in an
environment that has the package's dependencies makes a wheel with the kernels as LLVM bitcode for
that Python, numba, llvmlite and platform. Anywhere else, and in the isolated environment of an
ordinary build, the wheel is the same without them. It is tagged ``py3-none-any`` either way: the
bitcode is data, which is used where it fits and is no obstacle where it does not.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# How the script ends where a dependency is missing, or a numba is not like those it is written for.
_MISSING = ("ModuleNotFoundError", "ImportError", "AttributeError")


class CompiledKernels(BuildHookInterface):
    """Puts the compiled kernels into a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add what was compiled to the files of the wheel."""
        if self.target_name != "wheel" or version != "standard":
            return
        self.folder = tempfile.TemporaryDirectory()
        try:
            made = self._compile(Path(self.folder.name))
        except RuntimeError:
            self.folder.cleanup()
            raise
        for file in made:
            build_data["force_include"][str(file)] = f"recc_mc/kernels/compiled/{file.name}"
        note = "with compiled kernels" if made else "without compiled kernels"
        self.app.display_info(f"a wheel {note}")

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what is in the wheel now."""
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _compile(self, folder: Path) -> list[Path]:
        """The files that hold the kernels; none where the package does not run."""
        # An isolated build keeps what is installed around it out of sight by this variable.
        path = os.pathsep.join(filter(None, (self.root, os.environ.get("PYTHONPATH"))))
        cache = str(folder / "cache")
        environment = {**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": cache}
        command = [sys.executable, str(Path(self.root) / "ship_kernels.py"), str(folder)]
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            if not reason.startswith(_MISSING):
                raise RuntimeError(f"the kernels could not be compiled: {reason}")
            self.app.display_info(reason)
        return list(folder.glob("*.bitcode"))
