"""Download files over HTTP, complete or not at all: resumed where they stopped, verified by their checksum.

Made for the Hugging Face hub, whose listing of a repository states the size and checksum of each file beforehand, and
used for package indexes too.
API: huggingface.co/docs/hub/api; ranges: RFC 9110, sections 13.1.5 and 14.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx2

from network.download_job import DownloadFailed

SPARE_BYTES = 256 << 20  # to leave free on the disk
_SHA256_LENGTH = 64
_CHUNK_BYTES = 1 << 20
_CHECK_DISK_EVERY = 64  # chunks
_TIMEOUT_SECONDS = 30.0  # without a byte, before a retry
_TRIES = 5  # without a byte between them
_MAX_WAIT_SECONDS = 60.0
_MAX_LISTING_BYTES = 32 << 20
_OK, _PARTIAL_CONTENT, _RANGE_NOT_SATISFIABLE, _TOO_MANY_REQUESTS, _SERVER_ERROR = 200, 206, 416, 429, 500
_RETRY = "Check the connection, then try again. The download resumes where it stopped."
_LATER = "Try again later."
REFUSALS = {
    401: "Accept the terms on the model's page at the hub, then enter your token on the Models page.",
    403: "Accept the terms on the model's page at the hub first. Your token must be allowed to read it.",
    404: "The hub has no such model or file. Check the name, OWNER/MODEL.",
}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. `checksum`: its SHA-256, or git's blob hash (SHA-1). `at_hub`: the hub has it."""

    name: str
    url: str
    size: int
    checksum: str
    at_hub: bool = True

    def is_at(self, path: Path) -> bool:
        """Return True if the file at `path` has this size and checksum."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        blob = hashlib.sha1(f"blob {self.size}\0".encode(), usedforsecurity=False)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256" if len(self.checksum) == _SHA256_LENGTH else lambda: blob)
        return digest.hexdigest() == self.checksum


@dataclass(frozen=True, slots=True)
class Repository:
    """The hub's listing of a model. `revision`: hash of the commit."""

    name: str
    revision: str
    files: tuple[RemoteFile, ...]


