"""Download files over HTTP, complete or not at all: resumed where they broke off, verified by their checksum.

Made for the Hugging Face hub, whose listing of a repository states the size and checksum of each file beforehand.
API: huggingface.co/docs/hub/api; ranges: RFC 9110, sections 13.1.5 and 14.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx2

from errors import AppError

SPARE_BYTES = 256 << 20  # that the disk should keep
_SHA256_LENGTH = 64
_PIECE_BYTES = 1 << 20
_CHECK_DISK_EVERY = 64  # pieces
_TIMEOUT_SECONDS = 30.0  # without a byte; then it is asked again
_TRIES = 5  # without a byte between them
_MOST_WAIT_SECONDS = 60.0
_MAX_LISTING_BYTES = 32 << 20
_TOO_MANY, _SERVER_TROUBLE, _WHOLE, _PART, _BEYOND = 429, 500, 200, 206, 416
_AGAIN = "Check the connection, then try again: the download resumes where it stopped."
_REFUSALS = {
    401: "The model is private, or its licence has to be accepted on its page first.",
    403: "The licence has to be accepted on the model's page first.",
    404: "There is no such model or file on the hub. Check the name, as OWNER/MODEL.",
}


class DownloadFailed(AppError):
    """A file could not be downloaded, or is not the stated one. What has arrived is kept for the next try."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. `checksum`: its SHA-256, or git's blob hash (SHA-1) for a small file."""

    name: str
    url: str
    size: int
    checksum: str

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
        found = _repository(name, endpoint, _fetch_listing(client, name, url))
    except (_Interrupted, httpx2.HTTPError) as error:
        raise DownloadFailed(f"The hub cannot be reached: {error}", "Check the connection, then try again.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DownloadFailed(f"The hub's listing of {name} cannot be understood.", "Try again later.") from error
    if revision and found.revision != revision:
        why = f"The hub offers revision {found.revision} of {name} instead of {revision}."
        raise DownloadFailed(why, "Nothing was installed. Try again later.")
    return found


def check_room(folder: Path, files: Sequence[RemoteFile]) -> None:
    """Raise DownloadFailed if the files, less what is already in `folder`, do not fit on its disk."""
    folder.mkdir(parents=True, exist_ok=True)
    present = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    missing = sum(file.size for file in files) + SPARE_BYTES - present - shutil.disk_usage(folder).free
    if missing > 0:
        raise DownloadFailed(
            f"There is too little room in {folder.parent}.", f"Free up {missing / 2**20:,.0f} MiB more, then try again."
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
        _fill(client, file, part)
        if not file.is_at(part):
            part.unlink()
            _tag(part).unlink(missing_ok=True)
            raise DownloadFailed(f"{file.name} does not have the checksum that the hub stated.", "Try again later.")
        part.replace(path)
    except httpx2.HTTPError as error:
        raise DownloadFailed(f"{file.name} could not be downloaded: {error}", _AGAIN) from error
    except OSError as error:
        raise _unwritable(error, part) from error
    _tag(part).unlink(missing_ok=True)
    return path


class _Interrupted(Exception):
    """The connection broke, or the server is in trouble. `wait_seconds`: until the next try, if the server said so."""

    def __init__(self, why: str, wait_seconds: float | None = None) -> None:
        super().__init__(why)
        self.wait_seconds = wait_seconds


def _fetch_listing(client: httpx2.Client, name: str, url: str) -> Any:
    for failures in range(1, _TRIES + 1):
        try:
            with client.stream("GET", url, timeout=_TIMEOUT_SECONDS) as response:
                _require_success(response, name)
                return json.loads(_limited(response))
        except _Interrupted as error:
            if failures == _TRIES:
                raise
            _wait(error, failures)


def _fill(client: httpx2.Client, file: RemoteFile, part: Path) -> None:
    failures, most = 0, part.stat().st_size
    while (begun := part.stat().st_size) != file.size:
        try:
            _read_on(client, file, part, begun if begun < file.size else 0)
        except (_Interrupted, httpx2.TransportError) as error:
            arrived = part.stat().st_size
            failures, most = (1, arrived) if arrived > most else (failures + 1, most)
            if failures >= _TRIES:
                raise DownloadFailed(f"{file.name} could not be downloaded: {error}", _AGAIN) from error
            _wait(error, failures)


def _wait(error: Exception, failures: int) -> None:
    named = error.wait_seconds if isinstance(error, _Interrupted) else None
    time.sleep(min(_MOST_WAIT_SECONDS, 2.0**failures if named is None else named))


def _read_on(client: httpx2.Client, file: RemoteFile, part: Path, begun: int) -> None:
    """Append the rest. A server whose file has changed, or that ignores ranges, sends it again from the start."""
    headers = {"Accept-Encoding": "identity"}
    if begun:
        headers["Range"] = f"bytes={begun}-"
        if tag := _tag(part).read_text("utf-8") if _tag(part).exists() else "":
            headers["If-Range"] = tag
    with client.stream("GET", file.url, headers=headers, timeout=_TIMEOUT_SECONDS) as response:
        if response.status_code == _BEYOND:
            os.truncate(part, 0)
            raise _Interrupted("the server has less of it than has arrived")
        _require_success(response, file.name)
        start = begun if response.status_code == _PART else 0
        if response.status_code == _PART and not response.headers.get("content-range", "").startswith(
            f"bytes {begun}-"
        ):
            os.truncate(part, 0)
            raise _Interrupted("the server sent another part than was asked for")
        _keep_tag(part, response.headers.get("etag", ""))
        _append(response, file, part, start)


def _append(response: httpx2.Response, file: RemoteFile, part: Path, start: int) -> None:
    with part.open("ab") as target:
        target.truncate(start)
        target.seek(start)
        for count, piece in enumerate(response.iter_bytes(_PIECE_BYTES)):
            if target.tell() + len(piece) > file.size:
                target.truncate(0)
                raise DownloadFailed(f"{file.name} is longer than the hub stated.", "It was deleted. Try again later.")
            if count % _CHECK_DISK_EVERY == 0 and shutil.disk_usage(part.parent).free < len(piece) + SPARE_BYTES // 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            target.write(piece)
        if target.tell() < file.size:
            raise _Interrupted("the connection ended early")


def _require_success(response: httpx2.Response, what: str) -> None:
    status = response.status_code
    if status in (_WHOLE, _PART):
        return
    if status in (408, _TOO_MANY) or status >= _SERVER_TROUBLE:
        named = response.headers.get("retry-after", "")
        raise _Interrupted(f"HTTP {status}", float(named) if named.isdecimal() else None)
    hint = _REFUSALS.get(status, "Try again later.")
    raise DownloadFailed(f"{what} cannot be downloaded: the hub answers HTTP {status}.", hint)


def _tag(part: Path) -> Path:
    """The file that holds the ETag of the version that `part` comes from."""
    return part.with_suffix(".etag")


def _keep_tag(part: Path, tag: str) -> None:
    """Store the ETag, unless it is weak: that does not vouch for single bytes (RFC 9110, 13.1.5)."""
    if tag and not tag.startswith("W/"):
        _tag(part).write_text(tag, "utf-8")
    else:
        _tag(part).unlink(missing_ok=True)


def _unwritable(error: OSError, part: Path) -> DownloadFailed:
    if error.errno == errno.ENOSPC:
        hint = "Free up space, then try again: the download resumes where it stopped."
        return DownloadFailed(f"The disk of {part.parent} is full.", hint)
    return DownloadFailed(f"{part.name} cannot be written: {error.strerror or error}", _AGAIN)


def _limited(response: httpx2.Response) -> bytes:
    data = b""
    for piece in response.iter_bytes():
        data += piece
        if len(data) > _MAX_LISTING_BYTES:
            raise ValueError("too long")
    return data


def _repository(name: str, endpoint: str, listing: Any) -> Repository:
    revision = str(listing["sha"])
    files = [_remote_file(f"{endpoint}/{quote(name)}/resolve/{revision}", entry) for entry in listing["siblings"]]
    return Repository(name, revision, tuple(files))


def _remote_file(base: str, entry: Any) -> RemoteFile:
    name = str(entry["rfilename"])
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or ":" in name:
        raise ValueError("a file outside the repository")
    large = entry.get("lfs")
    checksum, size = (large["sha256"], large["size"]) if large else (entry["blobId"], entry["size"])
    if type(size) is not int or size < 0 or len(str(checksum)) not in (40, _SHA256_LENGTH):
        raise ValueError("no size or checksum")
    return RemoteFile(name, f"{base}/{quote(name)}", size, str(checksum))
