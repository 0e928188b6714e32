"""A cluster of dask: what is known of it; its scheduler, tried before anything relies on it."""

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from distributed.core import rpc
from distributed.deploy.spec import SpecCluster
from distributed.security import Security

from recc_mc.errors import InputError, RunError
from recc_mc.study.run_settings import SCHEDULER_FILE

__all__ = ["CONNECT_SECONDS", "REPORT_LOSSES", "Found", "NoAnswer", "ask", "find_address"]

CONNECT_SECONDS = 5.0
"""How long a scheduler, or its file, may take to show up."""

# Seconds that a cluster may be without workers, as while they start or are started again.
PATIENCE = 60.0
REPORT_LOSSES = {"allowed_failures": 0}
"""Of schedulers: every loss of a block is reported, not the fourth alone; the backlog counts."""
_ADVICE = "check host and port, that `dask scheduler` is running there, and firewalls in between"
_FILE_ADVICE = "the file may be left over from a scheduler that has ended"


class Found(NamedTuple):
    """A cluster, running or just started.

    Parameters
    ----------
    target
        What a client connects to.
    name
        What messages call it.
    patience
        Seconds it may be without workers.
    advice
        What to do if it is so for longer.
    renew
        Called now and then, to see that there are as many workers as asked for.
    """

    target: SpecCluster | str
    name: str
    patience: float = PATIENCE
    advice: str = ""
    renew: Callable[[], None] | None = None


class NoAnswer(Exception):
    """Nothing at an address speaks dask; the text says what happened."""


def find_address(scheduler: str) -> str:
    """Find a scheduler that answers.

    A client of `distributed` waits for ever where something accepts connections but says nothing.

    Parameters
    ----------
    scheduler
        ``tcp://HOST:PORT``, ``tls://HOST:PORT``, or ``scheduler-file:PATH``.

    Returns
    -------
    str
        The scheduler's address.

    Raises
    ------
    InputError
        If there is no such file, or no address in it.
    RunError
        If no scheduler answers within `CONNECT_SECONDS`.
    """
    path = scheduler.removeprefix(SCHEDULER_FILE)
    if path == scheduler:
        _greet(scheduler, scheduler, _ADVICE)
        return scheduler
    address = _read(Path(path))
    _greet(address, f"{address} of {path}", _FILE_ADVICE)
    return address


def _read(path: Path) -> str:
    """Address in a scheduler's file, which the scheduler may be about to write."""
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["address"])
        except FileNotFoundError as error:
            problem: Exception = error
            sentence = f"no such file; `dask scheduler --scheduler-file {path}` writes it"
        except OSError as error:
            problem = error
            sentence = f"cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError) as error:
            problem = error
            sentence = "is not a file that `dask scheduler --scheduler-file` wrote"
        if time.monotonic() > deadline:
            raise InputError(f"{path}: {sentence}") from problem
        time.sleep(0.1)


def ask(address: str, security: Security | None = None) -> str:
    """Ask what there is at an address: a scheduler, a worker or a nanny.

    Parameters
    ----------
    address
        The address.
    security
        Certificates; None for those of dask's configuration.

    Raises
    ------
    NoAnswer
        Within `CONNECT_SECONDS` or little more, if nothing there speaks dask.
    """
    # In a thread of its own: in a notebook this one has an event loop already.
    with ThreadPoolExecutor(1) as thread:
        identity = thread.submit(lambda: asyncio.run(_identity(address, security)))
        try:
            return str(identity.result()["type"]).lower()
        # Whatever a stranger's bytes do to the reader of a protocol that is not theirs.
        except Exception as error:
            raise NoAnswer(_reason(error)) from error


def _greet(address: str, name: str, advice: str) -> None:
    """Have a scheduler introduce itself."""
    try:
        kind = ask(address)
    except NoAnswer as error:
        raise RunError(f"no dask scheduler at {name}: {error}; {advice}") from error
    if kind != "scheduler":
        raise RunError(
            f"no dask scheduler at {name}: that is a {kind}; use the address `dask scheduler` shows"
        )


async def _identity(address: str, security: Security | None) -> dict[str, Any]:
    encryption = (security or Security()).get_connection_args("client")
    # The outer limit holds where the inner one does not: for a peer that accepts and stays silent.
    async with asyncio.timeout(CONNECT_SECONDS + 1):
        async with rpc(address, timeout=CONNECT_SECONDS, connection_args=encryption) as peer:
            found: dict[str, Any] = await peer.identity()
            return found


def _reason(error: BaseException) -> str:
    """What happened first, and made a connection fail in the end."""
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_SECONDS + 1:g} s"
    if isinstance(error, TypeError) and "ssl_context" in str(error):
        return "tls needs certificates, named under distributed.comm.tls in dask's configuration"
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, asyncio.CancelledError):
        return "no answer"
    if not isinstance(error, OSError):
        return "what answers there does not speak dask's language"
    return str(error)