def list_repository(client: httpx2.Client, name: str, endpoint: str, revision: str | None = None) -> Repository:
    """List the repository `name` (OWNER/MODEL) at `revision`; None: the newest. Raises Offline, DownloadFailed."""
    at = f"/revision/{quote(revision, safe='')}" if revision else ""
    url = f"{endpoint}/api/models/{quote(name)}{at}?blobs=true"
    try:
        listing = _fetch_listing(client, name, url)
        base = f"{endpoint}/{quote(name)}/resolve/{listing['sha']}"
        files = tuple(_remote_file(base, entry) for entry in listing["siblings"])
        found = Repository(name, str(listing["sha"]), files)
    except (_Interrupted, httpx2.HTTPError) as error:
        raise DownloadFailed(
            f"Cannot reach the hub: {_reason(error)}", "Check the connection, then try again."
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DownloadFailed(f"The hub's listing of {name} cannot be read.", "Try again later.") from error
    if revision and found.revision != revision:
        why = f"The hub offers revision {found.revision} of {name} instead of {revision}."
        raise DownloadFailed(why, "Nothing was installed. Try again later.")
    return found


def check_room(folder: Path, total_bytes: int) -> None:
    """Raise DownloadFailed if so much, less what is already in `folder`, does not fit on its disk."""
    folder.mkdir(parents=True, exist_ok=True)
    present = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    missing = total_bytes + SPARE_BYTES - present - shutil.disk_usage(folder).free
    if missing > 0:
        raise DownloadFailed(
            f"There is not enough space in {folder.parent}.", f"Free up {missing / 2**20:,.0f} MiB, then try again."
        )


def download_file(client: httpx2.Client, file: RemoteFile, folder: Path) -> Path:
    """Download the file into `folder` and verify it; resumes an earlier try. Raises Offline, DownloadFailed."""
    path = folder / file.name
    if file.is_at(path):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{file.checksum[:16]}.part")
    try:
        part.touch()
        _download_rest(client, file, part)
        if not file.is_at(part):
            part.unlink()
            _tag(part).unlink(missing_ok=True)
            raise DownloadFailed(f"{file.name} does not match the stated checksum.", "Try again later.")
        part.replace(path)
    except httpx2.HTTPError as error:
        raise DownloadFailed(f"Cannot download {file.name}: {_reason(error)}", _RETRY) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            hint = "Free up space, then try again. The download resumes where it stopped."
            raise DownloadFailed(f"The disk of {part.parent} is full.", hint) from error
        raise DownloadFailed(f"Cannot write {part.name}: {error.strerror or error}", _RETRY) from error
    _tag(part).unlink(missing_ok=True)
    return path


class _Interrupted(Exception):
    """The connection broke, or the server failed. `wait_seconds`: until the next try, if the server says so."""

    def __init__(self, why: str, wait_seconds: float | None = None) -> None:
        super().__init__(why)
        self.wait_seconds = wait_seconds


def _reason(error: Exception) -> str:
    """Return what went wrong, for people: without numbers of errors, which libraries put first."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "its address was not found. Is this computer online?"
        cause = cause.__cause__ or cause.__context__
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


def _fetch_listing(client: httpx2.Client, name: str, url: str) -> Any:
    for failures in range(1, _TRIES + 1):
        try:
            with client.stream("GET", url, timeout=_TIMEOUT_SECONDS) as response:
                _require_success(response, name)
                data = b""
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > _MAX_LISTING_BYTES:
                        raise ValueError("too long")
                return json.loads(data)
        except _Interrupted as error:
            if failures == _TRIES:
                raise
            _wait(error, failures)


def _download_rest(client: httpx2.Client, file: RemoteFile, part: Path) -> None:
    failures, most = 0, part.stat().st_size
    while (start := part.stat().st_size) != file.size:
        try:
            _continue(client, file, part, start if start < file.size else 0)
        except (_Interrupted, httpx2.TransportError) as error:
            arrived = part.stat().st_size
            failures, most = (1, arrived) if arrived > most else (failures + 1, most)
            if failures >= _TRIES:
                raise DownloadFailed(f"Cannot download {file.name}: {_reason(error)}", _RETRY) from error
            _wait(error, failures)


def _wait(error: Exception, failures: int) -> None:
    asked = error.wait_seconds if isinstance(error, _Interrupted) else None
    time.sleep(min(_MAX_WAIT_SECONDS, 2.0**failures if asked is None else asked))


def _continue(client: httpx2.Client, file: RemoteFile, part: Path, start: int) -> None:
    """Append the rest from `start`. A server that has another version, or ignores ranges, sends the file from 0."""
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if tag := _tag(part).read_text("utf-8") if _tag(part).exists() else "":
            headers["If-Range"] = tag
    with client.stream("GET", file.url, headers=headers, timeout=_TIMEOUT_SECONDS) as response:
        if response.status_code == _RANGE_NOT_SATISFIABLE:
            os.truncate(part, 0)
            raise _Interrupted("the server's file is shorter than the partial one")
        _require_success(response, file.name, at_hub=file.at_hub)
        partial = response.status_code == _PARTIAL_CONTENT
        if partial and not response.headers.get("content-range", "").startswith(f"bytes {start}-"):
            os.truncate(part, 0)
            raise _Interrupted("the server sent another range than requested")
        tag = response.headers.get("etag", "")
        if tag and not tag.startswith("W/"):  # a weak one does not vouch for single bytes (RFC 9110, 13.1.5)
            _tag(part).write_text(tag, "utf-8")
        else:
            _tag(part).unlink(missing_ok=True)
        _append(response, file, part, start if partial else 0)


def _append(response: httpx2.Response, file: RemoteFile, part: Path, start: int) -> None:
    with part.open("ab") as target:
        target.truncate(start)
        target.seek(start)
        for count, chunk in enumerate(response.iter_bytes(_CHUNK_BYTES)):
            if target.tell() + len(chunk) > file.size:
                target.truncate(0)
                raise DownloadFailed(f"{file.name} is longer than stated.", "It was deleted. Try again later.")
            if count % _CHECK_DISK_EVERY == 0 and shutil.disk_usage(part.parent).free < len(chunk) + SPARE_BYTES // 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            target.write(chunk)
        if target.tell() < file.size:
            raise _Interrupted("the connection ended early")


def _require_success(response: httpx2.Response, what: str, *, at_hub: bool = True) -> None:
    status = response.status_code
    if status in (_OK, _PARTIAL_CONTENT):
        return
    if status in (408, _TOO_MANY_REQUESTS) or status >= _SERVER_ERROR:
        wait = response.headers.get("retry-after", "")
        raise _Interrupted(f"HTTP {status}", float(wait) if wait.isdecimal() else None)
    hint = REFUSALS.get(status, _LATER) if at_hub else _LATER
    raise DownloadFailed(f"Cannot download {what}: {response.url.host} answered HTTP {status}.", hint)


def _tag(part: Path) -> Path:
    """The file that holds the ETag of the version that `part` comes from."""
    return part.with_suffix(".etag")


def _remote_file(base: str, entry: Any) -> RemoteFile:
    name = str(entry["rfilename"])
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or ":" in name:
        raise ValueError("a file outside the repository")
    large = entry.get("lfs")
    checksum, size = (large["sha256"], large["size"]) if large else (entry["blobId"], entry["size"])
    if type(size) is not int or size < 0 or len(str(checksum)) not in (40, _SHA256_LENGTH):
        raise ValueError("no size or checksum")
    return RemoteFile(name, f"{base}/{quote(name)}", size, str(checksum))
