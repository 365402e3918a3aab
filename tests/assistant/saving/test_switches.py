"""Whatever saves computing can be left out by one switch each, and by one for all."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from assistant import cli
from assistant.home import Home
from assistant.models.open_models import Progress
from assistant.saving.switches import Shortcut, add_switches, left_out, stages_of
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from engines.engine_settings import EngineSettings
from knowledge.passage import Retrieval
from knowledge.search.query import ALL_STAGES
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
SHORTCUTS: frozenset[Shortcut] = frozenset(get_args(Shortcut))
QUESTION = "What is the desk made of?"

Open = Callable[..., Workspace]


def given(*argv: str) -> Namespace:
    parser = ArgumentParser()
    add_switches(parser)
    return parser.parse_args(argv)


@pytest.mark.parametrize("name", ["whole", "rewrite", "answer-cache", "read-ahead", "look-again", "kv-reuse", "drafts"])
def test_each_switch_leaves_out_one_shortcut(name: str) -> None:
    assert len(left_out(given(f"--no-{name}"))) == 1
    assert stages_of(given(f"--no-{name}")) == ALL_STAGES


def test_plain_leaves_out_every_shortcut_and_what_speeds_or_sorts_the_search() -> None:
    assert (left_out(given()), stages_of(given())) == (frozenset(), ALL_STAGES)
    assert left_out(given("--plain")) == SHORTCUTS
    assert stages_of(given("--plain")) == ALL_STAGES - {"rerank", "cache"}


def test_without_retrieval_there_is_no_stage() -> None:
    assert stages_of(given("--no-retrieval")) == frozenset()
    assert stages_of(given("--no-names")) == ALL_STAGES - {"names"}


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ScriptedEngine, EngineSettings]]:
    """The engines that were opened, and their settings."""
    opened: list[tuple[ScriptedEngine, EngineSettings]] = []

    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> ScriptedEngine:
        opened.append((ScriptedEngine("It is made of oak [1]."), settings))
        return opened[-1][0]

    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    return opened


@pytest.fixture
def open_one(tmp_path: Path, notes: Path, engines: list[tuple[ScriptedEngine, EngineSettings]]) -> Iterator[Open]:
    """Opens a workspace over two notes with a model."""
    made = list[Workspace]()

    def open_one(*without: Shortcut) -> Workspace:
        made.append(Workspace(Home(tmp_path / "home"), without=frozenset(without)))
        made[-1].library.add_folder(notes)
        made[-1].library.sync()
        (tmp_path / "a.gguf").touch()
        made[-1].open_model(tmp_path / "a.gguf")
        return made[-1]

    yield open_one
    for workspace in made:
        workspace.close()


def ask(workspace: Workspace, question: str = QUESTION, **options: Any) -> Turn:
    *_, last = workspace.asking.ask(question, persona="001", preset="exact", **options)
    assert isinstance(last, Answered)
    return last.turn


def test_without_retrieval_the_model_answers_alone(open_one: Open) -> None:
    turn = ask(open_one(), stages=frozenset())
    assert (turn.passages, turn.read_whole, turn.answer) == ((), (), "It is made of oak [1].")


def test_without_the_answer_cache_the_model_writes_again(
    open_one: Open, engines: list[tuple[ScriptedEngine, EngineSettings]]
) -> None:
    workspace = open_one("answers")
    assert [ask(workspace).repeats, ask(workspace).repeats] == ["", ""]
    assert len(engines[0][0].samplings) == 2


def test_without_whole_documents_passages_answer(open_one: Open) -> None:
    count = "Summarise garden.md"
    assert ask(open_one(), count).read_whole
    assert not ask(open_one("whole"), count).read_whole


def test_without_rewriting_a_follow_up_is_searched_as_it_is_written(
    open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contexts(workspace: Workspace) -> list[str]:
        """What each of two questions is understood as."""
        told, search = list[str](), workspace.library.searcher.search

        def note_and_search(text: str, **options: Any) -> Retrieval:
            told.append(options["in_context"])
            return search(text, **options)

        monkeypatch.setattr(workspace.library.searcher, "search", note_and_search)
        first = ask(workspace)
        ask(workspace, "And the lamp?", conversation_id=first.conversation_id, parent_id=first.id)
        return told

    assert contexts(open_one("answers"))[1] != ""
    assert contexts(open_one("answers", "rewrite")) == ["", ""]


def test_without_reading_ahead_the_model_reads_nothing_unasked(
    open_one: Open, engines: list[tuple[ScriptedEngine, EngineSettings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_one("ahead")
    monkeypatch.setattr(engines[0][0], "prefill", lambda *given, **more: pytest.fail("nothing was asked"))
    searcher = workspace.library.searcher
    monkeypatch.setattr(searcher, "anticipate", lambda *given, **more: pytest.fail("nothing was asked"))
    workspace.asking.anticipate("What is the", persona="001")
    ask(workspace)
    assert not workspace.asking._prefiller.busy


def test_the_engine_is_told_of_its_own(open_one: Open, engines: list[tuple[ScriptedEngine, EngineSettings]]) -> None:
    open_one()
    open_one("kv")
    open_one("drafts")
    told = [(settings.llama.kv_reuse, settings.llama.drafting) for _, settings in engines]
    assert told == [(True, True), (False, True), (True, False)]


def test_the_command_line_passes_them_on(
    tmp_path: Path,
    notes: Path,
    engines: list[tuple[ScriptedEngine, EngineSettings]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    (tmp_path / "a.gguf").touch()
    model = ["--model", str(tmp_path / "a.gguf"), "--preset", "exact", "--json"]
    cli.main(["index", str(notes)])
    capsys.readouterr()

    def asked(*argv: str) -> dict[str, Any]:
        assert cli.main(["ask", QUESTION, *model, *argv]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    assert [asked()["cached"], asked()["cached"], asked("--no-answer-cache")["cached"]] == [False, True, False]
    plain = asked("--plain")
    assert (plain["cached"], engines[-1][1].llama.drafting, engines[-1][1].llama.kv_reuse) == (False, False, False)
    assert plain["passages"] and not asked("--no-retrieval")["passages"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("Summarise garden.md\n"))
    assert cli.main(["chat", "--no-whole", *model]) == 0
    assert json.loads(capsys.readouterr().out)["turns"][0]["read_whole"] == []
