"""Files over HTTP from a server on this machine that behaves as networks and servers do."""

import errno
import hashlib
import json
import os
import socket
from collections import namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx2
import pytest

from network import downloads
from network.connections import Connections
from network.download_job import DownloadFailed
from network.downloads import RemoteFile, check_room, download_file, list_repository
from network.http import http_client
from tests.http_server import answering

CONTENT = bytes(range(256)) * 40
OTHER = CONTENT[::-1]


class Server:
    """Serves CONTENT as /file, and does next what `acts` say, one for each request; then it behaves."""

    def __init__(self) -> None:
        self.acts: list[str | int] = []
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.content, self.tag, self.url = CONTENT, '"one"', ""
        self.listing: object = {}

    def file(self, **changes: Any) -> RemoteFile:
        told = RemoteFile("model.gguf", f"{self.url}/file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        return replace(told, **changes)


class Handler(BaseHTTPRequestHandler):
    server_state: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        state = self.server_state
        state.asked.append((self.path, self.headers.get("Range"), self.headers.get("Host")))
        act = state.acts.pop(0) if state.acts else "serve"
        if isinstance(act, int):
            self.answer(act, b"", {"Retry-After": "7"} if act == 429 else {})
        elif self.path.startswith("/api/"):
            self.answer(200, json.dumps(state.listing).encode())
        elif act == "redirect":
            self.answer(302, b"", {"Location": f"{state.url.replace('127.0.0.1', 'localhost')}/elsewhere"})
        elif act == "loop":
            state.acts.append("loop")
            self.answer(302, b"", {"Location": "/file"})
        else:
            self.serve(state, act)

    def serve(self, state: Server, act: str) -> None:
        asked = self.headers.get("Range")
        same = self.headers.get("If-Range") in (None, state.tag)
        start = int(asked[6:-1]) if asked and same and act != "whole" else 0
        body = state.content[start:]
        extra = {"ETag": state.tag}
        if start:
            extra["Content-Range"] = f"bytes {start + (act == 'shifted')}-{len(state.content) - 1}/{len(state.content)}"
        cut = body[: len(body) // 2] if act == "drop" else body
        self.answer(206 if start else 200, cut, {**extra, "Content-Length": str(len(body))})

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    with answering(Handler, server_state=state) as state.url:
        yield state


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx2.Client]:
    with http_client(Connections(tmp_path / "log.jsonl"), "a test") as client:
        yield client


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that would have been waited; pieces are small."""
    waited: list[float] = []
    monkeypatch.setattr("network.downloads.time.sleep", waited.append)
    monkeypatch.setattr(downloads, "_CHUNK_BYTES", 1000)
    return waited


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_arrives_whole_and_alone(server: Server, client: httpx2.Client, folder: Path) -> None:
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT
    assert names(folder) == ["model.gguf"]


def test_what_is_there_is_not_asked_for(server: Server, client: httpx2.Client, folder: Path) -> None:
    download_file(client, server.file(), folder)
    server.asked.clear()
    download_file(client, server.file(), folder)
    assert server.asked == []


def test_dropped_connections_resume_where_they_broke_off(server: Server, client: httpx2.Client, folder: Path) -> None:
    server.acts = ["drop", "drop", "drop"]
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT
    assert [asked for _, asked, _ in server.asked] == [None, "bytes=5000-", "bytes=7000-", "bytes=8000-"]


def test_a_later_try_resumes(server: Server, client: httpx2.Client, folder: Path) -> None:
    server.acts = ["drop", 404]
    with pytest.raises(DownloadFailed):
        download_file(client, server.file(), folder)
    server.asked.clear()
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT
    assert server.asked[0][1] == "bytes=5000-"


def test_a_file_that_changes_midway_is_not_put_together_of_two(
    server: Server, client: httpx2.Client, folder: Path
) -> None:
    server.acts = ["drop", 404]
    with pytest.raises(DownloadFailed):
        download_file(client, server.file(), folder)
    server.content, server.tag = OTHER, '"two"'
    with pytest.raises(DownloadFailed, match="checksum"):
        download_file(client, server.file(), folder)
    assert names(folder) == []
    assert download_file(client, server.file(checksum=hashlib.sha256(OTHER).hexdigest()), folder).read_bytes() == OTHER


@pytest.mark.parametrize("act", ["whole", "shifted"])
def test_a_server_that_cannot_go_on_sends_all_again(
    server: Server, client: httpx2.Client, folder: Path, act: str
) -> None:
    server.acts = ["drop", act]
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT


def test_more_on_disk_than_the_server_has_is_begun_again(server: Server, client: httpx2.Client, folder: Path) -> None:
    server.acts = ["drop", 416]
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT


@pytest.mark.parametrize("status", [429, 500, 503, 408])
def test_a_server_in_trouble_is_asked_again(
    server: Server, client: httpx2.Client, folder: Path, waits: list[float], status: int
) -> None:
    server.acts = [status, status]
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT
    assert waits == ([7.0, 7.0] if status == 429 else [2.0, 4.0])


def test_a_server_that_never_recovers_is_given_up(
    server: Server, client: httpx2.Client, folder: Path, waits: list[float]
) -> None:
    server.acts = [500] * 20
    with pytest.raises(DownloadFailed) as refused:
        download_file(client, server.file(), folder)
    assert len(waits) < 10 and "500" in refused.value.title and "resumes" in refused.value.hint


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "token"), (403, "Accept the terms"), (404, "Check the name"), (410, "later")]
)
def test_refusals_are_explained_and_not_repeated(
    server: Server, client: httpx2.Client, folder: Path, status: int, hint: str
) -> None:
    server.acts = [status]
    with pytest.raises(DownloadFailed) as refused:
        download_file(client, server.file(), folder)
    assert hint in refused.value.hint and len(server.asked) == 1


def test_redirects_to_another_host_are_followed_and_written_down(
    server: Server, client: httpx2.Client, folder: Path, tmp_path: Path
) -> None:
    server.acts = ["redirect"]
    assert download_file(client, server.file(), folder).read_bytes() == CONTENT
    hosts = [connection.host for connection in Connections(tmp_path / "log.jsonl").history()]
    assert hosts == ["127.0.0.1", "localhost"]


def test_redirects_in_a_circle_end(server: Server, client: httpx2.Client, folder: Path) -> None:
    server.acts = ["loop"]
    with pytest.raises(DownloadFailed):
        download_file(client, server.file(), folder)


@pytest.mark.parametrize("difference", [-100, 100])
def test_a_size_that_is_a_lie_is_not_believed(
    server: Server, client: httpx2.Client, folder: Path, difference: int
) -> None:
    with pytest.raises(DownloadFailed):
        download_file(client, server.file(size=len(CONTENT) + difference), folder)
    assert "model.gguf" not in names(folder)


def test_other_bytes_than_stated_are_not_kept(server: Server, client: httpx2.Client, folder: Path) -> None:
    server.content = OTHER
    with pytest.raises(DownloadFailed, match="checksum"):
        download_file(client, server.file(), folder)
    assert names(folder) == []


def test_small_files_are_checked_by_gits_hash(server: Server, client: httpx2.Client, folder: Path) -> None:
    git = hashlib.sha1(f"blob {len(CONTENT)}\0".encode() + CONTENT).hexdigest()
    assert download_file(client, server.file(checksum=git), folder).read_bytes() == CONTENT


def test_an_empty_file_is_a_file(server: Server, client: httpx2.Client, folder: Path) -> None:
    assert (
        download_file(client, server.file(size=0, checksum=hashlib.sha256(b"").hexdigest()), folder).read_bytes() == b""
    )


def test_a_disk_too_small_is_noticed_before(server: Server, folder: Path) -> None:
    with pytest.raises(DownloadFailed, match="not enough space"):
        check_room(folder, 1 << 60)


def test_a_disk_that_fills_meanwhile_keeps_what_arrived(
    server: Server, client: httpx2.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(downloads, "_CHECK_DISK_EVERY", 1)
    answers = iter([usage(0, 0, 1 << 40)] * 4 + [usage(0, 0, 0)])
    monkeypatch.setattr("network.downloads.shutil.disk_usage", lambda path: next(answers))
    with pytest.raises(DownloadFailed, match="full") as refused:
        download_file(client, server.file(), folder)
    assert "resumes" in refused.value.hint
    assert [path.stat().st_size for path in folder.glob("*.part")] == [4000]


def test_a_write_that_fails_is_explained(
    server: Server, client: httpx2.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(downloads, "_append", refuse)
    with pytest.raises(DownloadFailed, match="Read-only"):
        download_file(client, server.file(), folder)


SIBLINGS = [
    {"rfilename": "model.gguf", "size": 10, "blobId": "0" * 40, "lfs": {"sha256": "a" * 64, "size": 10240}},
    {"rfilename": "README.md", "size": 5, "blobId": "b" * 40},
]


def test_a_repository_lists_its_files_with_size_and_checksum(server: Server, client: httpx2.Client) -> None:
    server.listing = {"sha": "c" * 40, "siblings": SIBLINGS}
    found = list_repository(client, "owner/model", server.url)
    assert found.revision == "c" * 40
    assert [(file.name, file.size, file.checksum) for file in found.files] == [
        ("model.gguf", 10240, "a" * 64),
        ("README.md", 5, "b" * 40),
    ]
    assert found.files[0].url == f"{server.url}/owner/model/resolve/{'c' * 40}/model.gguf"


def test_a_pinned_revision_is_asked_for_and_no_other_is_taken(server: Server, client: httpx2.Client) -> None:
    server.listing = {"sha": "c" * 40, "siblings": SIBLINGS}
    assert list_repository(client, "owner/model", server.url, "c" * 40).revision == "c" * 40
    assert server.asked[0][0] == f"/api/models/owner/model/revision/{'c' * 40}?blobs=true"
    with pytest.raises(DownloadFailed, match="instead of"):
        list_repository(client, "owner/model", server.url, "f" * 40)


def test_a_listing_is_asked_for_again_while_the_server_is_in_trouble(
    server: Server, client: httpx2.Client, waits: list[float]
) -> None:
    server.listing = {"sha": "c" * 40, "siblings": SIBLINGS}
    server.acts = [503, 429]
    assert len(list_repository(client, "owner/model", server.url).files) == 2
    assert waits == [2.0, 7.0]
    server.acts = [503] * 20
    with pytest.raises(DownloadFailed, match="503"):
        list_repository(client, "owner/model", server.url)


@pytest.mark.parametrize(
    "listing",
    [
        [],
        {"sha": "c"},
        {"sha": "c", "siblings": [{"rfilename": "../evil", "size": 1, "blobId": "b" * 40}]},
        {"sha": "c", "siblings": [{"rfilename": "/evil", "size": 1, "blobId": "b" * 40}]},
        {"sha": "c", "siblings": [{"rfilename": "a", "size": -1, "blobId": "b" * 40}]},
        {"sha": "c", "siblings": [{"rfilename": "a", "size": 1, "blobId": "short"}]},
    ],
)
def test_a_listing_that_cannot_be_is_refused(server: Server, client: httpx2.Client, listing: object) -> None:
    server.listing = listing
    with pytest.raises(DownloadFailed, match="cannot be read"):
        list_repository(client, "owner/model", server.url)


def test_unreachable_hub_is_an_expected_failure(client: httpx2.Client) -> None:
    with pytest.raises(DownloadFailed, match="Cannot reach"):
        list_repository(client, "owner/model", "http://127.0.0.1:9")


def test_a_hub_that_is_not_found_is_told_without_numbers(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(DownloadFailed) as failed:
        list_repository(client, "owner/model", "http://localhost:9")
    assert failed.value.title == "Cannot reach the hub: its address was not found. Is this computer online?"


def test_a_refused_connection_is_told_without_numbers(client: httpx2.Client) -> None:
    with pytest.raises(DownloadFailed) as failed:
        list_repository(client, "owner/model", "http://127.0.0.1:9")
    assert "Errno" not in failed.value.title
