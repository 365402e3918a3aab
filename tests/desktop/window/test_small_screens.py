"""Small screens and large text: nothing is cut on any page, and the foot of the window can be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.choices import MenuButton
from desktop.widgets.labels import ElidedLabel
from desktop.window.workbench import Workbench
from tests.desktop.driver import settle
from tests.desktop.talk import ask, watch

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SIZES = {"720x480": (720, 480, 1.0), "1366x768 at 200 %": (1366, 768, 2.0), "720x480 at 125 %": (720, 480, 1.25)}


@pytest.fixture(params=SIZES)
def small(
    request: pytest.FixtureRequest, app: DesktopApp, workbench: Workbench, qtbot: QtBot, notes: Path
) -> Iterator[Workbench]:
    """A small window with a folder and an answer."""
    width, height, zoom = SIZES[request.param]
    app.window.resize(width, height)
    app.appearance.zoom_to(zoom)
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    settle()
    assert (app.window.width(), app.window.height()) == (width, height)
    yield workbench
    app.appearance.reset_zoom()


def cut(top: QWidget) -> list[str]:
    """The words and icons that reach out of what shows them, sideways, or out of the window where nothing scrolls."""
    kinds = (QLabel, TextButton, IconButton)
    shown = [each for kind in kinds for each in top.findChildren(kind) if each.isVisible()]
    return [f"{_words(each)!r} in {type(each.parent()).__name__}" for each in shown if _is_cut(each)]


def _words(widget: QWidget) -> str:
    return (widget.text() if isinstance(widget, QLabel) else "") or widget.accessibleName()


def _is_cut(widget: QWidget) -> bool:
    area = QRect(widget.mapToGlobal(QPoint()), widget.size())
    above, scrolls = widget.parentWidget(), False
    while above is not None:
        room = QRect(above.mapToGlobal(QPoint()), above.size())
        scrolls = scrolls or isinstance(above, QScrollArea)
        if area.left() < room.left() or area.right() > room.right():
            return True
        if above.isWindow() and not scrolls and (area.bottom() > room.bottom() or area.top() < room.top()):
            return True
        above = above.parentWidget() if not above.isWindow() else None
    return _is_narrow(widget)


def _is_narrow(widget: QWidget) -> bool:
    elides = isinstance(widget, ElidedLabel | MenuButton) or (isinstance(widget, QLabel) and widget.wordWrap())
    return not elides and widget.width() < widget.sizeHint().width()


PAGES: dict[str, Callable[[Workbench], object]] = {
    "answer": lambda bench: bench.pages.show_chat(),
    "empty chat": lambda bench: bench.start_new(),
    "sources": lambda bench: bench.panel.show_sources(bench.session.turns[-1]),
    "source": lambda bench: bench.panel.open_citation(bench.session.turns[-1], 1),
    "performance": lambda bench: bench.panel.show_performance(),
    "folders": lambda bench: bench.pages.show_folders(),
    "models": lambda bench: bench.pages.show_models(),
    "settings": lambda bench: bench.show_settings(),
    "connections": lambda bench: bench.pages.show_connections(),
    "trash": lambda bench: bench.pages.show_trash(),
}


def test_nothing_is_cut_on_any_page(small: Workbench, qtbot: QtBot) -> None:
    found, chat = {}, small.session.conversation_id or ""
    for name, show in PAGES.items():
        show(small)
        settle()
        if words := cut(small.window()):
            found[name] = words
        if name == "empty chat":
            small.open_chat(chat)
            qtbot.waitUntil(lambda: bool(small.session.turns))
    assert found == {}


def test_the_foot_of_the_chat_is_in_the_window(small: Workbench) -> None:
    window = small.window()
    for part in (small.chat.composer, small.chat.foot, small.sidebar.folders):
        if part.isVisible():
            assert part.mapTo(window, part.rect().bottomRight()).y() < window.height()
    assert small.chat.composer.isVisible() and small.chat.view.height() > small.chat.composer.height()


def test_an_empty_chat_is_read_from_its_beginning(app: DesktopApp, workbench: Workbench, qtbot: QtBot) -> None:
    app.window.resize(720, 480)
    qtbot.waitUntil(lambda: workbench.chat.view.welcome.height() > workbench.chat.view.height())
    settle()
    assert workbench.chat.view.verticalScrollBar().value() == 0


def test_the_lists_of_the_sidebar_do_not_overlap(small: Workbench, qtbot: QtBot) -> None:
    small.start_new()
    small.sidebar.show()
    settle()
    personas, chats = small.sidebar.personas.geometry(), small.sidebar.chats.geometry()
    assert personas.bottom() < chats.top() and chats.bottom() < small.sidebar.folders.y()
