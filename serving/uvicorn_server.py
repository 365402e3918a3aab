"""Runs the application on a port until it is interrupted."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import uvicorn

from assistant.workspace import Workspace
from errors import AppError
from network import is_this_machine
from serving.access import ApiKeys
from serving.application import build_app
from serving.host import Host

_CLOSING_SECONDS = 4  # for answers that are being written, when the server ends
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")


Stopping = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""Has what it is given called, from another thread, once the server is to end while the block runs."""


@contextmanager
def until_a_signal(stop: Callable[[], None]) -> Iterator[None]:
    """End at SIGTERM, on the main thread; SIGINT interrupts.

    uvicorn hears both only while it runs. An exception from a handler can be lost where Python ignores them, as in a
    finalizer, while the server is being made.
    """
    before = signal.signal(signal.SIGTERM, lambda number, frame: stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def serve(
    workspace: Workspace,
    keys: ApiKeys,
    address: tuple[str, int],
    parallel: int,
    tell: Callable[[str], None],
    stopping: Stopping,
) -> None:
    """Serve at a host and port until SIGINT, SIGTERM or `stopping`. `tell`: told where.

    Raises AppError where the port is taken.
    """
    host = Host(workspace, keys, parallel)
    names = _LOOPBACK_NAMES if is_this_machine(address[0]) else ("*",)
    listening = _listening(*address)
    config = uvicorn.Config(
        build_app(host, names),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSING_SECONDS,
        timeout_keep_alive=75,
        limit_concurrency=256,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    try:
        with stopping(stop):
            tell(f"Serving http://{address[0]}:{listening.getsockname()[1]}/v1 until Ctrl+C.")
            server.run(sockets=[listening])
    finally:
        host.close()


def _listening(address: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen()  # from here on clients wait, and are not refused, until the server is ready
    except (OSError, OverflowError) as error:
        raise AppError(f"Port {port} of {address} cannot be used", f"{error}. Choose another: --port N.") from error
    return listening
