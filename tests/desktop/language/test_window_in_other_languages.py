"""The real window in Korean and in Chinese, page by page: no English is left in what it shows, or says to a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QTableView, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.app import DesktopApp
from desktop.chats.chat_rows import period_of
from desktop.language import Messages, tr, use_messages
from desktop.widgets.list_rows import RowList
from desktop.window.workbench import Workbench
from tests.desktop.conftest import ScriptedWorkspace
from tests.desktop.driver import settle
from tests.desktop.talk import ask, watch

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LETTERS = {"ko": "\uac00-\ud7a3", "zh": "\u4e00-\u9fff"}
ENGLISH = re.compile(r"[A-Za-z]*[a-z]{2,} [a-z]{2,}")  # two words of a sentence
WORD = re.compile(r"[A-Z]?[a-z]{3,}")
NAMES = re.compile(  # of files, personas, models, licences, programs, keys and settings
    r"Carrel|Python [\d.]+, Qt|Reader|General assistant|DevOps engineer|LLM engineer|Hugging Face|GPT4All|Markdown"
    r"|Source Sans|Transformers|vLLM|Apache License|SIL Open Font License|Enter|Esc|Shift|Ctrl|Tab|Page (Up|Down)|Del"
    r"|settings\.toml|trash_days|OWNER/MODEL:QUANTIZATION|safetensors|remote|[a-z_0-9]+\.(md|txt|pdf|gguf|toml|local)"
    r"|\S*/\S*|\S+-\S+|`[^`]*`|\b(off|on|auto|float\d+|bfloat16|nf4|int8|fp8|ray|cuda|difficulty|advanced|year|AND)\b"
    r"|Tea › Green tea|Green tea is brewed .*|How hot is green tea brewed\?"
    r"|\b(Apache|Gemma|Llama|Flash|attention|llama\.cpp)(?!\w)"
)


@pytest.fixture(params=["ko", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, home: Home, language: str) -> Iterator[DesktopApp]:
    """A first start of a person whose settings name the language."""
    before = QLocale()
    period_of.cache_clear()
    home.settings.write_text(f'[appearance]\nlanguage = "{language}"\n', "utf-8")
    memory = QSettings(str(home.path / "window.ini"), QSettings.Format.IniFormat)
    made = DesktopApp(memory, lambda: ScriptedWorkspace(home))
    made.window.resize(1280, 820)
    with qtbot.waitSignal(made.ready):
        made.window.show()
    yield made
    made.window.close()
    made.close()
    shiboken6.delete(made.window)
    shiboken6.delete(made)
    use_messages(qapp, Messages("en", {}))
    QLocale.setDefault(before)
    period_of.cache_clear()


@pytest.fixture
def bench(window: DesktopApp, qtbot: QtBot) -> Workbench:
    made = window.workbench
    assert made is not None
    qtbot.waitUntil(lambda: made.personas.current is not None and not made.folders.busy, timeout=9000)
    return made


def shown(widget: QWidget) -> Iterator[str]:
    """What a widget shows, and what it says to a screen reader and in its tooltip."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle())
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        yield widget.placeholderText()
    elif callable(text := getattr(widget, "text", None)):
        yield str(text())
    if isinstance(widget, RowList):
        yield from (
            part for row in widget.rows.rows for part in (row.note, row.extra, row.title if row.is_heading else "")
        )
    if isinstance(widget, QTableView):
        model = widget.model()
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal))
            yield from (str(model.index(row, column).data() or "") for row in range(model.rowCount()) if column)
    if isinstance(widget, QMenu):
        yield from (text for action in widget.actions() for text in (action.text(), action.toolTip()))


def english_in(texts: Iterator[str], letters: str) -> set[str]:
    """The texts with a stretch of English, or with nothing in the letters of the language."""
    found = set()
    for text in texts:
        bare = NAMES.sub("", re.sub(r"<[^>]*>", "", text))
        if ENGLISH.search(bare) or (WORD.search(bare) and not re.search(f"[{letters}]", bare)):
            found.add(text)
    return found


def left_in(top: QWidget, language: str) -> set[str]:
    widgets = [top, *(each for each in top.findChildren(QWidget) if each.isVisibleTo(top))]
    return english_in((text for each in widgets for text in shown(each)), LETTERS[language])


