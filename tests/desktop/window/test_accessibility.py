"""The window as screen readers and the keyboard have it, on every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.chat.answer_facts import link_name
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ClickCard
from desktop.widgets.link_stop import LinkStop
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from errors import AppError
from tests.desktop.driver import button, press, settle
from tests.desktop.screen_reader import LISTED, PRESSED, TAB, TYPED, Role, misplaced, name_of, node_of, nodes, tab_stops
from tests.desktop.talk import ask, use_model, watch
from tests.desktop.values import TURN

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Model = Callable[[str], Path]
PAGES = ("chat", "answer", "source", "performance", "folders", "models", "settings", "connections", "trash")


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is announced."""
    heard: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return heard


@pytest.fixture
def answered(workbench: Workbench, qtbot: QtBot, model: Model, notes: Path) -> Workbench:
    """A chat with an answer that cites a source and names a web page."""
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model("At 80 degrees [1]. See <https://example.org>.\n\n```\nbrew\n```"))
    ask(workbench, qtbot, "How is green tea brewed?")
    settle()
    return workbench


def show(workbench: Workbench, page: str) -> None:
    """Show a page."""
    pages = workbench.pages
    shows: dict[str, Callable[[], object]] = {
        "source": lambda: workbench.chat.cited.emit(workbench.session.turns[-1], 1),
        "performance": workbench.panel.show_performance,
        "folders": pages.show_folders,
        "models": pages.show_models,
        "settings": workbench.show_settings,
        "connections": pages.show_connections,
        "trash": pages.show_trash,
    }
    shows.get(page, pages.show_chat)()
    settle()


def by_tab(widget: QWidget) -> bool:
    """Whether Tab alone comes there: of several of which one is chosen, it comes to that one."""
    others = isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()
    return widget.isEnabled() and not others


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_heard(page: str, workbench: Workbench, qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    if page != "chat":
        request.getfixturevalue("answered")
    show(workbench, page)
    found = nodes(workbench.window())
    reached = [each for each in found if each.widget.focusPolicy() & TAB and each.widget.focusProxy() is None]
    assert len(reached) > 8
    assert [each.above for each in reached if not each.name] == []
    fitting = PRESSED | TYPED | LISTED
    assert [(each.name, each.role) for each in reached if each.role not in fitting] == []
    pressed = [each for each in found if isinstance(each.widget, QAbstractButton | ClickCard | LinkStop)]
    assert [each.above for each in pressed if not each.name or each.role not in PRESSED] == []
    twins = Counter((id(each.widget.parentWidget()), each.name) for each in pressed)
    assert [name for (_, name), count in twins.items() if count > 1] == []
    stops = tab_stops(workbench.window())
    assert {each.name for each in reached if by_tab(each.widget)} <= {name_of(each) for each in stops}
    for part in (workbench.sidebar, workbench.pages.currentWidget()):
        assert part is not None
        assert misplaced(stops, part) == []


def test_a_message_is_one_stop_of_the_tab_key(answered: Workbench) -> None:
    stops = [each for each in tab_stops(answered.window()) if answered.chat.view.isAncestorOf(each)]
    assert [(name_of(each), node_of(each).role()) for each in stops] == [
        ("You", Role.Grouping),
        ("Answer by Reader", Role.Grouping),
    ]


def test_the_messages_come_before_the_question_box_also_after_scrolling_back(answered: Workbench) -> None:
    column = answered.chat.view._column
    column._remove(0)
    column.first = 1
    column.add_above()
    settle()
    ask_again = [each for each in tab_stops(answered.window()) if answered.chat.isAncestorOf(each)]
    assert [name_of(each) for each in ask_again][:3] == ["You", "Answer by 001-reader", "Question"]


def test_arrow_keys_go_through_an_answer_and_enter_opens_its_source(
    app: DesktopApp, answered: Workbench, qtbot: QtBot
) -> None:
    app.window.activateWindow()
    answer = answered.chat.view.answers[-1]
    answer.setFocus()
    qtbot.waitUntil(answer.hasFocus)
    press(answer, Qt.Key.Key_Right)
    first = QApplication.focusWidget()
    assert first is not None and name_of(first) == "Source 1: tea.md, Tea › Green tea"
    seen = [name_of(first)]
    for _ in answer.stops()[1:]:
        press(focused(), Qt.Key.Key_Right)
        seen.append(name_of(focused()))
    doubts = "1 of 2 sentences is not in the sources"
    assert seen[1:5] == ["https://example.org", "Copy code", doubts, "1 source"]
    press(focused(), Qt.Key.Key_Left)
    assert name_of(focused()) == seen[-2]
    press(focused(), Qt.Key.Key_Escape)
    assert answer.hasFocus()
    press(answer, Qt.Key.Key_Home)
    with qtbot.waitSignal(answer.cited) as cited:
        press(focused(), Qt.Key.Key_Return)
    assert cited.args == [1]


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_links_are_links_over_their_words(answered: Workbench) -> None:
    answer = answered.chat.view.answers[-1]
    nodes(answer)
    links = answer.findChildren(LinkStop)
    assert [node_of(each).role() for each in links] == [Role.Link, Role.Link]
    assert [each.span[2] for each in links] == ["cite:1", "https://example.org"]
    text = answer.body.texts()[0]
    assert all(text.anchorAt(each.geometry().center()) == each.span[2] for each in links)
    with_press = node_of(links[0]).actionInterface()
    assert with_press is not None and "Press" in with_press.actionNames()


def test_a_citation_without_a_source_is_named_by_its_words() -> None:
    assert link_name(TURN.passages, "cite:1", "1") == "Source 1: tea.md, Tea"
    assert link_name(TURN.passages, "cite:9", "9") == "9"


def test_the_panel_has_tabs(answered: Workbench) -> None:
    show(answered, "performance")
    panel = answered.panel.open()
    tabs = [each for each in nodes(panel) if each.role == Role.PageTab]
    assert [(each.name, bool(node_of(each.widget).state().selected)) for each in tabs] == [
        ("Sources", False),
        ("Performance", True),
    ]
    row = tabs[0].widget.parentWidget()
    assert row is not None and node_of(row).role() == Role.PageTabList
    press_node(tabs[0].widget)
    assert panel.stack.currentWidget() is panel.sources


def press_node(widget: QWidget) -> None:
    """Press as a screen reader does."""
    actions = node_of(widget).actionInterface()
    assert actions is not None
    actions.doAction("Press")


def test_a_screen_reader_can_press_cards(answered: Workbench) -> None:
    answered.panel.show_sources(answered.session.turns[-1])
    panel = answered.panel.open()
    press_node(panel.sources.cards[0])
    assert panel.stack.currentWidget() is panel.viewer


def test_an_answer_is_announced(
    workbench: Workbench, qtbot: QtBot, model: Model, notes: Path, spoken: list[str]
) -> None:
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model("At 80 degrees [1]."))
    ask(workbench, qtbot, "How is green tea brewed?")
    assert "Your files are read." in spoken
    assert "scripted is ready." in spoken
    assert spoken[-1] == "Answer done. It cites 1 source."


