"""`carrel connections`: the log of every connection to another machine, and of what other programs asked."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime

from assistant.home import find_home
from assistant.models.servers import open_connections
from assistant.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the log, oldest first, and if connections are allowed now."""
    opened = open_connections(find_home(arguments.home))
    history = opened.history()
    for connection in history:
        began = datetime.fromtimestamp(connection.began).strftime("%Y-%m-%d %H:%M:%S")
        traffic = f"{connection.sent_bytes:,} B sent, {connection.received_bytes:,} B received"
        server = f"{connection.host}:{connection.port}" if connection.port else connection.host
        result = f"{connection.outcome} · {traffic} · {connection.seconds:.1f} s"
        terminal.say(f"{began}  {server}  {connection.purpose}: {result}")
    if not history:
        terminal.note("No connection has been opened yet.")
    terminal.note("Carrel is offline." if opened.offline else "Connections are allowed.")
    terminal.report({"offline": opened.offline, "connections": [asdict(connection) for connection in history]})
    return 0
