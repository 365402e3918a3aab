"""The gallery and the editor of a real window, opened as a person does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.personas.editor_page import EditorPage
from desktop.personas.gallery_page import GalleryPage
from desktop.window.workbench import Workbench
from tests.desktop.driver import click, write

GARDENER = "---\n# by hand\nname: Gardener\nsummary: Knows plants.\ntags: [garden]\n---\nYou garden.\n"


@pytest.fixture
def gardener(home: Home) -> Path:
    """A persona of the person's own, with one page."""
    folder = home.personas / "501-gardener"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "persona.md").write_text(GARDENER, "utf-8")
    (folder / "knowledge" / "roses.md").write_text("# Roses\n\nRoses bloom in June.\n", "utf-8")
    return folder


@pytest.fixture
def gallery(workbench: Workbench, qtbot: QtBot) -> GalleryPage:
    """The gallery, opened by the button below the sidebar's personas."""
    click(workbench.sidebar.all_personas)
    page = workbench.pages.currentWidget()
    assert isinstance(page, GalleryPage)
    qtbot.waitUntil(lambda: bool(page.list.rows.rows), timeout=9000)
    return page


@pytest.fixture
def edit(workbench: Workbench, gallery: GalleryPage, qtbot: QtBot) -> Callable[[str], EditorPage]:
    """Opens the editor for a persona of the gallery, or for "" a new one."""

    def open_editor(persona_id: str) -> EditorPage:
        if persona_id:
            gallery.list.chosen.emit(persona_id)
        click(gallery.edit if persona_id else gallery.new)
        page = workbench.pages.currentWidget()
        assert isinstance(page, EditorPage)
        qtbot.waitUntil(lambda: page._stored.id == persona_id, timeout=9000)
        return page

    return open_editor


def enter(page: EditorPage, key: str, text: str) -> None:
    """Replace what is in a field, key by key; what no key of Qt's tests writes is pasted."""
    control = page.fields[key].control
    control.setFocus()
    field = control.focusProxy() or control
    assert isinstance(field, QLineEdit | QPlainTextEdit)
    field.selectAll()
    if text.isascii() and "\n" not in text:
        write(field, text)
        return
    QGuiApplication.clipboard().setText(text)
    field.paste()


def keys(page: GalleryPage) -> list[str]:
    """The ids that are listed, in order."""
    return [row.key for row in page.list.rows.rows if not row.is_heading]
