"""A computed answer in the window: its arguments below it, changed and computed again."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.chat.answer_facts import COMPUTED_NOTE
from desktop.chat.message_view import AnswerView
from desktop.personas.tools_field import ToolsField
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import WAIT_MS, ask

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
BUDGET = "What is the error budget of 99.9 % over 30 days?"


@pytest.fixture
def answer(workbench: Workbench, qtbot: QtBot) -> AnswerView:
    """The answer of the DevOps engineer's tool."""
    qtbot.waitUntil(lambda: bool(workbench.personas.headers), timeout=WAIT_MS)
    workbench.personas.choose("108-devops-engineer")
    ask(workbench, qtbot, BUDGET)
    return workbench.chat.view.answers[-1]


def edit(view: AnswerView, name: str, text: str) -> None:
    """Type a value as a person does."""
    line = view.computed.fields[name].line
    line.setText(text)
    line.editingFinished.emit()


def test_a_computed_answer_says_so_and_folds_its_values(answer: AnswerView) -> None:
    assert COMPUTED_NOTE in texts(answer)
    assert answer.computed.isVisibleTo(answer) and answer.computed.card.isHidden()
    answer.computed.heading.click()
    shown = {name: field.line.text() for name, field in answer.computed.fields.items()}
    assert shown == {"objective": "99.9", "days": "30", "bad_minutes": "0", "elapsed_days": "0"}
    assert "Bad minutes (assumed)" in texts(answer) and "Days" in texts(answer)


def test_a_changed_value_is_computed_again_in_the_same_answer(
    answer: AnswerView, workbench: Workbench, qtbot: QtBot
) -> None:
    edit(answer, "days", "7")
    qtbot.waitUntil(lambda: "10.1 min" in workbench.session.turns[-1].answer, timeout=WAIT_MS)
    assert answer is workbench.chat.view.answers[-1] and "10.1 min" in answer.body.markdown
    assert answer.turn == workbench.session.turns[-1]
    workbench.session.open(workbench.session.conversation_id or "")
    qtbot.wait(100)
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers), timeout=WAIT_MS)
    assert "10.1 min" in workbench.chat.view.answers[-1].body.markdown


def test_a_wrong_value_is_said_below_the_fields_and_changes_nothing(
    answer: AnswerView, workbench: Workbench, qtbot: QtBot
) -> None:
    edit(answer, "objective", "120")
    qtbot.waitUntil(lambda: bool(answer.computed.problem.text()), timeout=WAIT_MS)
    assert answer.computed.problem.text() == "objective must be from 50 to 99.9999999. It is 120."
    assert "43.2 min" in answer.body.markdown
    edit(answer, "objective", "99")
    qtbot.waitUntil(lambda: "432 min" in answer.body.markdown, timeout=WAIT_MS)
    assert not answer.computed.problem.text()


def test_a_value_to_correct_is_unfolded(answer: AnswerView, workbench: Workbench, qtbot: QtBot) -> None:
    ask(workbench, qtbot, "How many hosts are in 10.0.0.0/40?")
    refused = workbench.chat.view.answers[-1]
    assert not refused.computed.card.isHidden()
    edit(refused, "network", "10.0.0.0/24")
    qtbot.waitUntil(lambda: "254" in refused.body.markdown, timeout=WAIT_MS)


def test_other_answers_have_no_values_to_change(workbench: Workbench, qtbot: QtBot) -> None:
    ask(workbench, qtbot, "What is an oak?")
    assert workbench.chat.view.answers[-1].computed.isHidden()


def test_the_empty_chat_names_the_tools(answer: AnswerView, workbench: Workbench) -> None:
    assert workbench.chat.view.welcome.tools.text() == "Computes with cron_next, subnet, slo_budget"


def test_the_editor_offers_the_tools_that_are_not_there(qtbot: QtBot) -> None:
    field = ToolsField("tools", "Tools", "")
    qtbot.addWidget(field)
    field.show_value(["subnet"])
    offered = [action.text() for action in field.open_menu().actions()]
    assert "subnet" not in offered and "cron_next" in offered
    field.add_tool("cron_next")
    assert field.value == ["subnet", "cron_next"]
