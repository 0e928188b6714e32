"""What the program is made of: versions, and where its compiled kernels are kept."""

import platform
from importlib import metadata

__all__ = ["version_text"]

# What a number may depend on, and what a report of a defect should name.
_LIBRARIES = ("numba", "numpy")


def version_text() -> str:
    """The program's version, those of what computes, and the folder of the compiled kernels."""
    # Slow to import, and not what the help waits for.
    from numba import config

    from recc_mc import __version__
    from recc_mc.kernels.options import SHIPPED

    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    place = config.CACHE_DIR or "not kept: there is no place to write to"
    shipped = ", some of them came with the package" if SHIPPED.file.exists() else ""
    return "\n".join(
        [
            f"recc-mc {__version__}",
            ", ".join([f"Python {platform.python_version()}", *versions]),
            f"compiled kernels: {place}{shipped}",
        ]
    )
