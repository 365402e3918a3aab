"""Larger and smaller text: whatever shows words has room for them, also when the zoom comes later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QHeaderView, QLabel
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.background import Background
from desktop.chat.welcome import Welcome
from desktop.composer.chat_foot import ChatFoot
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.file_table import FileTable
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import WatchedFolders
from desktop.models.download_list import ModelDownloads
from desktop.network.connections_page import NetworkState
from desktop.panel.sources_panel import Badge
from desktop.widgets.buttons import TextButton
from desktop.widgets.theme import BODY, DARK, LIGHT, SMALL, UNIT, Appearance, sized_font
from desktop.window.workbench import Workbench
from knowledge.ledger.rows import Folder
from tests.desktop.driver import colours_in, settle
from tests.desktop.talk import ask, use_model
from tests.desktop.values import file_row, listing

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LARGEST, SMALLEST = 20, -20  # more steps than there are
Model = Callable[[str], Path]


@pytest.fixture(params=[LARGEST, SMALLEST], ids=["largest", "smallest"])
def zoomed(request: pytest.FixtureRequest, app: DesktopApp, workbench: Workbench) -> Iterator[Workbench]:
    """The window after the zoom was changed."""
    app.appearance.zoom_by(int(request.param))
    settle()
    yield workbench
    app.appearance.reset_zoom()


def cut(workbench: Workbench) -> list[str]:
    """The words of labels and buttons that are lower than their letters."""
    labels = [each for each in workbench.findChildren(QLabel) if each.text() and each.isVisible()]
    buttons = [each for each in workbench.findChildren(TextButton) if each.isVisible()]
    lows = [each.text() for each in labels if each.height() < each.fontMetrics().height()]
    return lows + [each.text() for each in buttons if each.height() < QFontMetrics(each._label_font()).height()]


def test_the_chat_has_room_for_its_words(zoomed: Workbench) -> None:
    assert cut(zoomed) == []


def test_an_answer_has_room_for_its_words(zoomed: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(zoomed, qtbot, model("An answer."))
    ask(zoomed, qtbot, "Why?")
    settle()
    assert cut(zoomed) == []


def test_the_folders_have_room_for_their_words(zoomed: Workbench) -> None:
    zoomed.pages.show_folders()
    settle()
    assert cut(zoomed) == []


def test_the_side_panel_has_room_for_its_words(zoomed: Workbench) -> None:
    zoomed.panel.show_performance()
    settle()
    assert cut(zoomed) == []


def test_a_badge_that_says_offline_has_room_when_the_zoom_comes_later(qtbot: QtBot, appearance: Appearance) -> None:
    foot = ChatFoot()
    qtbot.addWidget(foot)
    foot.show_network(NetworkState(offline=True))
    foot.show()
    appearance.zoom_by(LARGEST)
    settle()
    assert foot.height() >= foot.offline.sizeHint().height()
    assert foot.note.height() >= foot.note.fontMetrics().height()


def test_rows_and_titles_of_files_have_room_when_the_zoom_comes_later(qtbot: QtBot, appearance: Appearance) -> None:
    table = FileTable()
    qtbot.addWidget(table)
    table.files.show_listing(listing([file_row("/notes/a.md")], [Folder(1, Path("/notes"), None)]))
    table.show()
    appearance.zoom_by(LARGEST)
    settle()
    assert table.rowHeight(0) >= QFontMetrics(sized_font(BODY)).height()
    header = table.horizontalHeader()
    assert isinstance(header, QHeaderView)
    assert header.height() >= QFontMetrics(sized_font(SMALL, bold=True)).height()


def test_columns_of_files_have_room_when_the_zoom_comes_later(qtbot: QtBot, appearance: Appearance) -> None:
    table = FileTable()
    qtbot.addWidget(table)
    table.files.show_listing(listing([file_row("/notes/a.md")], [Folder(1, Path("/notes"), None)]))
    table.resize(1600, 300)
    table.show()
    appearance.zoom_by(LARGEST)
    settle()
    words, titles = QFontMetrics(sized_font(BODY)), QFontMetrics(sized_font(SMALL, bold=True))
    assert table.columnWidth(1) >= words.horizontalAdvance("Indexed") + 4 * UNIT
    assert table.columnWidth(2) >= titles.horizontalAdvance("Passages  ↑") + 2 * UNIT
    assert table.columnWidth(3) >= words.horizontalAdvance("999.9 MB")
    assert table.rowHeight(0) > words.height() + UNIT
    appearance.reset_zoom()
    settle()
    assert table.rowHeight(0) < words.height() + UNIT


def test_a_number_fits_its_circle_when_the_zoom_comes_later(qtbot: QtBot, appearance: Appearance) -> None:
    badge = Badge(88)
    qtbot.addWidget(badge)
    before = badge.sizeHint().width()
    appearance.zoom_by(LARGEST)
    assert badge.sizeHint().width() > 1.5 * before


def test_buttons_of_a_page_share_its_height_when_the_zoom_comes_later(
    qtbot: QtBot, background: Background, appearance: Appearance
) -> None:
    page = FoldersPage(WatchedFolders(background), EmbedderChange(background, ModelDownloads(background)))
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    appearance.zoom_by(LARGEST)
    settle()
    shown = [each for each in page.findChildren(QAbstractButton) if isinstance(each, TextButton) and each.isVisible()]
    assert all(each.height() == each.sizeHint().height() for each in shown)


def test_the_invitation_to_add_a_folder_follows_dark_mode(qtbot: QtBot, appearance: Appearance) -> None:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.resize(700, 400)
    welcome.invite_folder(True)
    welcome.show()
    sign = next(each for each in welcome.findChildren(QLabel) if not each.pixmap().isNull())
    assert LIGHT.accent in colours_in(sign)
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: DARK.accent in colours_in(sign))