def test_errors_and_toasts_are_announced_once(workbench: Workbench, spoken: list[str]) -> None:
    workbench.chat.show_notice(Notice("danger", "The disk is full", "Free some space."))
    workbench.toast.offer_undo("“Tea” was deleted", lambda: None)
    show(workbench, "folders")
    show(workbench, "chat")
    assert spoken == ["The disk is full. Free some space.", "“Tea” was deleted. Ctrl+Z takes it back."]


def test_a_notice_and_a_toast_are_alerts(workbench: Workbench) -> None:
    notice = Notice("danger", "The disk is full")
    workbench.chat.show_notice(notice)
    assert node_of(notice).role() == Role.AlertMessage
    assert node_of(workbench.toast).role() == Role.AlertMessage


def test_what_unfolds_says_whether_it_is_unfolded(qtbot: QtBot) -> None:
    fold = TextButton("2 sentences are not in the sources")
    qtbot.addWidget(fold)
    fold.setCheckable(True)
    fold.accessible_role = Role.Button
    before = node_of(fold).state()
    assert before.expandable and not before.expanded
    fold.click()
    assert node_of(fold).state().expanded


def test_a_failed_answer_keeps_retry_among_its_arrow_keys(workbench: Workbench, qtbot: QtBot) -> None:
    workbench.chat.view.add_question("Why?")
    answer = workbench.chat.view.add_answer("Reader")
    answer.fail(AppError("The server is down", "Start it."))
    settle()
    retry = button(answer, "Retry")
    assert retry in answer.stops() and not retry.focusPolicy() & TAB


def test_nothing_moves_by_itself(answered: Workbench) -> None:
    for page in PAGES:
        show(answered, page)
    answered.toast.offer_undo("“Tea” was deleted", lambda: None)
    settle()
    moving = QAbstractAnimation.State.Running
    assert [each for each in answered.window().findChildren(QAbstractAnimation) if each.state() == moving] == []