def test_every_page_is_in_the_language(
    window: DesktopApp, bench: Workbench, notes: Path, language: str, qtbot: QtBot
) -> None:
    left = {"first steps": left_in(window.window, language)}
    (notes / "scan.pdf").write_text("%PDF-1.4 broken", "utf-8")
    bench.folders.add(notes)
    qtbot.waitUntil(lambda: len(bench.folders.snapshot.files) == 3 and not bench.folders.busy, timeout=9000)
    bench.start_new()
    bench.chat.ask("How hot is green tea brewed?")
    qtbot.waitUntil(lambda: not bench.session.busy and bool(bench.session.turns), timeout=9000)
    bench.panel.open()
    left["answer"] = left_in(window.window, language)
    bench.chat.cited.emit(bench.session.turns[-1], 1)
    settle()
    left["source"] = left_in(window.window, language)
    bench.panel.show_performance()
    qtbot.wait(300)
    left["performance"] = left_in(window.window, language)
    pages: dict[str, Callable[[], object]] = {
        "folders": bench.pages.show_folders,
        "models": bench.pages.show_models,
        "connections": bench.pages.show_connections,
        "trash": bench.pages.show_trash,
        "personas": bench.pages.show_personas,
        "new persona": lambda: bench.pages.edit_persona(""),
    }
    for name, show in pages.items():
        show()
        qtbot.wait(200)
        left[name] = left_in(window.window, language)
    written = {"notes"} | {
        text for header in bench.personas.headers for text in (header.name, header.summary, *header.tags)
    }
    assert {name: texts - written for name, texts in left.items() if texts - written} == {}


def test_every_setting_is_in_the_language(window: DesktopApp, bench: Workbench, language: str, qtbot: QtBot) -> None:
    page = bench.show_settings()
    qtbot.waitUntil(lambda: page.is_built, timeout=9000)
    left = set()
    for title in page.sections:
        page.choose_section(title)
        left |= left_in(window.window, language)
    assert left == set()
    assert page.rows["appearance.language"].setting.choices == ("system", "en", "ko", "zh")


def test_the_menu_its_shortcuts_and_the_dialogs_are_in_the_language(
    window: DesktopApp, bench: Workbench, language: str, qtbot: QtBot
) -> None:
    actions = [action.text() for action in bench.findChildren(QAction)]
    left = english_in(iter(actions), LETTERS[language])
    dialog = bench.show_about()
    left |= left_in(dialog, language)
    dialog.close()
    (keys,) = (action for action in bench.actions() if action.text() == tr("Keyboard shortcuts"))
    keys.trigger()
    (sheet,) = (each for each in QApplication.topLevelWidgets() if each.windowTitle() == tr("Keyboard shortcuts"))
    left |= left_in(sheet, language)
    sheet.close()
    for chip in bench.controls.findChildren(QWidget):
        if callable(fill := getattr(chip, "fill", None)):
            menu = QMenu()
            fill(menu)
            left |= left_in(menu, language)
    assert left == set()


def test_english_left_in_a_text_is_found() -> None:
    assert english_in(iter(["Add folder…"]), LETTERS["ko"])
    assert english_in(iter(["폴더 and the rest of it"]), LETTERS["ko"])
    assert not english_in(iter(["Carrel에 오신 것을 환영합니다", "tea.md", "Ctrl+M"]), LETTERS["ko"])


def test_what_carrel_says_around_quotations_is_in_the_language_of_the_window(
    bench: Workbench, qtbot: QtBot, notes: Path, language: str
) -> None:
    letters = re.compile(f"[{LETTERS[language]}]")
    nothing = ask(bench, qtbot, "Who won the race of 1931?")
    assert nothing.answer.startswith("No file answers this.")  # as it is saved, for any window
    assert letters.search(bench.chat.view.answers[-1].body.markdown)
    watch(bench, qtbot, notes)
    quoted = ask(bench, qtbot, "How hot is green tea brewed?")
    shown = bench.chat.view.answers[-1].body.markdown
    assert letters.search(shown.partition("\n")[0])
    assert shown.partition("\n\n")[2] == quoted.answer.partition("\n\n")[2]
