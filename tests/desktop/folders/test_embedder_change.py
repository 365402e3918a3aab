"""A home that reads English only is offered more languages, changes while search goes on, and returns."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.models import embedder_change
from assistant.settings_file import load_settings
from assistant.workspace import Workspace
from desktop.background import Background, Callbacks
from desktop.folders.embedder_offer import EmbedderChange, EmbedderState
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import WatchedFolders
from desktop.models.download_list import ModelDownloads
from knowledge.sync.progress import SyncProgress
from tests.desktop.driver import button, click, texts
from tests.models import tiny_bert

pytestmark = [
    pytest.mark.timeout(40),  # the first to index waits for LanceDB to load
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
WAIT_MS = 20_000
OFFER, BACK = "Read my files in more languages", "Go back"


@pytest.fixture
def background(home: Home, qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Background]:
    """A home whose settings name the English embedder; both are installed, small."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    for seed, name in enumerate(("all-MiniLM-L6-v2", "multilingual-e5-small")):
        tiny_bert.write_model(home.models / name, seed=seed)
    home.settings.write_text('[search]\nembedder = "all-MiniLM-L6-v2"\n')
    made = Background(lambda: Workspace(home))
    yield made
    made.close()


@pytest.fixture
def page(background: Background, qtbot: QtBot, notes: Path) -> Iterator[FoldersPage]:
    folders = WatchedFolders(background)
    made = FoldersPage(folders, EmbedderChange(background, ModelDownloads(background)))
    qtbot.addWidget(made)
    folders.setParent(made)
    made.resize(900, 700)
    made.show()
    folders.add(notes)
    qtbot.waitUntil(lambda: bool(folders.snapshot.files) and not folders.busy, timeout=WAIT_MS)
    yield made
    folders.end()


def said(page: FoldersPage) -> str:
    return " ".join(texts(page.languages))


def active(background: Background, qtbot: QtBot) -> str:
    found: list[str] = []
    read: Callable[..., str | None] = lambda space, _: space.library.embedders.names().active  # noqa: E731
    background.run("read", read, background, Callbacks(found.append))
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    return found[0]


def test_more_languages_are_offered_read_and_given_up_again(
    page: FoldersPage, background: Background, qtbot: QtBot, home: Home
) -> None:
    qtbot.waitUntil(page.languages.isVisible, timeout=WAIT_MS)
    assert "Search understands English only" in said(page) and "you can go back" in said(page)
    click(button(page, OFFER))
    qtbot.waitUntil(lambda: "Search reads your files with another model now" in said(page), timeout=WAIT_MS)
    assert active(background, qtbot) == "multilingual-e5-small-int8"
    assert load_settings(home.settings).search.embedder == "multilingual-e5-small"
    click(button(page, BACK))
    qtbot.waitUntil(lambda: "Search understands English only" in said(page), timeout=WAIT_MS)
    assert active(background, qtbot) == "all-MiniLM-L6-v2-int8"
    assert load_settings(home.settings).search.embedder == "all-MiniLM-L6-v2"


def test_a_change_shows_how_far_it_is_and_can_be_cancelled(
    page: FoldersPage, background: Background, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use = embedder_change.use_embedder

    def slow(space: Workspace, name: str, report: Callable[[SyncProgress], None], *stops: threading.Event) -> bool:
        report(SyncProgress(chunks=2000, ready=120))
        stops[0].wait(8)
        return use(space, name, report, *stops)

    monkeypatch.setattr("desktop.folders.embedder_offer.use_embedder", slow)
    qtbot.waitUntil(page.languages.isVisible, timeout=WAIT_MS)
    click(button(page, OFFER))
    qtbot.waitUntil(lambda: "120 of 2,000 passages. Search works as before" in said(page), timeout=WAIT_MS)
    click(button(page.languages, "Cancel"))
    qtbot.waitUntil(lambda: "Search understands English only" in said(page), timeout=WAIT_MS)
    assert active(background, qtbot) == "all-MiniLM-L6-v2-int8"


def test_a_failed_change_offers_it_again_and_says_why(
    page: FoldersPage, background: Background, qtbot: QtBot, home: Home
) -> None:
    qtbot.waitUntil(page.languages.isVisible, timeout=WAIT_MS)
    shutil.rmtree(home.models / "multilingual-e5-small")
    with qtbot.waitSignal(background.failed, timeout=WAIT_MS) as failed:
        click(button(page, OFFER))
    assert "not installed" in failed.args[0].title
    assert "Search understands English only" in said(page)


def test_nothing_is_offered_where_search_reads_more_already(
    page: FoldersPage, background: Background, qtbot: QtBot
) -> None:
    qtbot.waitUntil(page.languages.isVisible, timeout=WAIT_MS)
    click(button(page, OFFER))
    qtbot.waitUntil(lambda: "Search reads your files with another model now" in said(page), timeout=WAIT_MS)
    again = EmbedderChange(background, ModelDownloads(background, page), page)
    states: list[EmbedderState] = []
    again.moved.connect(states.append)
    again.refresh()
    qtbot.waitUntil(lambda: bool(states), timeout=WAIT_MS)
    assert states[-1].stage == "none"
