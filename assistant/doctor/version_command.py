"""`carrel version`: the version that runs; with `--check`, whether the package index has a newer one."""

from __future__ import annotations

import argparse
import platform

from assistant.doctor.own_version import PACKAGE, own_version
from assistant.home import find_home
from assistant.models.servers import open_connections
from assistant.terminal import Terminal
from network import Release, newest_release

UPDATE = (
    f"Update it as it was installed: uv tool upgrade {PACKAGE}, pipx upgrade {PACKAGE}, "
    f"or pip install --upgrade {PACKAGE}."
)


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("--check", action="store_true", help="ask the package index for a newer version")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say the version, and the newest one where asked for. Raises Offline, PackageUnavailable."""
    here = own_version()
    terminal.say(f"Carrel {here} on Python {platform.python_version()}")
    if not arguments.check:
        terminal.report({"version": here, "python": platform.python_version()})
        return 0
    newest = newest_release(PACKAGE, open_connections(find_home(arguments.home)), "check for a newer version")
    is_newer = newest > Release.parse(here)
    terminal.say(f"Carrel {newest} is there. {UPDATE}" if is_newer else "There is no newer version.")
    terminal.report({"version": here, "python": platform.python_version(), "newest": str(newest), "newer": is_newer})
    return 0
