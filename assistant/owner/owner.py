"""The owner of a home: runs the verbs of other processes in its own workspace, with the models that it has loaded."""

from __future__ import annotations

import argparse
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

from assistant.owner.address import OwnerAddress
from assistant.owner.arguments import unpacked
from assistant.owner.asking_owner import NO_MODEL
from assistant.owner.channel import SECONDS_TO_PROVE, Channel, ChannelClosed
from assistant.owner.far_terminal import FarTerminal
from assistant.saving.switches import left_out
from assistant.workspace import Workspace
from errors import AppError

# Each verb with the module whose `run_in(workspace, arguments, terminal)` runs it; the last is of `carrel mcp`.
_VERBS: Mapping[str, str] = {
    "ask": "assistant.commands.ask",
    "chat": "assistant.commands.chat",
    "search": "assistant.commands.search",
    "batch": "assistant.batches.answer_batch",
    "serve": "serving.serve_command",
    "mcp": "serving.mcp.home_library",
}
_MOST_ASKING = 32  # processes at once; more open the home themselves
_CLOSING_SECONDS = 4.0  # for verbs that run, when the owner ends: they are stopped
log = logging.getLogger("carrel.owner")


class Owner:
    """Listens for other processes of the home. `begin` and `close` block for milliseconds."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._address = OwnerAddress(workspace.home, workspace.protection)
        self._listener: Listener | None = None
        self._closing = threading.Event()
        # Threads that stay: each has a connection to the ledger, which takes milliseconds to open.
        self._workers = ThreadPoolExecutor(_MOST_ASKING, thread_name_prefix="carrel-asked")
        self._asking: dict[FarTerminal, Future[None]] = {}
        self._lock = threading.Lock()

    def begin(self) -> bool:
        """Listen from now on; False where another process is the owner, or the home has no place for a socket."""
        address = self._address.take()
        if address is None:
            return False
        try:
            self._listener = Listener(address, backlog=_MOST_ASKING)
            if Path(address).exists():
                Path(address).chmod(0o600)
            self._address.publish(address)
        except OSError as error:  # a file system without sockets, perhaps: each process then opens the home itself
            log.warning("This process cannot answer others: %s", error)
            self.close()
            return False
        threading.Thread(target=self._accept, name="carrel-owner", args=(self._listener,), daemon=True).start()
        return True

    def close(self) -> None:
        """Stop what runs for others, and let another process be the owner. May be called twice."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._listener is not None:
            with suppress(OSError):
                Client(self._listener.address).close()  # wakes the thread that waits for others
            self._listener.close()
        with self._lock:
            asking = dict(self._asking)
        for terminal in asking:
            terminal.leave()
        wait(asking.values(), timeout=_CLOSING_SECONDS)
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._address.give_up()

    def _accept(self, listener: Listener) -> None:
        while not self._closing.is_set():
            try:
                connection = listener.accept()
            except OSError:
                return
            if self._closing.is_set() or len(self._asking) >= _MOST_ASKING:
                connection.close()
                continue
            self._workers.submit(self._serve, Channel(connection))

    def _serve(self, channel: Channel) -> None:
        try:
            channel.prove(self._address.secret(), "owner", "client")
            match channel.receive(within_s=SECONDS_TO_PROVE):
                case ["run", bool(as_json), dict(values)]:
                    self._run(channel, FarTerminal(as_json, channel), unpacked(values))
        except (ChannelClosed, AppError):  # gone, or a stranger; the home may have been locked
            pass
        finally:
            channel.close()

    def _run(self, channel: Channel, terminal: FarTerminal, arguments: argparse.Namespace) -> None:
        module = _VERBS.get(arguments.verb)
        if module is None or not can_answer(self._workspace, arguments):
            channel.send("declined")
            return
        done: Future[None] = Future()
        with self._lock:
            self._asking[terminal] = done
        try:
            self._answer(channel, terminal, arguments, module)
        finally:
            with self._lock:
                del self._asking[terminal]
            done.set_result(None)

    def _answer(self, channel: Channel, terminal: FarTerminal, arguments: argparse.Namespace, module: str) -> None:
        channel.send("accepted")
        threading.Thread(target=terminal.listen, name="carrel-asker", daemon=True).start()
        arguments.model, arguments.route = NO_MODEL, []  # nothing is to be loaded: it is chosen already
        try:
            code = import_module(module).run_in(self._workspace, arguments, terminal)
            channel.send("done", code)
        except AppError as error:
            channel.send("failed", error.title, error.hint)
        except ChannelClosed:
            raise
        except Exception as bug:
            log.exception("a verb failed for another process")
            said = f"{type(bug).__name__}. Please report it."
            channel.send("failed", "Something went wrong inside Carrel", said)


def can_answer(workspace: Workspace, arguments: argparse.Namespace) -> bool:
    """True if the workspace answers as is asked: with this model, or with whichever where none is named."""
    given: dict[str, Any] = vars(arguments)
    if given.get("route") or left_out(arguments):
        return False
    if "model" not in given:
        return True
    chosen, wanted = workspace.models.chosen_path, given["model"]
    if wanted is None:
        return chosen is not None or workspace.settings.model.path is None
    return (chosen is None) if wanted == NO_MODEL else chosen is not None and _same(chosen, Path(wanted))


def _same(one: Path, other: Path) -> bool:
    return one == other or (one.exists() and other.exists() and one.samefile(other))


def begin_owning(workspace: Workspace) -> None:
    """Be the owner of the workspace's home until the workspace closes, unless another process is."""
    owner = Owner(workspace)
    workspace.before_closing(owner.close)
    owner.begin()
