"""The window without a mouse: keys, the menu, what has the focus and what a screen reader says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.widgets.theme import DARK
from desktop.window.shortcuts import COMMANDS, shortcut_groups, show_shortcuts
from desktop.window.title_bar import build_menu
from desktop.window.workbench import Workbench
from network.connections import OFFLINE_VARIABLE
from tests.desktop.driver import button, press, texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(app: DesktopApp, workbench: Workbench, qtbot: QtBot) -> Iterator[QWidget]:
    """The window, typed into."""
    app.window.activateWindow()
    workbench.chat.composer.setFocus()
    qtbot.waitUntil(workbench.chat.composer.box.hasFocus)
    yield app.window
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def typed(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    press(target, key, modifiers)


def test_no_key_means_two_things(workbench: Workbench) -> None:
    keys = [key.toString() for action in workbench.actions() for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


def test_control_k_searches(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_K, CONTROL)
    assert workbench.sidebar.search.hasFocus()


def test_searching_brings_a_hidden_sidebar_back(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_F9)
    assert workbench.sidebar.isHidden()
    typed(Qt.Key.Key_K, CONTROL)
    assert workbench.sidebar.isVisible() and workbench.sidebar.search.hasFocus()


def test_searching_again_replaces_the_words_of_before(workbench: Workbench, window: QWidget) -> None:
    workbench.sidebar.search.setText("tea")
    typed(Qt.Key.Key_K, CONTROL)
    assert workbench.sidebar.search.selectedText() == "tea"


@pytest.mark.parametrize(
    ("key", "title"), [(Qt.Key.Key_O, "Folders"), (Qt.Key.Key_L, "Connections"), (Qt.Key.Key_M, "Models")]
)
def test_each_page_has_a_key_and_control_l_leads_back(
    workbench: Workbench, window: QWidget, key: Qt.Key, title: str
) -> None:
    typed(key, CONTROL | SHIFT)
    page = workbench.pages.currentWidget()
    assert page is not None and title in texts(page)
    typed(Qt.Key.Key_L, CONTROL)
    assert workbench.pages.currentWidget() is workbench.chat
    assert workbench.chat.composer.box.hasFocus()


def test_f8_shows_the_panel_and_hides_it(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_F8)
    panel = workbench.panel._panel
    assert panel is not None and panel.isVisible()
    typed(Qt.Key.Key_F8)
    assert panel.isHidden()


def test_control_shift_p_shows_the_figures(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_P, CONTROL | SHIFT)
    panel = workbench.panel.open()
    assert panel.stack.currentWidget() is panel.performance


def test_control_n_empties_the_chat_from_any_page(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_O, CONTROL | SHIFT)
    typed(Qt.Key.Key_N, CONTROL)
    assert workbench.pages.currentWidget() is workbench.chat
    assert workbench.chat.composer.box.hasFocus()


def test_control_plus_minus_and_zero_zoom(app: DesktopApp, window: QWidget) -> None:
    typed(Qt.Key.Key_Equal, CONTROL)
    assert app.appearance.zoom == 1.1
    typed(Qt.Key.Key_Minus, CONTROL)
    typed(Qt.Key.Key_Minus, CONTROL)
    assert app.appearance.zoom == 0.9
    typed(Qt.Key.Key_0, CONTROL)
    assert app.appearance.zoom == 1.0


@pytest.mark.parametrize("words", ["Close window", "Quit"])
def test_the_menu_closes_the_window(workbench: Workbench, window: QWidget, words: str) -> None:
    (action,) = (each for each in workbench.actions() if each.text() == words)
    action.trigger()
    assert not window.isVisible()


def test_f10_opens_the_menu_of_every_command(workbench: Workbench, window: QWidget, qtbot: QtBot) -> None:
    typed(Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert {action.text() for action in workbench.actions()} <= set(words)


def test_control_m_opens_the_menu_of_models(workbench: Workbench, window: QWidget) -> None:
    typed(Qt.Key.Key_M, CONTROL)
    popup = QApplication.activePopupWidget()
    assert popup is not None and popup.accessibleName() == "Model that writes the answers"


def test_the_list_of_keys_names_every_command(workbench: Workbench) -> None:
    dialog = show_shortcuts(workbench, workbench._commands)
    words = texts(dialog)
    keyed = {action.text() for action in workbench.actions() if any(not key.isEmpty() for key in action.shortcuts())}
    assert len(keyed) > 15 and keyed <= set(words)
    assert words[words.index("Stop the answer") + 1] == "Esc"
    dialog.close()


def test_the_list_of_keys_is_in_groups_and_fits_a_small_screen(app: DesktopApp, workbench: Workbench) -> None:
    known = {command.label for command in workbench._commands}
    assert {label for labels in COMMANDS.values() for label in labels} <= known
    groups = shortcut_groups(workbench._commands)
    assert list(groups) == ["Go to", "Chat", "Window", "Question box", "Messages", "Lists"]
    assert all(groups.values())
    app.appearance.zoom_to(2.0)
    dialog = show_shortcuts(workbench, workbench._commands)
    assert dialog.height() <= dialog.screen().availableSize().height()
    (area,) = dialog.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    close = button(dialog, "Close")
    assert close.geometry().bottom() < dialog.height() and close.height() >= close.sizeHint().height()
    dialog.close()
    app.appearance.reset_zoom()


def test_the_list_of_keys_says_all_keys_of_a_command(workbench: Workbench) -> None:
    dialog = show_shortcuts(workbench, workbench._commands)
    words = texts(dialog)
    keys = words[words.index("Search personas and chats") + 1].split(" or ")
    native = QKeySequence.SequenceFormat.NativeText
    assert QKeySequence("Ctrl+K").toString(native) in keys and len(keys) > 1
    dialog.close()


def appearance(workbench: Workbench) -> dict[str, QAction]:
    menu = build_menu(workbench, workbench._actions, workbench._appearance, workbench.network)
    (inside,) = (more for action in menu.actions() if isinstance(more := action.menu(), QMenu))
    return {action.text(): action for action in inside.actions()}


def test_the_menu_switches_between_light_and_dark(app: DesktopApp, workbench: Workbench, qtbot: QtBot) -> None:
    assert appearance(workbench)["Same as system"].isChecked()
    appearance(workbench)["Dark"].trigger()
    qtbot.waitUntil(lambda: workbench.palette().window().color().name() == DARK.window)
    chosen = appearance(workbench)
    assert [words for words, action in chosen.items() if action.isChecked()] == ["Dark"]


class TestFixedByTheEnvironment:
    """Offline by a variable: nothing in the window can change it."""

    @pytest.fixture
    def memory(self, memory: object, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setenv(OFFLINE_VARIABLE, "1")
        return memory

    def test_the_switch_is_on_greyed_and_says_why(self, workbench: Workbench, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: workbench.network.state.fixed)
        menu = build_menu(workbench, workbench._actions, workbench._appearance, workbench.network)
        (switch,) = (action for action in menu.actions() if action.text() == "Work offline")
        assert switch.isChecked() and not switch.isEnabled()
        assert OFFLINE_VARIABLE in switch.toolTip()

    def test_the_page_of_models_offers_no_way_online(self, workbench: Workbench, qtbot: QtBot) -> None:
        page = workbench.pages.show_models()
        qtbot.waitUntil(lambda: OFFLINE_VARIABLE in " ".join(texts(page.offline)))
        assert button(page.offline, "Go online").isHidden()


def test_whatever_takes_the_focus_by_tab_has_a_name(workbench: Workbench) -> None:
    workbench.panel.open()
    workbench.pages.show_folders()
    workbench.pages.show_connections()
    workbench.pages.show_models()
    kinds = (QAbstractItemView, QLineEdit, QPlainTextEdit)
    found = [each for kind in kinds for each in workbench.findChildren(kind)]
    reached = [each for each in found if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(reached) > 5
    assert [type(each).__name__ for each in reached if not each.accessibleName()] == []


def test_tab_goes_round_the_window_and_comes_back(workbench: Workbench, window: QWidget) -> None:
    seen: list[QWidget] = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        if seen and focused is seen[0]:
            break
        seen.append(focused)
        press(focused, Qt.Key.Key_Tab)
    assert 8 < len(seen) < 80
    assert workbench.sidebar.search in seen and workbench.sidebar.personas in seen


def test_no_label_shows_an_ampersand_as_a_key(workbench: Workbench) -> None:
    assert [label.text() for label in workbench.findChildren(QLabel) if label.buddy() is not None] == []
