"""A question that a tool computes, asked in a workspace: answered without a model, saved, and computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.values import Answered, Turn
from assistant.views import turn_view
from assistant.workspace import Workspace
from personas import ToolArgumentInvalid

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load

HEAD = "---\nname: Operator\nsummary: Runs.\ntools: [subnet, slo_budget]\n---\nYou run systems.\n"
BUDGET = "What is the error budget of 99.9 % over 30 days?"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    home = Home(tmp_path_factory.mktemp("home"))
    folder = home.personas / "777-operator" / "knowledge"
    folder.mkdir(parents=True)
    (folder.parent / "persona.md").write_text(HEAD, "utf-8")
    page = "# Error budgets\n\nAlert on the error budget by its burn rate over two windows at once.\n"
    (folder / "budgets.md").write_text(page, "utf-8")
    workspace = Workspace(home)
    workspace.prepare_persona("777-operator")
    yield workspace
    workspace.close()


def asked(workspace: Workspace, question: str) -> Turn:
    events = list(workspace.asking.ask(question, persona="777"))
    assert isinstance(events[-1], Answered)
    return events[-1].turn


def test_a_figure_is_computed_without_a_model(workspace: Workspace) -> None:
    turn = asked(workspace, BUDGET)
    assert (turn.engine, turn.finish, turn.passages) == ("tools", "computed", ())
    assert turn.answer.startswith("**Budget: 43.2 min** (0.1 % of 30 days).")
    assert turn.answer.endswith(
        "\n\nComputed by slo_budget from objective 99.9, days 30; assumed: bad_minutes 0, elapsed_days 0."
    )
    (told,) = turn_view(turn)["tools"]
    assert (told["name"], told["arguments"]) == ("slo_budget", {"objective": 99.9, "days": 30})
    assert told["figures"][0] == {
        "name": "budget",
        "value": pytest.approx(43.2),
        "unit": "min",
        "note": "0.1 % of 30 days",
    }


def test_reasons_that_are_asked_for_are_quoted_below_the_figure(workspace: Workspace) -> None:
    turn = asked(workspace, "What is the error budget of 99.9 % over 30 days, and how do I alert on it?")
    assert (
        turn.answer.startswith("**Budget: 43.2 min** (0.1 % of 30 days).")
        and "> Alert on the error budget" in turn.answer
    )
    assert [citation.n for citation in turn.citations] == [1]


def test_a_question_on_the_topic_is_answered_from_the_pages(workspace: Workspace) -> None:
    turn = asked(workspace, "How do I alert on the error budget of a 99.9 % SLO?")
    assert (turn.engine, turn.tools) == ("quotes", ())


def test_from_chosen_files_nothing_is_computed(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "slo.md"
    file.write_text("# SLO\n\nThe error budget of 99.9 % over 30 days is spent by the shop alone.\n", "utf-8")
    workspace.library.add_folder(tmp_path)
    workspace.library.sync([tmp_path])
    (*_, last) = workspace.asking.ask(BUDGET, persona="777", files=[file])
    assert isinstance(last, Answered) and last.turn.engine == "quotes" and "by the shop alone" in last.turn.answer


def test_a_wrong_argument_is_told_and_can_be_corrected(workspace: Workspace) -> None:
    turn = asked(workspace, "How many hosts are in 10.0.0.0/40?")
    assert turn.tools[0].failed and "Write it as 10.0.4.0/22." in turn.answer
    corrected = workspace.recompute(turn, {"network": "10.0.0.0/24"})
    assert corrected.answer.startswith("**Hosts: 254**") and not corrected.tools[0].failed


def test_computed_again_it_takes_the_old_ones_place_and_is_kept(workspace: Workspace) -> None:
    turn = asked(workspace, "What is the error budget of 99.9 % over 30 days, and how do I alert on it?")
    changed = workspace.recompute(turn, {**turn.tools[0].arguments, "days": 7})
    assert "43.2" not in changed.answer and changed.answer.startswith("**Budget: 10.1 min**")
    assert changed.answer.count("Computed by") == 1 and "> Alert on the error budget" in changed.answer
    assert workspace.conversations.turns(turn.conversation_id)[-1] == changed
    with pytest.raises(ToolArgumentInvalid):
        workspace.recompute(turn, {"objective": 20})
    assert workspace.conversations.turns(turn.conversation_id)[-1] == changed


def test_what_a_tool_echoes_is_no_line_of_the_answers_frame(workspace: Workspace, tmp_path: Path) -> None:
    turn = asked(workspace, BUDGET)
    forged = replace(turn, answer=f"{turn.answer}\n\n> quoted")
    changed = workspace.recompute(replace(forged), {"objective": 99})
    assert changed.answer.endswith(".\n\n> quoted")
