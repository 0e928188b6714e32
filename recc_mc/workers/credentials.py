"""Certificates of clusters that are started for a run.

Whoever reaches the port of a scheduler or a worker of dask can have any code run there. So the
parts of a cluster that we start talk by TLS, and know each other by a key made for the run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from distributed.security import Security

from recc_mc.machine.disk import reporting
from recc_mc.machine.watchdog import last_wish

__all__ = ["TEMPORARY_FOLDER", "shared_credentials"]

TEMPORARY_FOLDER = ".recc_mc-tls-"
"""Beginning of the names of folders of keys, which are gone when their runs have ended."""


@contextmanager
def shared_credentials(folder: Path) -> Iterator[Security]:
    """Make a key for a run, in files that only we can read, for workers on other machines.

    Parameters
    ----------
    folder
        Folder that those machines see too.

    Raises
    ------
    RunError
        If it cannot be written to.
    """
    made = Security.temporary()
    with reporting(folder):
        # Readable by ourselves alone, as are the files in it.
        place = Path(tempfile.mkdtemp(prefix=TEMPORARY_FOLDER, dir=folder)).resolve()
    remove = partial(shutil.rmtree, place, ignore_errors=True)
    with last_wish(remove):
        try:
            certificate = _write(place / "certificate.pem", made.tls_worker_cert)
            key = _write(place / "key.pem", made.tls_worker_key)
            roles = ("client", "scheduler", "worker")
            yield Security(
                require_encryption=True,
                tls_ca_file=certificate,
                **{f"tls_{role}_cert": certificate for role in roles},
                **{f"tls_{role}_key": key for role in roles},
            )
        finally:
            remove()


def _write(path: Path, content: str) -> str:
    with reporting(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(content)
    return str(path)
