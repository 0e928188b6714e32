"""Certificates of clusters that are started for a run.

Whoever reaches the port of a scheduler or a worker of dask can have any code run there. So the
parts of a cluster that we start talk by TLS, and know each other by a key made for the run.
"""

import datetime
import glob
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from distributed.security import Security

from recc_mc.machine.disk import reporting
from recc_mc.machine.watchdog import last_wish

__all__ = ["TEMPORARY_FOLDER", "own_credentials", "shared_credentials"]

TEMPORARY_FOLDER = ".recc_mc-tls-"
"""Beginning of the names of folders of keys, which are gone when their runs have ended."""

# Only processes of one machine can be asked for by their number.
_PREFIX = f"{TEMPORARY_FOLDER}{platform.node().replace(os.sep, '_')}-"
_ROLES = ("client", "scheduler", "worker")
_VALID_FROM = datetime.timedelta(days=-1)
_VALID_UNTIL = datetime.timedelta(days=365)


def own_credentials() -> Security:
    """Make a key for a run, in memory, for workers that this process starts."""
    return _security(*_key_pair())


def _security(certificate: str, key: str) -> Security:
    """What all parts of a cluster show each other, and expect of each other."""
    return Security(
        require_encryption=True,
        tls_ca_file=certificate,
        **{f"tls_{role}_cert": certificate for role in _ROLES},
        **{f"tls_{role}_key": key for role in _ROLES},
    )


def _key_pair() -> tuple[str, str]:
    """Certificate and key, as `Security.temporary` makes them but for the time they are valid.

    That begins a day ago: a machine whose clock is late would refuse what is valid from now on.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "recc_mc")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + _VALID_FROM)
        .not_valid_after(now + _VALID_UNTIL)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return certificate.public_bytes(pem).decode(), key.private_bytes(pem, *plain).decode()


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
    certificate, key = _key_pair()
    _sweep(folder)
    with reporting(folder):
        # Readable by ourselves alone, as are the files in it. The name says whose it is.
        name = f"{_PREFIX}{os.getpid()}-"
        place = Path(tempfile.mkdtemp(prefix=name, dir=folder)).resolve()
    remove = partial(shutil.rmtree, place, ignore_errors=True)
    with last_wish(remove):
        try:
            yield _security(
                _write(place / "certificate.pem", certificate), _write(place / "key.pem", key)
            )
        finally:
            remove()


def _sweep(folder: Path) -> None:
    """Remove the keys of runs of this machine that were killed, and could not do it themselves."""
    for place in folder.glob(f"{glob.escape(_PREFIX)}*-*"):
        number = place.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdecimal() and not _is_running(int(number)):
            shutil.rmtree(place, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        # Another user's.
        pass
    return True


def _write(path: Path, content: str) -> str:
    with reporting(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(content)
    return str(path)
