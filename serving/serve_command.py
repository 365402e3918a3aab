"""`carrel serve`: answer other programs, and the keys with which they ask."""

from __future__ import annotations

import argparse
import importlib.util
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from assistant.commands.ask import add_answering_options, open_chosen_models
from assistant.commands.open_workspace import asking_in_terminal, opened_workspace
from assistant.home import Home, find_home
from assistant.owner.asking_owner import run_by_owner
from assistant.owner.channel import OwnerLost
from assistant.owner.far_terminal import FarTerminal
from assistant.owner.owner import begin_owning
from assistant.passphrase.protection import Protection
from assistant.terminal import Terminal
from assistant.workspace import Workspace
from engines import KeyUnusable, SystemKeyring
from errors import AppError
from knowledge import LibraryBusy
from network import is_this_machine
from personas import BUILTIN_PERSONAS, Catalogue
from serving.access import MAX_REQUESTS_PER_MINUTE, ApiKey, ApiKeys

if TYPE_CHECKING:
    from serving.uvicorn_server import Stopping

DEFAULT_PORT = 8477
DEFAULT_PARALLEL = 4  # answers at once: more make each slow on one machine
_ACCOUNT, _VARIABLE = "api", "CARREL_API_KEY"
OWNER_LEFT = 75  # sysexits.h, EX_TEMPFAIL: whoever asked is to go on by itself
_TAKE_OVER_SECONDS = 1.0  # for the other to let go of the home
_LIBRARIES = ("starlette", "uvicorn", "sse_starlette", "prometheus_client")


class ServeMissing(AppError):
    """The libraries of the API are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The API is not installed", "Install it: pip install 'carrel-desktop[serve]', or pip install -e '.[serve]'."
        )


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (this machine alone by default)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"the port (default: {DEFAULT_PORT})")
    parser.add_argument("--parallel", type=int, default=DEFAULT_PARALLEL, metavar="N", help="answers written at once")
    add_answering_options(parser)
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", title="actions", metavar="ACTION")
    keys = actions.add_parser("keys", help="list the keys, make one, remove one", parents=[shared])
    keys.add_argument("do", nargs="?", choices=("list", "add", "remove"), default="list")
    keys.add_argument("name", nargs="?", help="the key's name, such as that of the program")
    keys.add_argument("--persona", dest="personas", action="append", default=[], metavar="P", help="may ask this alone")
    keys.add_argument("--folder", type=Path, action="append", default=[], metavar="D", help="may search this alone")
    keys.add_argument("--search-only", action="store_true", help="no model writes for it")
    keys.add_argument("--per-minute", type=int, default=600, metavar="N", help="requests a minute (default: 600)")
    keys.set_defaults(run=run_keys)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until interrupted: in the process that owns the home, such as an open window, or else in this one."""
    if any(importlib.util.find_spec(name) is None for name in _LIBRARIES):
        raise ServeMissing
    signal.signal(signal.SIGTERM, _end)
    protection = Protection(find_home(arguments.home), asking_in_terminal(terminal))
    code: int | None = OWNER_LEFT
    while code == OWNER_LEFT:
        try:
            code = run_by_owner(arguments, terminal, protection)
        except OwnerLost:
            code = OWNER_LEFT
        if code == OWNER_LEFT:
            terminal.note("The Carrel that was serving has ended: this one goes on.")
            time.sleep(_TAKE_OVER_SECONDS)
    if code is not None:
        return code
    with opened_workspace(arguments, protection) as workspace, watched(workspace):
        open_chosen_models(workspace, arguments, terminal)
        begin_owning(workspace)
        _serve(workspace, arguments, terminal, None)
    return 0


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve for another process until it stops or this one closes, which it is told by OWNER_LEFT."""
    assert isinstance(terminal, FarTerminal)
    _serve(workspace, arguments, terminal, terminal.stopping)
    return OWNER_LEFT if terminal.is_left else 0


def _serve(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal, stopping: Stopping | None) -> None:
    from serving.uvicorn_server import serve, until_a_signal  # the libraries that it needs are an extra

    keys = ApiKeys(workspace.home.api_keys)
    if not keys.all():
        _first_key(keys, terminal)
    if not is_this_machine(arguments.host):
        terminal.note(
            f"Others can reach {arguments.host}: whoever has a key can ask, and nothing is encrypted on the way."
        )
    serve(
        workspace, keys, (arguments.host, arguments.port), arguments.parallel, terminal.note, stopping or until_a_signal
    )


def _end(number: int, frame: FrameType | None) -> None:
    """End the program by its own steps, from its start on: uvicorn raises the signal again once it has ended, too."""
    raise SystemExit(0)


def run_keys(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the keys, or make or remove one."""
    home = find_home(arguments.home).create()
    keys = ApiKeys(home.api_keys)
    if arguments.do != "list" and not arguments.name:
        raise AppError("The name of the key is missing", f"Such as: carrel serve keys {arguments.do} notebook")
    if arguments.do == "add":
        _show_new(keys.add(_wanted(arguments, home)), arguments.name, terminal)
    elif arguments.do == "remove":
        keys.remove(arguments.name)
        terminal.note(f"Removed {arguments.name}: it is refused from now on.")
    else:
        for key in keys.all():
            terminal.say(f"{key.name:20} {_limits(key)}")
        terminal.report({"keys": [{"name": key.name, "limits": _limits(key)} for key in keys.all()]})
    return 0


def _wanted(arguments: argparse.Namespace, home: Home) -> ApiKey:
    """The key that is asked for. Raises PersonaNotFound, and AppError for a number out of range."""
    if not 1 <= arguments.per_minute <= MAX_REQUESTS_PER_MINUTE:
        raise AppError("--per-minute is out of range", f"It is 1 to {MAX_REQUESTS_PER_MINUTE:,}.")
    catalogue = Catalogue((BUILTIN_PERSONAS, home.personas))
    return ApiKey(
        name=arguments.name,
        digest="",
        personas=tuple(catalogue.find(wanted).id for wanted in arguments.personas),
        folders=tuple(folder.expanduser().resolve() for folder in arguments.folder),
        search_only=arguments.search_only,
        requests_per_minute=arguments.per_minute,
    )


def _limits(key: ApiKey) -> str:
    parts = [*key.personas, *map(str, key.folders), *(["search only"] if key.search_only else [])]
    return ", ".join([*(parts or ["everything"]), f"{key.requests_per_minute} requests a minute"])


def _first_key(keys: ApiKeys, terminal: Terminal) -> None:
    """Make a key at the first start; the system's keyring keeps it too, where there is one."""
    secret = keys.add(ApiKey(name="first", digest=""))
    _show_new(secret, "first", terminal)
    with suppress(KeyUnusable):
        SystemKeyring(_VARIABLE).store(_ACCOUNT, secret)


def _show_new(secret: str, name: str, terminal: Terminal) -> None:
    terminal.say(secret)
    terminal.note(f"This is the key {name}. It is shown once: keep it where the program finds it.")
    terminal.report({"name": name, "key": secret})


@contextmanager
def watched(workspace: Workspace) -> Iterator[threading.Thread]:
    """Bring the folders up to date, now on this thread and whenever they change, while the block runs."""
    closing = threading.Event()

    def sync() -> None:
        with suppress(LibraryBusy):
            if not closing.is_set():
                workspace.library.sync(wait=False)

    first = threading.Thread(target=sync, name="first-sync", daemon=True)
    first.start()
    watcher = workspace.library.watch(sync)
    try:
        yield first
    finally:
        closing.set()
        watcher.stop()
