"""Speaks HTTP to one server: announced, encrypted where it must be, never redirected; translates its failures."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Lock, Timer
from typing import Any

from engines.engine_settings import RemoteSettings
from engines.errors import AddressRefused, QuestionRefused, ServerRefused, ServerUnreachable
from engines.remote.server import parse_address, require_encryption
from network import Connections

_MAX_ERROR_BYTES = 1 << 16
_MAX_JSON_BYTES = 1 << 24
_MAX_ANSWER_BYTES = 1 << 28  # a streamed token takes some 300 bytes: more tokens than any window holds
_JSON_SECONDS = 60.0
_SHOWN_CHARACTERS = 300
_READ_BYTES = 1 << 16


class CancelledError(Exception):
    """The request was cancelled on our side."""


class CancelToken:
    """Cancels a request from any thread, by closing its connection. `is_expired`: because its time was over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self.is_cancelled = self.is_expired = False

    def attach(self, opened: socket.socket) -> None:
        """Close this socket on `cancel`. Raises CancelledError when that was called already."""
        with self._lock:
            if self.is_cancelled:
                raise CancelledError
            self._socket = opened

    def cancel(self) -> None:
        """End the connection: whoever reads from it notices at once."""
        with self._lock:
            self.is_cancelled = True
            self._hang_up()

    def expire(self) -> None:
        """End the connection because its time is over."""
        with self._lock:
            self.is_expired = True
            self._hang_up()

    def _hang_up(self) -> None:
        if self._socket:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def expiring_after(self, seconds: float) -> Iterator[None]:
        """Expire if the block lasts longer, however slowly the server sends."""
        timer = Timer(seconds, self.expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class RejectedError(Exception):
    """The server answered with an error: for the caller to judge, or to raise as `refused`."""

    def __init__(self, status: int, message: str, details: Mapping[str, Any], refused: ServerRefused) -> None:
        super().__init__(message)
        self.status, self.message, self.details, self.refused = status, message, details, refused


class RemoteClient:
    """Requests to one server. Any thread; each request has a connection of its own."""

    def __init__(self, settings: RemoteSettings, connections: Connections, key: str) -> None:
        """Check the address; connects to nothing. Raises AddressRefused."""
        self.address = parse_address(settings.url)
        self._settings, self._connections, self._key = settings, connections, key
        if not settings.plain_http:
            require_encryption(self.address, self.address.host)

    def json(self, method: str, path: str, body: Mapping[str, Any] | None, purpose: str) -> Any:
        """A whole answer. Raises RejectedError, ServerUnreachable, ServerRefused, AddressRefused, Offline."""
        content = self.whole(method, path, body, purpose, _JSON_SECONDS)
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self.not_understood() from error

    def whole(
        self, method: str, path: str, body: Mapping[str, Any] | None, purpose: str, limit_seconds: float
    ) -> bytes:
        """The bytes of a whole answer. Raises as `json` does."""
        content = bytearray()
        with self.answer(method, path, body, purpose, CancelToken(), limit_seconds) as received:
            for data in received:
                content += data
                if len(content) > _MAX_JSON_BYTES:
                    raise self.not_understood()
        return bytes(content)

    @contextmanager
    def answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        purpose: str,
        token: CancelToken,
        limit_seconds: float,
    ) -> Iterator[Iterator[bytes]]:
        """The bytes of an answer as they come. Raises as `json` does, and CancelledError once `token` is cancelled."""
        address, seconds = self.address, self._settings.connect_seconds
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        with self._connections.opened(purpose, address.host, address.port) as traffic, self._translated(token):
            try:
                if address.secure:
                    context = _tls_context()
                    connection: HTTPConnection = HTTPSConnection(
                        address.host, address.port, timeout=seconds, context=context
                    )
                else:
                    connection = HTTPConnection(address.host, address.port, timeout=seconds)
                with closing(connection), token.expiring_after(limit_seconds):
                    response = self._send(connection, method, path, sent, token)
                    traffic.sent_bytes = len(sent)
                    self._require_success(response)

                    def received() -> Iterator[bytes]:
                        while data := response.read1(_READ_BYTES):
                            traffic.received_bytes += len(data)
                            if traffic.received_bytes > _MAX_ANSWER_BYTES:
                                raise self.not_understood()
                            yield data
                        if token.is_expired:  # to the reader it looks like an end
                            raise TimeoutError

                    yield received()
            except BaseException:
                if token.is_cancelled:
                    traffic.end("stopped")
                raise

    def not_understood(self) -> ServerRefused:
        """The error to raise for an invalid answer."""
        hint = "Is it a server for OpenAI's chat completions, and is the address right?"
        return ServerRefused(f"{self.address.host} sent an answer that Carrel does not understand", hint)

    def _send(
        self, connection: HTTPConnection, method: str, path: str, body: bytes, token: CancelToken
    ) -> HTTPResponse:
        connection.connect()
        assert connection.sock is not None
        token.attach(connection.sock)
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
        """Raises ServerRefused for a redirection, RejectedError for an error."""
        if response.status < 300:
            return
        host = self.address.host
        if response.status < 400:
            location = self._masked(response.headers.get("Location", "nowhere"))
            hint = f"It points to {location}. Carrel follows no redirection: set that address if you trust it."
            raise ServerRefused(f"{host} redirects the question", hint)
        message, details = _parse_error(response.read(_MAX_ERROR_BYTES))
        message = self._masked(message)
        told = f" It says: {message}" if message else ""
        match response.status:
            case 401 | 403:
                hint = "Store the right key with `carrel remote key`, or set CARREL_REMOTE_KEY."
                refused = ServerRefused(f"{host} does not accept the key", hint + told)
            case 404:
                hint = "Check the model and the address."
                refused = ServerRefused(f"{host} does not have that model, or no chat", hint + told)
            case 429:
                refused = ServerRefused(f"{host} has too many requests", "Wait a moment, then ask again." + told)
            case status if status >= 500:
                hint = "Try again; if it fails again, check the server."
                refused = ServerRefused(f"{host} failed ({status})", hint + told)
            case status:
                hint = told.strip() or "Check its settings."
                refused = QuestionRefused(f"{host} does not accept the question ({status})", hint)
        raise RejectedError(response.status, message, details, refused)

    def _masked(self, text: str) -> str:
        """A text of the server's as it may be shown: short, on one line, without the key."""
        shown = text.replace(self._key, "…") if self._key else text
        return " ".join("".join(c if c.isprintable() else " " for c in shown).split())[:_SHOWN_CHARACTERS]

    @contextmanager
    def _translated(self, token: CancelToken) -> Iterator[None]:
        """Translate the errors of the network within the block."""
        host = self.address.host
        try:
            yield
        except (ServerUnreachable, ServerRefused, AddressRefused, RejectedError, CancelledError):
            raise
        except (OSError, HTTPException, UnicodeError) as error:
            if token.is_cancelled:
                raise CancelledError from error
            if token.is_expired:
                raise ServerUnreachable(host, "takes too long to answer") from error
            match error:
                case ssl.SSLCertVerificationError():
                    hint = f"{error.verify_message}. Is it the right server? Its certificate must be one you trust."
                    raise ServerUnreachable(host, "cannot prove its identity", hint) from error
                case TimeoutError():
                    raise ServerUnreachable(host, "did not answer in time") from error
                case ConnectionRefusedError() | socket.gaierror():
                    raise ServerUnreachable(host, "cannot be reached") from error
                case HTTPException() | ConnectionError() | ssl.SSLError():
                    hint = "Ask again, and check the server."
                    raise ServerUnreachable(host, "broke off in the middle", hint) from error
            raise ServerUnreachable(host, f"cannot be reached: {type(error).__name__}") from error


def _tls_context() -> ssl.SSLContext:
    """The system's certificates on every platform, which the standard library does not find on all of them."""
    import httpx2

    return httpx2.create_ssl_context()


def _parse_error(content: bytes) -> tuple[str, Mapping[str, Any]]:
    """The message and details of an error: in OpenAI's form, vLLM's older one, or plain text."""
    text = content.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return text, {}
    details = told.get("error", told) if isinstance(told, dict) else {}
    if isinstance(details, dict):
        return str(details.get("message") or details.get("detail") or ""), details
    return str(details), {}
