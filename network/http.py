"""HTTP: a client that announces every request, redirected ones too, as a connection."""

from collections.abc import Iterator
from urllib.request import getproxies, proxy_bypass

import httpx2

from network.connections import Connections, Traffic, announced


def http_client(connections: Connections, purpose: str, token: str = "") -> httpx2.Client:
    """A client that announces each request, follows redirects, and uses the system's proxy.

    `token`: sent as a bearer's, to the first host only. Its requests raise Offline, and httpx2's own errors.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = AnnouncedTransport(connections, purpose)
    return httpx2.Client(transport=transport, headers=headers, follow_redirects=True, timeout=None)


class AnnouncedTransport(httpx2.BaseTransport):
    """Announces each request, then sends it."""

    def __init__(self, connections: Connections, purpose: str) -> None:
        self._connections, self._purpose = connections, purpose
        self._transports: dict[str | None, httpx2.HTTPTransport] = {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the bytes of the response are counted as they are read."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        traffic = self._connections.announce(self._purpose, url.host, port)
        try:
            with announced():
                proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
                if proxy not in self._transports:
                    self._transports[proxy] = httpx2.HTTPTransport(proxy=proxy)
                response = self._transports[proxy].handle_request(request)
        except BaseException as error:
            traffic.end(f"failed: {type(error).__name__}")
            raise
        traffic.sent_bytes = int(request.headers.get("content-length", 0))
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _CountedStream(response.stream, traffic, response.status_code)
        return response

    def close(self) -> None:
        """Close the connections that are kept open."""
        for transport in self._transports.values():
            transport.close()


class _CountedStream(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, traffic: Traffic, status: int) -> None:
        self._stream, self._traffic, self._status = stream, traffic, status

    def __iter__(self) -> Iterator[bytes]:
        try:
            for data in self._stream:
                self._traffic.received_bytes += len(data)
                yield data
        except Exception as error:
            self._traffic.end(f"failed: {type(error).__name__}")
            raise

    def close(self) -> None:
        self._traffic.end("done" if self._status < 400 else f"failed: HTTP {self._status}")
        self._stream.close()
