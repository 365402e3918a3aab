"""The library of a home, opened by this process at the first look-up and kept up to date while it runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from assistant.home import Home
from assistant.workspace import Workspace
from serving.access import ApiKey
from serving.command import watched
from serving.mcp.lookups import Lookups
from serving.mcp.operations import perform
from serving.mcp.results import Result

_FIRST_SYNC_SECONDS = 10.0  # that the first look-up waits for changed files; hosts wait for 30 to 60


class OwnLibrary:
    """Performs operations in this process. For any thread."""

    def __init__(self, home: Home, key: ApiKey) -> None:
        """`key`: what may be looked up; names of personas in it need not be ids."""
        self._home, self._key = home, key
        self._lock = threading.Lock()
        self._opened: Workspace | None = None
        self._closing = ExitStack()

    def perform(self, name: str, given: Mapping[str, Any]) -> Result:
        """The result of an operation. Raises AppError."""
        return perform_for(self._workspace(), self._key, name, given)

    def close(self) -> None:
        """Close what was opened; the next look-up opens it again."""
        with self._lock:
            self._closing.close()
            self._opened = None

    def _workspace(self) -> Workspace:
        with self._lock:
            if self._opened is None:
                space = Workspace(self._home)
                self._closing.callback(space.close)
                space.library.folders()  # opens the ledger, or says why it cannot be
                self._closing.enter_context(watched(space)).join(_FIRST_SYNC_SECONDS)
                self._opened = space
            return self._opened


def perform_for(space: Workspace, key: ApiKey, name: str, given: Mapping[str, Any]) -> Result:
    """The result of an operation, within what a key may look up. Raises AppError."""

    def persona_id(wanted: str) -> str:
        found = space.catalogue.find(wanted).id
        key.check_persona(found)
        space.prepare_persona(found)
        return found

    return perform(Lookups(space, key, persona_id), name, given)
