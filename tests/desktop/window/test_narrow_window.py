"""The window at its smallest and at the largest zoom: nothing that can be pressed is out of sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.models.download_card import DownloadCard
from desktop.models.download_list import Download, ModelListing
from desktop.models.model_choice import ModelState
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from knowledge.ledger.rows import Folder
from network.download_job import Progress
from tests.desktop.driver import settle
from tests.desktop.talk import ask, use_model
from tests.desktop.values import LISTED, file_row, snapshot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LONG = "a-name-without-an-end-" * 12
SNAPSHOT = snapshot(
    [Folder(1, Path("/data") / LONG, None)], [file_row(f"/data/{LONG}/{LONG}.md", "failed", reason=LONG)]
)
Model = Callable[[str], Path]


@pytest.fixture
def narrow(app: DesktopApp, workbench: Workbench, qtbot: QtBot) -> Workbench:
    """The smallest window there is."""
    app.window.resize(app.window.minimumSize())
    qtbot.waitUntil(lambda: workbench.width() == app.window.minimumWidth())
    return workbench


def outside(workbench: Workbench) -> list[str]:
    """The names of buttons that are shown and not wholly inside what they stand in, up to the window."""
    ours = (each for each in workbench.findChildren(QAbstractButton) if type(each).__module__.startswith("desktop"))
    return [each.accessibleName() for each in ours if each.isVisible() and not _fits(each)]


def _fits(button: QWidget) -> bool:
    """Sideways only: downwards a page may scroll."""
    parent = button.parentWidget()
    while parent is not None:
        place = QRect(button.mapTo(parent, QPoint(0, 0)), button.size())
        if place.left() < 0 or place.right() > parent.width():
            return False
        parent = parent.parentWidget() if not parent.isWindow() else None
    return True


def settled(workbench: Workbench) -> list[str]:
    """What is outside once the layouts are done."""
    settle()
    return outside(workbench)


def test_the_chat_fits(narrow: Workbench, qtbot: QtBot) -> None:
    assert settled(narrow) == []


def test_a_model_with_a_long_name_leaves_the_buttons_beside_it(narrow: Workbench, qtbot: QtBot) -> None:
    narrow.models.changed.emit(ModelState(model=LONG, engine="llama.cpp"))
    narrow._bar.show_title(LONG)
    assert settled(narrow) == []


def test_a_notice_with_actions_and_a_long_address_fits(narrow: Workbench, qtbot: QtBot) -> None:
    narrow.chat.view.link_clicked.emit(f"https://example.org/{LONG}")
    narrow.chat.show_notice(Notice("danger", LONG, LONG))
    assert settled(narrow) == []


def test_an_answer_with_code_a_table_and_long_words_fits(narrow: Workbench, qtbot: QtBot, model: Model) -> None:
    text = f"{LONG}\n\n```\n{LONG * 3}\n```\n\n| {LONG} | b |\n| --- | --- |\n| 1 | {LONG} |"
    use_model(narrow, qtbot, model(text))
    ask(narrow, qtbot, LONG)
    assert settled(narrow) == []


def test_the_folders_fit(narrow: Workbench, qtbot: QtBot) -> None:
    narrow.pages.show_folders().show_folders(SNAPSHOT)
    assert settled(narrow) == []


def test_the_connections_fit(narrow: Workbench, qtbot: QtBot) -> None:
    narrow.pages.show_connections()
    assert settled(narrow) == []


@pytest.mark.timeout(30)
def test_the_models_fit_with_downloads_under_way(narrow: Workbench, qtbot: QtBot) -> None:
    page = narrow.pages.show_models()
    page.show_listing(ModelListing((replace(LISTED, recommended=True),)))
    moving = Progress(name=LISTED.spec.name, stage="downloading", done_bytes=10**9, total_bytes=2 * 10**9)
    broken = Progress(name=f"{LONG}--x", stage="failed", title=LONG, hint=LONG)
    page.show_downloads({moving.name: Download(moving, 1e6), broken.name: Download(broken)})
    qtbot.waitUntil(lambda: sum(card.isVisible() for card in page.findChildren(DownloadCard)) >= 2)
    assert settled(narrow) == []


def test_the_side_panel_takes_the_sidebars_place(narrow: Workbench, qtbot: QtBot) -> None:
    narrow.panel.open()
    assert narrow.sidebar.isHidden()
    assert settled(narrow) == []


@pytest.mark.parametrize("page", ["chat", "folders", "connections", "models"])
def test_at_the_largest_zoom_every_page_fits_a_common_screen(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, page: str
) -> None:
    app.appearance.zoom_by(20)
    {
        "chat": workbench.pages.show_chat,
        "folders": workbench.pages.show_folders,
        "connections": workbench.pages.show_connections,
        "models": workbench.pages.show_models,
    }[page]()
    assert settled(workbench) == []
    app.appearance.reset_zoom()
