"""Speaks HTTP to one server: announced, encrypted where it must be, never redirected, its failures put for people."""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Lock
from typing import Any

from engines.engine_settings import RemoteSettings
from engines.errors import AddressRefused, ServerRefused, ServerUnreachable
from engines.remote.server import parse_address, require_encryption
from network.connections import Connections

_MAX_ERROR_BYTES = 1 << 16
_MAX_JSON_BYTES = 1 << 24
_SHOWN_CHARACTERS = 300
_READ_BYTES = 1 << 16
_BROKE_OFF = "broke off in the middle"


class CancelledError(Exception):
    """The connection was cut on our side."""


class CancelToken:
    """A connection that any thread may cut."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self.is_cancelled = False

    def hold(self, opened: socket.socket) -> None:
        """Cut this socket when the time comes. Raises CancelledError when it has come."""
        with self._lock:
            if self.is_cancelled:
                raise CancelledError
            self._socket = opened

    def cut(self) -> None:
        """End the connection: whoever reads from it notices at once."""
        with self._lock:
            self.is_cancelled = True
            if self._socket:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


class RejectedError(Exception):
    """The server's answer was an error: for the caller to judge, or to raise as `refused`."""

    def __init__(self, status: int, message: str, details: Mapping[str, Any], refused: ServerRefused) -> None:
        super().__init__(message)
        self.status, self.message, self.details, self.refused = status, message, details, refused


class RemoteClient:
    """The paths of one server. Any thread; each request has a connection of its own."""

    def __init__(self, settings: RemoteSettings, connections: Connections, key: str) -> None:
        """Raises AddressRefused."""
        self.address = parse_address(settings.url)
        self._settings, self._connections, self._key = settings, connections, key
        if not settings.plain_http:
            require_encryption(self.address, self.address.host)

    def json(self, method: str, path: str, body: Mapping[str, Any] | None, purpose: str) -> Any:
        """A whole answer. Raises RejectedError, ServerUnreachable, ServerRefused, AddressRefused, Offline."""
        with self.answer(method, path, body, purpose, CancelToken()) as received:
            content = b"".join(self._limited(received))
        try:
            return json.loads(content)
        except ValueError as error:
            raise self.not_understood() from error

    @contextmanager
    def answer(
        self, method: str, path: str, body: Mapping[str, Any] | None, purpose: str, line: CancelToken
    ) -> Iterator[Iterator[bytes]]:
        """The bytes of an answer as they come. Raises as `json` does, and CancelledError once `line` is cut."""
        address = self.address
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        with self._connections.opened(purpose, address.host, address.port) as traffic, self._translated(line):
            try:
                with closing(self._connection()) as connection:
                    response = self._send(connection, method, path, sent, line)
                    traffic.sent_bytes = len(sent)
                    self._require_success(response)
                    yield _counted(response, traffic)
            except BaseException:
                if line.is_cancelled:
                    traffic.end("stopped")
                raise

    def not_understood(self) -> ServerRefused:
        """What to raise for an answer that is none."""
        hint = "Is it a server that speaks OpenAI's chat completions, and is the address right?"
        return ServerRefused(f"{self.address.host} answered something that is not understood", hint)

    def masked(self, text: str) -> str:
        """A text of the server's as it may be shown: short, on one line, without the key."""
        shown = text.replace(self._key, "…") if self._key else text
        return " ".join("".join(c if c.isprintable() else " " for c in shown).split())[:_SHOWN_CHARACTERS]

    def _connection(self) -> HTTPConnection:
        address, seconds = self.address, self._settings.connect_seconds
        if not address.secure:
            return HTTPConnection(address.host, address.port, timeout=seconds)
        import httpx2

        # The system's certificates on every platform, which the standard library does not find on all of them.
        return HTTPSConnection(address.host, address.port, timeout=seconds, context=httpx2.create_ssl_context())

    def _send(self, connection: HTTPConnection, method: str, path: str, body: bytes, line: CancelToken) -> HTTPResponse:
        connection.connect()
        assert connection.sock is not None
        line.hold(connection.sock)
        if not self._settings.plain_http:
            require_encryption(self.address, str(connection.sock.getpeername()[0]))
        connection.sock.settimeout(self._settings.silence_seconds)
        headers = {"Accept": "text/event-stream, application/json", "Connection": "close"}
        if body:
            headers["Content-Type"] = "application/json"
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        connection.request(method, self.address.root + path, body or None, headers)
        return connection.getresponse()

    def _require_success(self, response: HTTPResponse) -> None:
        if response.status < 300:
            return
        if response.status < 400:
            place = self.masked(response.headers.get("Location", "nowhere"))
            hint = f"It points to {place}. Carrel does not follow: set that address if you trust it."
            raise ServerRefused(f"{self.address.host} sends the question elsewhere", hint)
        message, details = _complaint(response.read(_MAX_ERROR_BYTES))
        shown = self.masked(message)
        raise RejectedError(response.status, shown, details, self._refusal(response.status, shown))

    def _refusal(self, status: int, message: str) -> ServerRefused:
        host, said = self.address.host, f" It says: {message}" if message else ""
        match status:
            case 401 | 403:
                hint = "Keep the right key with `carrel remote key`, or set CARREL_REMOTE_KEY."
                return ServerRefused(f"{host} does not accept the key", hint + said)
            case 404:
                return ServerRefused(f"{host} does not have that model, or no chat", "Check model and address." + said)
            case 429:
                return ServerRefused(f"{host} is asked too much at the moment", "Wait a little, then ask again." + said)
            case _ if status >= 500:
                return ServerRefused(f"{host} failed ({status})", "Try again; if it stays, look at the server." + said)
        return ServerRefused(f"{host} does not accept the question ({status})", said.strip() or "Check its settings.")

    @contextmanager
    def _translated(self, line: CancelToken) -> Iterator[None]:
        """What the network raises, put for people."""
        host, silent = self.address.host, "did not answer in time"
        try:
            yield
        except (ServerUnreachable, ServerRefused, AddressRefused, RejectedError, CancelledError):
            raise
        except (OSError, HTTPException, UnicodeError) as error:
            if line.is_cancelled:
                raise CancelledError from error
            match error:
                case ssl.SSLCertVerificationError():
                    hint = f"{error.verify_message}. Is it the right server? Its certificate must be one you trust."
                    raise ServerUnreachable(host, "cannot prove that it is itself", hint) from error
                case TimeoutError():
                    raise ServerUnreachable(host, silent) from error
                case ConnectionRefusedError() | socket.gaierror():
                    raise ServerUnreachable(host, "cannot be reached") from error
                case HTTPException() | ConnectionError() | ssl.SSLError():
                    raise ServerUnreachable(host, _BROKE_OFF, "Ask again, and look at the server.") from error
            raise ServerUnreachable(host, f"cannot be reached: {type(error).__name__}") from error

    def _limited(self, received: Iterator[bytes]) -> Iterator[bytes]:
        total = 0
        for data in received:
            total += len(data)
            if total > _MAX_JSON_BYTES:
                raise self.not_understood()
            yield data


def _counted(response: HTTPResponse, traffic: Any) -> Iterator[bytes]:
    while data := response.read1(_READ_BYTES):
        traffic.received_bytes += len(data)
        yield data


def _complaint(content: bytes) -> tuple[str, Mapping[str, Any]]:
    """What a server says went wrong, and its details: OpenAI's form, vLLM's older one, or plain text."""
    text = content.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except ValueError:
        return text, {}
    details = told.get("error", told) if isinstance(told, dict) else {}
    if isinstance(details, dict):
        return str(details.get("message") or details.get("detail") or ""), details
    return str(details), {}
