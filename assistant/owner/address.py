"""Where the owner of a home listens, and the secret that it shares with the other processes of its user."""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from multiprocessing.connection import Client
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from assistant.home import Home
from assistant.owner.channel import Channel, ChannelClosed
from assistant.passphrase.protection import Protection

_SECRET_BYTES = 32
_LONGEST_SOCKET_PATH = 100  # bytes: Linux takes 107, macOS 103


class OwnerAddress:
    """The address of a home's owner, in a file that only its user can read."""

    def __init__(self, home: Home, protection: Protection) -> None:
        """`protection`: of an encrypted home, whose secret is derived from its key and stands in no file."""
        self._home, self._protection = home, protection
        self._file = home.path / "owner.json"
        self._lock: BaseFileLock = FileLock(home.path / "owner.lock", thread_local=False)

    def take(self) -> str | None:
        """An address to listen on, as the owner from now on; None where another process is. Removes one left behind."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return None
        self._clear()
        return self._new_address()

    def publish(self, address: str) -> None:
        """Let others find the address."""
        fresh = self._file.with_suffix(".new")
        own = {} if self._home.has_passphrase else {"secret": secrets.token_hex(_SECRET_BYTES)}
        fresh.write_text(json.dumps({"address": address, **own}), "utf-8")
        fresh.chmod(0o600)
        fresh.replace(self._file)

    def give_up(self) -> None:
        """Let another process be the owner; nothing happens where another is."""
        if self._lock.is_locked:
            self._clear()
            self._lock.release()

    def connect(self) -> Channel | None:
        """A connection to the owner, not proven yet; None where there is none. Removes what a killed one left."""
        address = self._read().get("address")
        if not address:
            return None
        try:
            return Channel(Client(address))
        except OSError:
            with suppress(Timeout), self._lock.acquire(timeout=0):
                self._clear()
            return None

    def secret(self) -> bytes:
        """What both sides know. Raises HomeLocked, PassphraseWrong, and ChannelClosed where an owner has just ended."""
        if key := self._protection.home_key():
            return key.owner
        secret = self._read().get("secret", "")
        if len(secret) != 2 * _SECRET_BYTES:
            raise ChannelClosed
        return bytes.fromhex(secret)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _clear(self) -> None:
        left = self._read().get("address", "")
        with suppress(OSError):
            if sys.platform != "win32" and left:
                Path(left).unlink(missing_ok=True)
                if Path(left).parent != self._home.path:
                    Path(left).parent.rmdir()
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _new_address(self) -> str:
        if sys.platform == "win32":
            return rf"\\.\pipe\carrel-{secrets.token_hex(16)}"
        here = self._home.path / "owner.sock"
        if len(os.fsencode(here)) <= _LONGEST_SOCKET_PATH:
            here.unlink(missing_ok=True)
            return str(here)
        return str(Path(tempfile.mkdtemp(prefix="carrel-")) / "owner.sock")  # which its user alone can open
