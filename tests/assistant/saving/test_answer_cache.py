"""An answer is given again while nothing has changed that could change it, and is marked as one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.open_models import Progress
from assistant.settings import AnswerSettings, SearchSettings
from assistant.values import Answered, Turn, Wrote
from assistant.views import turn_view
from assistant.workspace import Workspace
from engines.engine_settings import EngineSettings
from engines.protocol import Usage
from knowledge.search.query import ALL_STAGES
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
QUESTION = "What is the desk made of?"


class Desk:
    """A workspace with a model and two notes, and what was asked of the model."""

    def __init__(self, home: Path, notes: Path) -> None:
        self.workspace, self.notes = Workspace(Home(home)), notes
        self.engines: list[ScriptedEngine] = []

    def ask(self, question: str = QUESTION, **options: object) -> Turn:
        options = {"persona": "001", "preset": "exact", **options}
        events = list(self.workspace.asking.ask(question, **options))  # type: ignore[arg-type]
        assert isinstance(events[-1], Answered)
        assert "".join(event.text for event in events if isinstance(event, Wrote)) == events[-1].turn.answer
        return events[-1].turn

    @property
    def asked(self) -> int:
        return sum(len(engine.samplings) for engine in self.engines)

    def change(self, file: str, text: str) -> None:
        (self.notes / file).write_text(text, "utf-8")
        self.workspace.library.sync()


@pytest.fixture
def desk(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> ScriptedEngine:
        made.engines.append(ScriptedEngine(path.read_text("utf-8"), model=path.stem))
        return made.engines[-1]

    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    made = Desk(tmp_path / "home", notes)
    made.workspace.library.add_folder(notes)
    made.workspace.library.sync()
    (tmp_path / "a.gguf").write_text("It is made of oak [1].", "utf-8")
    made.workspace.open_model(tmp_path / "a.gguf")
    yield made
    made.workspace.close()


def test_a_question_is_answered_again_without_the_model(desk: Desk) -> None:
    first, second = desk.ask(), desk.ask()
    assert desk.asked == 1
    assert (second.answer, second.citations, second.passages) == (first.answer, first.citations, first.passages)
    assert (first.repeats, second.repeats) == ("", "Answered before, just now")
    assert second.id != first.id and second.conversation_id != first.conversation_id
    assert second.usage == Usage() and second.timings_ms["total"] < 1000
    assert desk.workspace.conversations.turns(second.conversation_id) == (second,)
    shown = turn_view(first), turn_view(second)
    assert [(view["cached"], view["answered_at"]) for view in shown] == [
        (False, first.created_at),
        (True, first.created_at),
    ]


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute"), (3, "3 minutes"), (125, "2 hours"), (1500, "1 day")])
def test_the_age_of_an_answer_is_said(desk: Desk, minutes: int, words: str) -> None:
    turn = desk.ask()
    again = replace(turn, answered_at=turn.created_at - 60 * minutes)
    assert again.repeats == f"Answered before, {words} ago"


def test_the_next_process_finds_the_answer(desk: Desk, tmp_path: Path) -> None:
    desk.ask()
    desk.workspace.close()
    desk.workspace = Workspace(Home(tmp_path / "home"))
    desk.workspace.library.sync()
    desk.workspace.open_model(tmp_path / "a.gguf")
    assert desk.ask().repeats and desk.asked == 1


_ASK = """
import sys
from pathlib import Path
import assistant.models.chat_models as chat_models
import assistant.models.encoders as encoders
from assistant.home import Home
from assistant.workspace import Workspace
from tests.scripted_engine import open_script
encoders.default_embedder_folders = lambda: ()
chat_models.open_engine = lambda path, settings, on_progress: open_script(path)
workspace = Workspace(Home(Path(sys.argv[1])))
workspace.open_model(Path(sys.argv[2]))
*_, last = workspace.asking.ask("What is the desk made of?", persona="001", preset="exact")
print(last.turn.answer_key or last.turn.repeats)
workspace.close()
"""


def test_a_process_with_other_hashes_finds_the_answer(desk: Desk, tmp_path: Path) -> None:
    desk.workspace.close()
    said = []
    for seed in "12":
        program = [sys.executable, "-c", _ASK, str(tmp_path / "home"), str(tmp_path / "a.gguf")]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(program, capture_output=True, text=True, check=True, env=environment)
        said.append(done.stdout.strip())
    assert len(said[0]) == 64 and said[1].startswith("Answered before")


def test_asking_again_writes_the_answer_anew(desk: Desk) -> None:
    desk.ask()
    assert not desk.ask(again=True).repeats
    assert desk.asked == 2


@pytest.mark.parametrize(
    "options",
    [
        {"question": "What is the desk made of"},
        {"persona": "410"},
        {"preset": "fast"},
        {"thinking": "on"},
        {"stages": ALL_STAGES - {"names"}},
        {"whole": False},
        {"passages": 1},
        {"folders": []},
        {"schema": {"type": "string"}},
    ],
)
def test_another_way_to_ask_is_another_answer(desk: Desk, options: dict[str, object]) -> None:
    desk.ask()
    assert not desk.ask(**options).repeats  # type: ignore[arg-type]


@pytest.mark.parametrize("preset", ["balanced", "creative"])
def test_sampled_answers_are_written_anew(desk: Desk, preset: str) -> None:
    desk.ask(preset=preset)
    desk.ask(preset=preset)
    assert desk.asked == 2


def test_a_changed_file_makes_answers_stale(desk: Desk) -> None:
    desk.ask()
    desk.change("garden.md", "# Garden\n\nThe desk is made of walnut now.\n")
    assert not desk.ask().repeats
    assert desk.ask().repeats


def test_a_moved_file_makes_answers_stale(desk: Desk) -> None:
    desk.ask()
    (desk.notes / "desk.md").rename(desk.notes / "table.md")
    desk.workspace.library.sync()
    turn = desk.ask()
    assert not turn.repeats and turn.passages[0].path.name == "table.md"


def test_a_sync_that_finds_nothing_new_keeps_them(desk: Desk) -> None:
    desk.ask()
    (desk.notes / "desk.md").touch()
    desk.workspace.library.sync()
    assert desk.ask().repeats


def test_another_folder_makes_answers_stale(desk: Desk, tmp_path: Path) -> None:
    desk.ask()
    (tmp_path / "more").mkdir()
    desk.workspace.library.add_folder(tmp_path / "more")
    assert not desk.ask().repeats


def test_a_changed_persona_makes_answers_stale(desk: Desk) -> None:
    place = desk.workspace.home.personas / "501-joiner"
    place.mkdir(parents=True)
    head = "---\nname: Joiner\nsummary: Knows wood.\n---\n"
    (place / "persona.md").write_text(f"{head}You plane.\n", "utf-8")
    assert not desk.ask(persona="501").repeats and desk.ask(persona="501").repeats
    (place / "persona.md").write_text(f"{head}You saw.\n", "utf-8")
    assert not desk.ask(persona="501").repeats


def test_changed_settings_make_answers_stale(desk: Desk) -> None:
    desk.ask()
    desk.workspace.settings = replace(desk.workspace.settings, search=SearchSettings(rerank_passages=3))
    assert not desk.ask().repeats


def test_another_file_under_the_models_name_makes_answers_stale(desk: Desk, tmp_path: Path) -> None:
    desk.ask()
    desk.workspace.open_model(None)
    (tmp_path / "a.gguf").write_text("It is made of pine [1].", "utf-8")
    desk.workspace.open_model(tmp_path / "a.gguf")
    assert desk.ask().answer == "It is made of pine [1]."


def test_a_follow_up_depends_on_what_was_said_before(desk: Desk) -> None:
    def follow_up(first: str) -> Turn:
        before = desk.ask(first)
        return desk.ask("And the lamp?", conversation_id=before.conversation_id, parent_id=before.id)

    assert not follow_up(QUESTION).repeats
    assert not follow_up("Where do roses bloom?").repeats
    assert follow_up(QUESTION).repeats


def test_answers_expire(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ask()
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 24 * 3600 - 60)
    assert desk.ask().repeats == "Answered before, 23 hours ago"
    monkeypatch.setattr("time.time", lambda: now + 24 * 3600 + 60)
    assert not desk.ask().repeats  # though it was given again a minute ago


def test_zero_hours_switch_it_off(desk: Desk) -> None:
    desk.workspace.settings = replace(desk.workspace.settings, answers=AnswerSettings(cache_hours=0))
    assert [desk.ask().repeats, desk.ask().repeats] == ["", ""]
    assert desk.ask().answer_key == ""


def test_a_deleted_conversation_answers_nothing_more(desk: Desk) -> None:
    first = desk.ask()
    desk.workspace.delete_conversation(first.conversation_id)
    second = desk.ask()
    assert not second.repeats
    desk.workspace.delete_conversation(second.conversation_id)
    desk.workspace.purge_conversations(second.conversation_id)
    assert not desk.ask().repeats


def test_an_answer_that_was_stopped_is_not_given_again(desk: Desk) -> None:
    running = desk.workspace.asking.ask(QUESTION, persona="001", preset="exact")
    for event in running:
        if isinstance(event, Wrote):
            running.stop()
    assert not desk.ask().repeats


def test_an_answer_whose_quotes_were_forgotten_is_not_given_again(desk: Desk) -> None:
    first = desk.ask()
    desk.workspace.conversations.forget_quotes(lambda path: path.name == "desk.md")
    (kept,) = desk.workspace.conversations.turns(first.conversation_id)
    assert (first.answer_key != "", kept.answer_key) == (True, "")
    assert not desk.ask().repeats
