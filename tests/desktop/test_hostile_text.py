"""Text of files, models and servers, in every place that shows it: nothing is opened, obeyed or live."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QPlainTextEdit,
    QTextBrowser,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.visible_text import visible
from desktop.reading.document_viewer import DocumentViewer
from desktop.reading.text_view import Span
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from errors import AppError
from tests.desktop.talk import ask, use_model, watch

pytestmark = [pytest.mark.timeout(60), pytest.mark.skipif(sys.platform != "linux", reason="opened files are watched")]
MOST_COLUMNS = 8
PLACE_OF_A_PICTURE = "\ufffc"
IN_OPEN = 0x20  # inotify(7)


@contextmanager
def opened_files(folder: Path) -> Iterator[Callable[[], list[bytes]]]:
    """Returns the events of opened files in `folder`, whatever code of this process opened them; none is []."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK)
    libc.inotify_add_watch(descriptor, os.fsencode(folder), IN_OPEN)

    def events() -> list[bytes]:
        try:
            return [os.read(descriptor, 4096)]
        except BlockingIOError:
            return []

    try:
        yield events
    finally:
        os.close(descriptor)


def cells(view: QAbstractItemView) -> Iterator[QModelIndex]:
    """Every cell of a table, or row of a list."""
    model = view.model()
    indexes = (model.index(row, column) for row in range(model.rowCount()) for column in range(MOST_COLUMNS))
    return (index for index in indexes if index.isValid())


def tooltips(top: QWidget) -> Iterator[str]:
    """Every tooltip that can come up, those of menus and of cells included."""
    for widget in [top, *top.findChildren(QWidget)]:
        yield widget.toolTip()
        yield from (action.toolTip() for action in widget.findChildren(QAction))
        if isinstance(widget, QAbstractItemView) and widget.model():
            yield from (str(index.data(Qt.ItemDataRole.ToolTipRole) or "") for index in cells(widget))


def shown_texts(top: QWidget) -> Iterator[str]:
    """Every text that is painted."""
    for widget in top.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QTextBrowser | QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QAbstractItemView) and widget.model():
            yield from (str(index.data() or "") for index in cells(widget))


@pytest.mark.qt_log_ignore("does not support raise")  # of tooltips, by the platform without a screen
def test_no_text_of_others_is_obeyed(
    workbench: Workbench, qtbot: QtBot, tmp_path: Path, notes: Path, model: Callable[[str], Path]
) -> None:
    bait = tmp_path / "bait"
    bait.mkdir()
    (bait / "picture.png").write_bytes(b"\x89PNG")
    picture = f'<img src="file://{bait}/picture.png">'
    hostile = f"{picture}\u202egpj.exe\x1b[2J\x9b\u2066"
    (notes / f"{hostile.replace('/', '∕')}.md").write_text(f"The kettle {hostile} holds two litres.\n", "utf-8")
    heading = f"<h1>{escape(picture) * 5}</h1>"  # becomes a heading as it is, too long for its line
    (notes / "page.html").write_text(f"{heading}<p>The kettle of the page holds two litres.</p>", "utf-8")
    with opened_files(bait) as opened:
        watch(workbench, qtbot, notes)
        engine = use_model(
            workbench, qtbot, model(f"It holds {hostile} two litres [1]. ![y](file://{bait}/picture.png)")
        )
        engine.model = hostile
        turn = ask(workbench, qtbot, f"What does the kettle hold? {hostile}")
        assert turn.passages
        workbench.chat.show_error(AppError(hostile, hostile))
        workbench.chat.show_notice(Notice("danger", hostile, hostile))
        window = workbench.window()
        workbench.panel.open_citation(turn, 1)
        (viewer,) = window.findChildren(DocumentViewer)
        viewer.open(Span(turn.passages[0].path, 0, 10, hostile))
        qtbot.waitUntil(lambda: bool(viewer.text.toPlainText()))
        found = set(tooltips(window))
        assert any(escape(picture) in text for text in found)
        for text in found - {""}:
            QToolTip.showText(QPoint(5, 5), text, window)
            QApplication.processEvents()
        QToolTip.hideText()
        window.grab()
        assert opened() == []
    for text in [*found, *shown_texts(window)]:
        assert text == visible(text)
        assert PLACE_OF_A_PICTURE not in text
