"""The library of a home: asked of the process that owns it, or else opened by this one and kept up to date."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Any

from assistant.home import Home
from assistant.owner.address import OwnerAddress
from assistant.owner.arguments import packed
from assistant.owner.asking_owner import ask_owner
from assistant.owner.channel import OwnerLost
from assistant.passphrase.protection import Protection
from assistant.terminal import Terminal
from assistant.workspace import Workspace
from serving.access import ApiKey
from serving.mcp.lookups import Lookups
from serving.mcp.results import Result
from serving.mcp.tool_operations import OPERATIONS, perform
from serving.serve_command import watched

_FIRST_SYNC_SECONDS = 10.0  # that the first look-up waits for changed files; hosts wait for 30 to 60


class HomeLibrary:
    """Performs operations where the home is open, in this process if in no other. For any thread."""

    def __init__(self, home: Home, key: ApiKey) -> None:
        """`key`: what may be looked up."""
        self._home, self._key, self._protection = home, key, Protection(home)
        self._lock = threading.Lock()
        self._opened: Workspace | None = None
        self._closing = ExitStack()

    def perform(self, name: str, given: Mapping[str, Any]) -> Result:
        """The result of an operation. Raises AppError."""
        if (found := self._asked(name, given)) is not None:
            self.close()  # what is not needed as long as there is an owner
            return found
        return perform_for(self._workspace(), self._key, name, given)

    def prepare(self) -> None:
        """Open what the first look-up needs. Raises AppError."""
        channel = OwnerAddress(self._home, self._protection).connect()
        if channel is None:
            self._workspace()
        else:
            channel.close()

    def close(self) -> None:
        """Close what was opened; the next look-up opens it again."""
        with self._lock:
            self._closing.close()
            self._opened = None

    def _asked(self, name: str, given: Mapping[str, Any]) -> Result | None:
        """The owner's result; None where there is none. Raises what its AppErrors say."""
        key, answer = self._key, _Answer()
        asked = argparse.Namespace(
            verb="mcp", name=name, given=json.dumps(given), personas=key.personas, folders=key.folders
        )
        try:
            code = ask_owner(self._home, self._protection, packed(asked), answer)
        except OwnerLost:  # a look-up changes nothing, and can be made again
            return None
        return OPERATIONS[name].result.model_validate(answer.result) if code == 0 else None

    def _workspace(self) -> Workspace:
        with self._lock:
            if self._opened is None:
                space = Workspace(self._home, self._protection)
                self._closing.callback(space.close)
                space.library.folders()  # opens the ledger, or says why it cannot be
                self._closing.enter_context(watched(space)).join(_FIRST_SYNC_SECONDS)
                self._opened = space
            return self._opened


class _Answer:
    """Keeps the result of an operation that the owner reports."""

    as_json = True
    result: Mapping[str, Any] | None = None

    def report(self, result: Mapping[str, Any]) -> None:
        """Keep it."""
        self.result = result

    def stopping(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Nothing stops a look-up."""
        return nullcontext()

    def lines(self, history: Path | None) -> Iterator[str]:
        """Nobody types."""
        return iter(())


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Perform an operation for another process, in the workspace of this one."""
    limits = ApiKey(
        name="mcp", digest="", personas=tuple(arguments.personas), folders=tuple(arguments.folders), search_only=True
    )
    terminal.report(perform_for(workspace, limits, arguments.name, json.loads(arguments.given)).model_dump(mode="json"))
    return 0


def perform_for(space: Workspace, key: ApiKey, name: str, given: Mapping[str, Any]) -> Result:
    """The result of an operation, within what a key may look up. Raises AppError."""

    def persona_id(wanted: str) -> str:
        found = space.catalogue.find(wanted).id
        key.check_persona(found)
        space.prepare_persona(found)
        return found

    return perform(Lookups(space, key, persona_id), name, given)
