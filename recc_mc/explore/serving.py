"""The server of the page: on this machine only, for those who know the address."""

import asyncio
import logging
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from recc_mc.errors import InputError
from recc_mc.machine.stopping import SIGNALS
from recc_mc.study import Study

__all__ = ["HOST", "serve"]

HOST = "127.0.0.1"
"""The only interface: no other machine can ask for the page."""
_MISSING = "explore: the page needs Panel: pip install 'recc-mc[explore]'"


def serve(
    study: Study,
    *,
    samples: int,
    seed: int,
    port: int = 0,
    browser: bool = True,
    say: Callable[[str], None],
) -> None:
    """Serve the page of a study until the process is asked to stop.

    Parameters
    ----------
    study
        The study.
    samples, seed
        Number of draws of a page, and their seed.
    port
        Where to listen; 0 for any port that is free.
    browser
        Whether to open the page in the user's browser.
    say
        Is told the address.

    Raises
    ------
    InputError
        If Panel is missing, or the port is taken.
    RunError
        If some sample of the study has no value.
    """
    try:
        import panel as pn
    except ImportError:
        raise InputError(_MISSING) from None
    from panel.io.server import get_server
    from tornado.ioloop import IOLoop

    # Slower than any complaint about a port or a missing library.
    from recc_mc.explore.exploration import Step
    from recc_mc.explore.later import Queue
    from recc_mc.explore.page import Asked, Page
    from recc_mc.explore.picture_numbers import draw_numbers

    port = _free_port(port)
    asked = Asked(study, draw_numbers(Step(study), samples, seed), samples, seed)
    token = secrets.token_urlsafe(16)
    queue = Queue()
    # Who comes with a wrong address, or leaves in the middle of an answer, is no news.
    for name in ("tornado.access", "bokeh.server.views.ws"):
        logging.getLogger(name).setLevel(logging.ERROR)
    pn.extension()
    loop = IOLoop.current()
    server = get_server(
        lambda: Page(asked, queue).layout(),
        port=port,
        address=HOST,
        websocket_origin=[f"{HOST}:{port}"],
        prefix=f"/{token}",
        title=study.title,
        loop=loop,
        show=False,
        start=False,
    )
    server.start()
    address = f"http://{HOST}:{port}/{token}/"
    say(address)
    if browser:
        webbrowser.open(address)
    try:
        _run(loop)
    finally:
        queue.close()
        server.stop(wait=False)


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise InputError(f"--port: cannot listen on {HOST}:{port}: {why}") from None
        return int(probe.getsockname()[1])


def _run(loop: Any) -> None:
    """Run until a signal: one that were raised in the middle of a callback would be lost in it."""
    own: asyncio.AbstractEventLoop = loop.asyncio_loop
    own.set_exception_handler(_complain)
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            own.add_signal_handler(number, loop.stop)
    with suppress(KeyboardInterrupt):
        loop.start()


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    from tornado.websocket import WebSocketClosedError

    if not isinstance(context.get("exception"), WebSocketClosedError):
        loop.default_exception_handler(context)
