"""A persona's tools beside a model in the window: small ones are spared the arithmetic, larger ones read the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import WAIT_MS, ask, use_model

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
BUDGET = "What is the error budget of 99.9 % over 30 days?"
ANSWER = "43.2 minutes may go wrong (computed by slo_budget)."


@pytest.fixture
def home(home: Home, request: pytest.FixtureRequest) -> Home:
    if "looks" in request.node.name:
        home.settings.write_text('[answers]\nlook_again = "on"\n', "utf-8")
    return home


@pytest.fixture
def operator(workbench: Workbench, qtbot: QtBot) -> Workbench:
    """The window with the DevOps engineer chosen."""
    qtbot.waitUntil(lambda: bool(workbench.personas.headers), timeout=WAIT_MS)
    workbench.personas.choose("108-devops-engineer")
    return workbench


def test_of_a_model_of_unknown_size_the_tool_answers_alone(
    operator: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    engine = use_model(operator, qtbot, model(ANSWER))
    turn = ask(operator, qtbot, BUDGET)
    assert (turn.finish, turn.engine) == ("computed", "tools") and not engine.prompts


def test_a_model_that_looks_again_reads_what_the_tool_computed(
    operator: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    engine = use_model(operator, qtbot, model(ANSWER))
    turn = ask(operator, qtbot, BUDGET)
    assert turn.answer == ANSWER and [claim.verdict for claim in turn.claims] == ["supported"]
    assert [use.name for use in turn.tools] == ["slo_budget"]
    assert any("budget: 43.2 min" in message.text for message in engine.prompts[-1])
    shown = "".join(texts(operator.chat.view.answers[-1]))
    assert "Computed: slo_budget objective=99.9 days=30 · budget 43.2 min" in shown
    assert operator.chat.view.answers[-1].computed.isHidden()  # what the model has read is not changed
