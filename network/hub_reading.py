"""Reading parts of the hub's files, without downloading them: small files whole, others by ranges.

Ranges: RFC 9110, section 14.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from network.connections import Connections
from network.download_job import DownloadFailed, hub_address
from network.downloads import REFUSALS, RemoteFile, Repository, list_repository
from network.http import http_client

_TIMEOUT_SECONDS = 30.0  # without a byte
_OK, _PARTIAL_CONTENT, _ERROR = 200, 206, 400
_RETRY = "Check the connection, then try again."


class HubReader:
    """A repository of the hub, and the bytes of its files. `received_bytes`: of files, so far."""

    def __init__(self, client: httpx2.Client, name: str) -> None:
        """List the repository `name`, OWNER/MODEL. Raises Offline, DownloadFailed."""
        self._client = client
        self.repository: Repository = list_repository(client, name, hub_address())
        self.received_bytes = 0

    def read(self, file: RemoteFile, begin: int, size: int) -> bytes:
        """`size` bytes of the file from `begin` on, fewer at its end. Raises Offline, DownloadFailed."""
        size = min(size, file.size - begin)
        if size <= 0:
            return b""
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={begin}-{begin + size - 1}"}
        try:
            with self._client.stream("GET", file.url, headers=headers, timeout=_TIMEOUT_SECONDS) as response:
                self._check(response, file, begin)
                data = b""
                for chunk in response.iter_bytes():
                    data += chunk[: size - len(data)]
                    if len(data) == size:  # a server that ignores ranges goes on to the end of the file
                        break
        except httpx2.HTTPError as error:
            raise _failed(file, str(error), _RETRY) from error
        self.received_bytes += len(data)
        if len(data) < size:
            raise _failed(file, "the connection ended early", _RETRY)
        return data

    def _check(self, response: httpx2.Response, file: RemoteFile, begin: int) -> None:
        """Raise DownloadFailed unless the response begins at `begin`."""
        status, place = response.status_code, response.headers.get("content-range", "")
        if (status == _PARTIAL_CONTENT and place.startswith(f"bytes {begin}-")) or (status == _OK and not begin):
            return
        if status in REFUSALS:
            raise _failed(file, f"the hub answered HTTP {status}", REFUSALS[status])
        why = f"the hub answered HTTP {status}" if status >= _ERROR else "the hub does not send parts of files"
        raise _failed(file, why, "Try again later.")


def _failed(file: RemoteFile, why: str, hint: str) -> DownloadFailed:
    return DownloadFailed(f"Cannot download {file.name}: {why}", hint)


@contextmanager
def open_hub(name: str, connections: Connections, token: str = "") -> Iterator[HubReader]:
    """A reader of the repository `name`, OWNER/MODEL. Raises Offline, DownloadFailed."""
    with http_client(connections, f"reading the header of {name}", token) as client:
        yield HubReader(client, name)
