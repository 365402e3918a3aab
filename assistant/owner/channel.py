"""Messages between two processes of one home, over a socket that only its user can open.

Each proves to the other that it knows the home's secret, so neither talks to a stranger that took the address. A
message is JSON, a list of its kind and its values: nothing that is received can run code.
"""

from __future__ import annotations

import hmac
import json
import secrets
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from errors import AppError

VERSION = 1  # of the messages
SECONDS_TO_PROVE = 5.0  # a process that has been stopped must not stop others
_MOST_BYTES = 1 << 28  # of a message: a report with every candidate of a search has some megabytes
_PROOF_BYTES = 1_000
Message = list[Any]


class ChannelClosed(Exception):
    """The other process is gone, or is not the one that it should be."""


class OwnerLost(AppError):
    """The process that was answering has ended."""

    def __init__(self) -> None:
        super().__init__("The Carrel that was answering has ended", "Ask again: it is answered without it then.")


class Channel:
    """An open connection. One thread may send while another receives."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, kind: str, *values: object) -> None:
        """Send a message. Raises ChannelClosed."""
        try:
            self._connection.send_bytes(json.dumps([kind, *values]).encode())
        except OSError as error:
            raise ChannelClosed from error

    def receive(self, *, most_bytes: int = _MOST_BYTES, within_s: float | None = None) -> Message:
        """The next message; waits for it. Raises ChannelClosed."""
        try:
            if within_s is not None and not self._connection.poll(within_s):
                raise ChannelClosed
            message = json.loads(self._connection.recv_bytes(most_bytes))
        except (OSError, EOFError, ValueError, RecursionError) as error:
            raise ChannelClosed from error
        if not isinstance(message, list) or not message:
            raise ChannelClosed
        return message

    def prove(self, secret: bytes, role: str, other: str) -> None:
        """Prove to the other side that this one knows the secret, and have it do the same. Raises ChannelClosed."""
        nonce = secrets.token_hex(32)
        self.send("nonce", VERSION, nonce)
        told = self.receive(most_bytes=_PROOF_BYTES, within_s=SECONDS_TO_PROVE)
        if told[:2] != ["nonce", VERSION]:
            raise ChannelClosed
        theirs = str(told[2:])
        self.send("proof", _proof(secret, role, str([nonce]), theirs))
        proof = self.receive(most_bytes=_PROOF_BYTES, within_s=SECONDS_TO_PROVE)[1:]
        if not hmac.compare_digest(str(proof), str([_proof(secret, other, theirs, str([nonce]))])):
            raise ChannelClosed

    def close(self) -> None:
        """Close it."""
        with suppress(OSError):
            self._connection.close()


def _proof(secret: bytes, role: str, own: str, theirs: str) -> str:
    return hmac.digest(secret, f"{role} {own} {theirs}".encode(), "sha256").hex()
