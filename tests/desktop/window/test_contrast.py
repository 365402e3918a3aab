"""Words and the edges of fields as they are painted: contrast on every page, in light and dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.composer.composer import Composer
from desktop.widgets.buttons import TextButton
from desktop.window.workbench import Workbench
from tests.desktop.driver import settle
from tests.desktop.talk import ask, watch
from tests.desktop.widgets.test_theme import contrast

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11
PAGES: tuple[Callable[[Workbench], object], ...] = (
    lambda bench: bench.panel.show_sources(bench.session.turns[-1]),
    lambda bench: bench.panel.show_performance(),
    lambda bench: bench.pages.show_folders(),
    lambda bench: bench.pages.show_models(),
    lambda bench: bench.show_settings(),
    lambda bench: bench.pages.show_connections(),
    lambda bench: bench.pages.show_trash(),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_and_every_field_is_seen(
    scheme: str, app: DesktopApp, workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    app.appearance.choose_scheme(scheme)
    app.appearance.zoom_to(1.75)  # so that strokes are thick enough to be painted in their full colour
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    seen, faint = 0, []
    for show in PAGES:
        show(workbench)
        qtbot.waitUntil(lambda: not workbench._background._running, timeout=9000)  # what a page asks for is there
        settle()
        picture = app.window.grab().toImage()
        for kind, least, measure in ((QLabel, TEXT, _ink), (TextButton, TEXT, _ink), (QLineEdit, EDGE, _edge)):
            for each in app.window.findChildren(kind):
                area = _shown(each, app.window)
                words = each.text() if isinstance(each, QLabel | TextButton) else each.accessibleName()
                if each.isEnabled() and not area.isEmpty() and words:
                    seen += 1
                    if (found := measure(picture, area)) < least:
                        faint.append((words, round(found, 2)))
    app.appearance.reset_zoom()
    assert seen > 100
    assert sorted(set(faint)) == []


def test_the_edge_of_the_question_box_is_seen(workbench: Workbench, app: DesktopApp) -> None:
    (box,) = workbench.findChildren(Composer)
    assert _edge(app.window.grab().toImage(), _shown(box, app.window)) >= EDGE


def _shown(widget: QWidget, window: QWidget) -> QRect:
    """Where all of a widget is seen; empty where a part is scrolled away."""
    if not widget.isVisible() or widget.visibleRegion().boundingRect() != widget.rect():
        return QRect()
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _ink(picture: QImage, area: QRect) -> float:
    """The contrast of what stands out most on the commonest colour."""
    part = picture.copy(area.adjusted(0, 2, 0, -2)).convertToFormat(QImage.Format.Format_RGB32)
    pixels = Counter(memoryview(part.constBits()).cast("I"))
    colours = Counter({QColor.fromRgb(pixel).name(): count for pixel, count in pixels.items()})
    ground = colours.most_common(1)[0][0]
    return max(contrast(ground, colour) for colour in colours)


def _edge(picture: QImage, area: QRect) -> float:
    """The contrast of the left edge, halfway down, on what is beside it."""
    y = area.center().y()
    ground = picture.pixelColor(area.left() - 2, y).name()
    return max(contrast(ground, picture.pixelColor(area.left() + x, y).name()) for x in (0, 1))
