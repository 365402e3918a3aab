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
class PackageFile:
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


def list_package(client: httpx2.Client, name: str) -> list[PackageFile]:
    """List the files of a package in every place. Raises Offline, and PackageUnavailable where none can be read."""
    troubles: list[str] = []
    files = list(_in_places(client, name, troubles))
    if troubles and not files:
        raise PackageUnavailable(f"No package index can be read.{''.join(troubles)}", _HINT)
    return files


def _find(client: httpx2.Client, wheel: Wheel) -> PackageFile:
    """Find the wheel in the first place that has it. Raises Offline, PackageUnavailable."""
    troubles: list[str] = []
    for file in _in_places(client, wheel.name, troubles):
        if file.sha256 == wheel.sha256 if file.sha256 else wheel.is_named(file.name):
            return file
    raise PackageUnavailable(f"No package index has {wheel.name} {wheel.version}.{''.join(troubles)}", _HINT)


def _in_places(client: httpx2.Client, name: str, troubles: list[str]) -> Iterator[PackageFile]:
    """Yield the files of each place in turn; why one cannot be read is added to `troubles`."""
    for place in _places(name):
        try:
            yield from _listed(client, place)
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            troubles.append(f" {urlsplit(place).hostname or place}: {error}.")


def _places(name: str) -> Iterator[str]:
    """Yield URLs that list files: folders of this machine first, which cost no connection."""
    settings = find_index_settings()
    normalized = re.sub(r"[-_.]+", "-", name).lower()
    urls = [*map(_as_url, settings.links), *(f"{_as_url(page).rstrip('/')}/{normalized}/" for page in settings.pages)]
    yield from sorted(urls, key=lambda url: not url.startswith("file:"))


def _as_url(place: str) -> str:
    return place if re.match(r"(?:https?|file):", place) else Path(place).expanduser().absolute().as_uri()


def _listed(client: httpx2.Client, url: str) -> Iterator[PackageFile]:
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
            if file.get("yanked"):  # withdrawn by whoever published it
                continue
            yield PackageFile(file["filename"], urljoin(url, file["url"]), file["hashes"].get("sha256", ""))
    else:
        yield from _links(response.text, url)


def _in_folder(folder: Path) -> Iterator[PackageFile]:
    """Yield the files of a folder, or of the list in it."""
    if (page := folder / "index.html").is_file():
        yield from _links(page.read_text("utf-8"), f"{folder.as_uri()}/")
    elif folder.is_dir():
        yield from (PackageFile(path.name, path.as_uri(), "") for path in folder.iterdir())


def _links(page: str, url: str) -> Iterator[PackageFile]:
    parser = _LinkParser()
    parser.feed(page)
    for link in parser.found:
        address, fragment = urldefrag(urljoin(url, link))
        hashed = re.fullmatch(r"sha256=(\w{64})", fragment)
        yield PackageFile(PurePosixPath(unquote(urlsplit(address).path)).name, address, hashed[1] if hashed else "")


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
