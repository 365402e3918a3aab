"""`carrel connections`: every connection to another machine, as the log has it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.home import find_home
from assistant.models.servers import open_connections
from assistant.terminal import Terminal

if TYPE_CHECKING:
    from network.connections import Connection


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the log, the oldest first, and whether connections are allowed now."""
    opened = open_connections(find_home(arguments.home))
    history = opened.history()
    for connection in history:
        terminal.say(_line(connection))
    if not history:
        terminal.note("No connection has been opened.")
    terminal.note("Carrel is offline." if opened.offline else "Connections are allowed.")
    terminal.report({"offline": opened.offline, "connections": [asdict(connection) for connection in history]})
    return 0


def _line(connection: Connection) -> str:
    began = datetime.fromtimestamp(connection.began).strftime("%Y-%m-%d %H:%M:%S")
    passed = f"{connection.sent_bytes:,} B sent, {connection.received_bytes:,} B received"
    place = f"{connection.host}:{connection.port}"
    return f"{began}  {place}  {connection.purpose}: {connection.outcome} · {passed} · {connection.seconds:.1f} s"
