"""A picture is read in a confined process, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop.reading.serve_images import IMAGES_PROGRAM
from desktop.reading.text_view import Span
from desktop.window.workbench import Workbench
from knowledge import PagePictures, PictureUnavailable, QuotedPage
from tests.desktop.driver import button
from tests.desktop.talk import WAIT_MS

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


@pytest.fixture
def pictures() -> Iterator[PagePictures]:
    made = PagePictures(IMAGES_PROGRAM)
    yield made
    made.close()


def saved(path: Path, colour: Qt.GlobalColor) -> Path:
    image = QImage(200, 100, QImage.Format.Format_ARGB32)
    image.fill(colour)
    assert image.save(str(path))
    return path


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "gif"])
def test_each_format_is_read_in_the_width_of_the_view(pictures: PagePictures, tmp_path: Path, ending: str) -> None:
    if ending == "gif":
        pytest.importorskip("PIL.Image").new("RGB", (200, 100), "red").save(tmp_path / "a.gif")
    else:
        saved(tmp_path / f"a.{ending}", Qt.GlobalColor.red)
    picture = pictures.draw(QuotedPage(tmp_path / f"a.{ending}", 1), 300)
    blue, green, red = picture.pixels[:3]
    assert (picture.width_px, picture.height_px) == (300, 150) and red > 240 > 20 > max(blue, green)


def test_what_is_transparent_is_white(pictures: PagePictures, tmp_path: Path) -> None:
    picture = pictures.draw(QuotedPage(saved(tmp_path / "a.png", Qt.GlobalColor.transparent), 1), 50)
    assert picture.pixels[:3] == b"\xff\xff\xff"


def test_a_damaged_picture_says_so(pictures: PagePictures, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    with pytest.raises(PictureUnavailable, match="damaged picture"):
        pictures.draw(QuotedPage(tmp_path / "a.png", 1), 50)


def test_a_picture_is_shown_beside_the_text_that_was_recognised(
    workbench: Workbench, qtbot: QtBot, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: bool(workbench.folders.snapshot.files) and not workbench.folders.busy, timeout=4 * WAIT_MS)
    path = saved(notes / "board.png", Qt.GlobalColor.blue)
    monkeypatch.setattr("knowledge.library.Library.document_text", lambda library, path: "What the board says.")
    panel = workbench.panel.open()
    panel.stack.setCurrentWidget(panel.viewer)
    panel.viewer.open(Span(path, 5, 14))
    viewer = panel.viewer
    qtbot.waitUntil(lambda: viewer.pages is not None and viewer.pages.canvas.has_picture, timeout=WAIT_MS)
    assert viewer.pages is not None and viewer.pages.isVisible()
    image = viewer.pages.canvas.grab().toImage()
    assert image.pixelColor(image.rect().center()) == QColor(Qt.GlobalColor.blue)
    button(viewer, "Text").click()
    assert viewer.marked_text() == "the board"
    button(viewer, "Picture").click()
    assert viewer.pages.isVisible()
