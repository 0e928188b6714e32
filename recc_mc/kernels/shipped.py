"""Kernels that a wheel carries, compiled for Python as far as they are the same everywhere.

They are optimised LLVM bitcode: what is left is to make machine code of it. A file serves one state
of the sources, numba, llvmlite, Python and platform, all of which its name tells; without a file of
the right name everything is compiled. Like the modules beside it, it comes with the package and is
read from nowhere else.
"""

import hashlib
import pickle
import sys
import sysconfig
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import serialize

FOLDER = Path(__file__).with_name("compiled")

# Where it was tried. The code rounds a product and a sum once, which a processor without such an
# instruction leaves to a slow function. The width of vectors is that of the machine that built the
# wheel; others split or fill their registers with the same results.
PLATFORMS = ("linux-x86_64",)


def shipped_file(digest: str) -> Path:
    """File that holds the kernels of these sources, for what runs here.

    Parameters
    ----------
    digest
        Fingerprint of the kernels' sources.
    """
    versions = (numba.__version__, llvmlite.__version__, str(sys.implementation.cache_tag))
    key = " ".join((digest, *versions, sysconfig.get_platform()))
    return FOLDER / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.bitcode"


class Shipped:
    """The kernels of one file, read when the first one is asked for.

    Parameters
    ----------
    digest
        Fingerprint of the kernels' sources.
    """

    def __init__(self, digest: str) -> None:
        self.file = shipped_file(digest)

    @cached_property
    def _kernels(self) -> Mapping[str, Sequence[tuple[Any, bytes]]]:
        try:
            content = self.file.read_bytes()
        except OSError:
            return {}
        kernels: Mapping[str, Sequence[tuple[Any, bytes]]] = pickle.loads(content)
        return kernels

    def find(self, name: str, signature: Any, codegen: Any) -> Any:
        """State of a kernel for arguments of these types, or None.

        Parameters
        ----------
        name
            Module and name of the kernel.
        signature
            Types of its arguments.
        codegen
            numba's code generator, which knows the processor.
        """
        _, _, features = codegen.magic_tuple()
        if sysconfig.get_platform() not in PLATFORMS or "+fma" not in features.split(","):
            return None
        for arguments, state in self._kernels.get(name, ()):
            if arguments == tuple(signature):
                return pickle.loads(zlib.decompress(state))
        return None


def pack(kernels: Mapping[str, Sequence[tuple[Any, Any]]]) -> bytes:
    """Content of a file.

    Parameters
    ----------
    kernels
        By module and name, signatures and states.
    """
    packed = {
        name: [(args, zlib.compress(serialize.dumps(state), 9)) for args, state in forms]
        for name, forms in kernels.items()
        if forms
    }
    content: bytes = serialize.dumps(packed)
    return content
