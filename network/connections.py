"""The gateway for every connection to another machine: the offline switch, and a log for people.

Code that connects announces it to a `Connections` first, which refuses while Carrel is offline and logs the host, the
purpose and the number of bytes, never the content. `guard_process` enforces that: from then on the process refuses
connections that were not announced. Native code (LanceDB's object stores) is beyond the guard and announces itself by
`Connections.note`.
"""

import json
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from sys import addaudithook
from typing import Any

from errors import AppError

OFFLINE_VARIABLE = "CARREL_OFFLINE"
_LOG_BYTES = 1 << 20  # some four thousand connections; as many again are kept in the file before
_announced: ContextVar[bool] = ContextVar("announced", default=False)
log = logging.getLogger("carrel.connections")


class Offline(AppError):
    """The offline switch is on, and the host is another machine."""

    def __init__(self, purpose: str, host: str) -> None:
        hint = f"To allow it, set offline = false under [network] in the settings and unset {OFFLINE_VARIABLE}."
        super().__init__(f"Carrel is offline: {purpose} cannot connect to {host}", hint)


class ConnectionForbidden(AppError, OSError):
    """Code tried to reach another machine unannounced. An OSError, so that the code treats it as a network failure."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"An unannounced connection to {host} was refused", "This is a bug in Carrel. Please report it."
        )


class LogUnwritable(AppError):
    """A connection could not be logged, and was not opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A line of the log. `began`: seconds since the epoch. Bytes: of the content, without TLS.

    `port`: 0 for a program on this machine that asks by none.

    `outcome`: `open` until it ends, also where the process was killed; `done`, `stopped`, `refused: …` or `failed: …`.
    """

    id: str
    purpose: str
    host: str
    port: int
    began: float
    seconds: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0
    outcome: str = "open"


class Traffic:
    """An open connection. Its user adds to the counts and ends it."""

    def __init__(self, opened: Connection, write: Callable[[Connection], None]) -> None:
        self.sent_bytes = self.received_bytes = 0
        self._opened, self._write = opened, write
        self._ended = False

    def end(self, outcome: str) -> None:
        """Log the outcome. Only the first call counts."""
        if not self._ended:
            self._ended = True
            self._write(
                replace(
                    self._opened,
                    seconds=round(time.time() - self._opened.began, 3),
                    sent_bytes=self.sent_bytes,
                    received_bytes=self.received_bytes,
                    outcome=outcome,
                )
            )


class Connections:
    """Opens and lists connections. Any thread, and several processes with one log."""

    def __init__(self, log_file: Path, offline: Callable[[], bool] = lambda: False) -> None:
        """`offline`: returns the person's current choice; the environment can only forbid more."""
        self.log_file = log_file
        self._offline = offline

    @property
    def offline(self) -> bool:
        """True if connections to other machines are refused."""
        return self._offline() or forbidden_by_environment()

    def announce(self, purpose: str, host: str, port: int) -> Traffic:
        """Announce a connection, to open inside `announced`. `purpose`: for people, such as `download of bge-m3`.

        Raises Offline, and LogUnwritable: a connection that cannot be logged is not opened.
        """
        opened = Connection(id=uuid.uuid4().hex[:12], purpose=purpose, host=host, port=port, began=time.time())
        refused = self.offline and not is_this_machine(host)
        self._write(replace(opened, outcome="refused: offline") if refused else opened)
        if refused:
            raise Offline(purpose, host)
        return Traffic(opened, self._write)

    @contextmanager
    def opened(self, purpose: str, host: str, port: int) -> Iterator[Traffic]:
        """Announce a connection for the length of a block, and log its outcome. Raises as `announce` does."""
        traffic = self.announce(purpose, host, port)
        try:
            with announced():
                yield traffic
        except BaseException as error:
            traffic.end(f"failed: {type(error).__name__}")
            raise
        traffic.end("done")

    def note(self, purpose: str, host: str, port: int) -> None:
        """Log a connection whose bytes cannot be counted. Raises as `announce` does."""
        self.announce(purpose, host, port).end("done: not counted")

    def history(self) -> list[Connection]:
        """The connections in the log, oldest first, without damaged lines. Raises AppError."""
        found: dict[str, Connection] = {}
        for file in (_before(self.log_file), self.log_file):
            try:
                lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
            except OSError as error:
                raise AppError(f"The connection log {file} cannot be read", str(error.strerror or error)) from error
            for line in lines:
                with suppress(ValueError, TypeError, KeyError):
                    row = json.loads(line)
                    found[row["id"]] = Connection(**{field.name: row[field.name] for field in fields(Connection)})
        return list(found.values())

    def _write(self, connection: Connection) -> None:
        from filelock import FileLock  # takes 17 ms to load, which a start has no need of

        line = json.dumps(asdict(connection), ensure_ascii=False) + "\n"
        try:
            self.log_file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.log_file.with_suffix(".lock")):
                if self.log_file.exists() and self.log_file.stat().st_size + len(line) > _LOG_BYTES:
                    self.log_file.replace(_before(self.log_file))
                with self.log_file.open("a", encoding="utf-8") as file:
                    file.write(line)
        except OSError as error:
            hint = f"{error.strerror or error}. No connection is opened without a line in the log."
            raise LogUnwritable(f"The connection log {self.log_file} cannot be written", hint) from error


def forbidden_by_environment() -> bool:
    """True if CARREL_OFFLINE forbids connections, whatever the settings say."""
    return os.environ.get(OFFLINE_VARIABLE, "") not in ("", "0")


@contextmanager
def announced() -> Iterator[None]:
    """Let this thread connect while the block runs, as it has announced the connection to a `Connections`."""
    token = _announced.set(True)
    try:
        yield
    finally:
        _announced.reset(token)


@cache
def guard_process() -> None:
    """Refuse connections of this process outside `announced`, until it ends. Loopback stays free.

    Python asks an audit hook before it looks up a name, connects a socket or sends to one (PEP 578).
    """
    addaudithook(_refuse_unannounced)


def is_this_machine(host: str) -> bool:
    """True if a connection to `host`, a name or an address, stays on this machine."""
    name = host.lower().strip("[]").rstrip(".")
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_unannounced(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket.") or _announced.get():
        return
    host = _destination(event, arguments)
    if host is not None and not is_this_machine(host):
        log.warning("Refused an unannounced connection to %s.", host)
        raise ConnectionForbidden(host)


def _destination(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The host that an event of the socket module is about to reach, or None."""
    match event, arguments:
        # SocketType: what socket.socket is made from, and can be used without it.
        case "socket.connect" | "socket.sendto" | "socket.sendmsg", (socket.SocketType(family=family), (host, *_)):
            return str(host) if family in (socket.AF_INET, socket.AF_INET6) else None
        case "socket.getnameinfo", ((host, *_),):
            return str(host)
        case "socket.getaddrinfo" | "socket.gethostbyname" | "socket.gethostbyaddr", (str() | bytes() as host, *_):
            return host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return None


def _before(log_file: Path) -> Path:
    return log_file.with_suffix(f".1{log_file.suffix}")
