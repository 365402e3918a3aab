"""Looking again with real engines: the steps append to the KV cache, and the command line shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.home import Home
from assistant.models.open_models import Progress
from assistant.values import Answered, Looked, Turn
from assistant.workspace import Workspace
from engines.engine_settings import EngineSettings
from engines.opening import open_engine
from tests.assistant.looking.forced_engine import ForcedEngine
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf
from tests.small_model import small_model

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120), pytest.mark.logs("is not installed")]

NOTHING_TO_MEASURE = '[model]\nthreads = 1\nbatch_tokens = 64\nflash_attention = false\nkv_type = "f16"\n'
QUESTION = "What is the desk made of?"
STEPS = ("LOOK search: apple tree in the garden", "LOOK files: garden")
_LAST_WORDS = 24  # tokens at the end of a prompt that a template may drop: of an empty thought, byte by byte
_MESSAGE_TOKENS = 220  # of a step's message with one short passage, byte by byte in places

Open = Callable[..., tuple[Workspace, ForcedEngine]]


@pytest.fixture
def open_forced(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a workspace over two notes, whose model is made to ask for steps."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    spaces = list[Workspace]()

    def open_forced(model: Path, *lines: str) -> tuple[Workspace, ForcedEngine]:
        opened = list[ForcedEngine]()

        def open_one(path: Path, settings: EngineSettings, on_progress: Progress) -> ForcedEngine:
            opened.append(ForcedEngine(open_engine(path, settings, on_progress), *lines))
            return opened[-1]

        monkeypatch.setattr("assistant.models.chat_models.open_engine", open_one)
        home = Home(tmp_path / "home").create()
        home.settings.write_text(NOTHING_TO_MEASURE, "utf-8")
        spaces.append(Workspace(home))
        spaces[-1].library.add_folder(notes)
        spaces[-1].library.sync()
        spaces[-1].open_model(model)
        return spaces[-1], opened[-1]

    yield open_forced
    for space in spaces:
        space.close()


def asked(workspace: Workspace, question: str, after: Turn | None = None) -> tuple[Turn, list[Looked]]:
    events = list(
        workspace.asking.ask(
            question,
            persona="001",
            preset="fast",
            look_again="on",
            conversation_id=after.conversation_id if after else None,
            parent_id=after.id if after else None,
        )
    )
    assert isinstance(events[-1], Answered)
    return events[-1].turn, [event for event in events if isinstance(event, Looked)]


def check_that_nothing_is_read_twice(workspace: Workspace, engine: ForcedEngine) -> None:
    """Ask with two steps, then once more: each prompt computes what is new in it, and no more."""
    turn, looked = asked(workspace, QUESTION)
    assert [event.step.said for event in looked] == list(STEPS)
    assert [step.outcome for step in turn.steps] == ["1 passage", "1 file"]
    assert [passage.path.name for passage in turn.passages][-1] == "garden.md"
    first, *steps = (reply.usage for reply in engine.replies)
    before = first
    for usage in steps:
        assert usage.reused_tokens >= before.prompt_tokens - _LAST_WORDS
        assert usage.computed_tokens < _MESSAGE_TOKENS
        before = usage
    assert turn.usage.computed_tokens == sum(reply.usage.computed_tokens for reply in engine.replies)
    again = workspace.conversations.turns(turn.conversation_id)[-1]
    assert (again.steps, again.passages) == (turn.steps, turn.passages)
    following, _ = asked(workspace, "And the lamp?", turn)
    assert following.usage.reused_tokens >= before.prompt_tokens - _LAST_WORDS


# Where it may not think, the model begins after an empty thought, which earlier answers do not keep.
EMPTY_THOUGHT = CHATML + "{% if not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"


@pytest.mark.parametrize("template", [CHATML, EMPTY_THOUGHT])
def test_steps_append_to_the_cache_of_a_random_model(tmp_path: Path, open_forced: Open, template: str) -> None:
    model = write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, template=template)
    check_that_nothing_is_read_twice(*open_forced(model, *STEPS))


def test_steps_append_to_the_cache_of_the_small_model(open_forced: Open) -> None:
    check_that_nothing_is_read_twice(*open_forced(small_model(), *STEPS))


def test_a_deleted_conversation_with_steps_is_in_no_memory(tmp_path: Path, open_forced: Open) -> None:
    workspace, _ = open_forced(write_tiny_gguf(tmp_path / "tiny.gguf", context=8192), *STEPS)
    turn, _ = asked(workspace, QUESTION)
    workspace.delete_conversation(turn.conversation_id)
    workspace.open_model(None)
    assert not [path for path in workspace.home.snapshots.iterdir() if b"apple tree" in path.read_bytes()]


def test_a_model_that_only_asks_for_steps_ends_and_says_so(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    Home(tmp_path / "home").create().settings.write_text(NOTHING_TO_MEASURE, "utf-8")
    model = write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, says="LOOK search: apple tree")
    cli.main(["index", str(notes)])
    capsys.readouterr()

    def told(*argv: str) -> tuple[dict[str, Any], str]:
        assert cli.main(["ask", QUESTION, "--model", str(model), "--json", *argv]) == 0
        said = capsys.readouterr()
        return json.loads(said.out), said.err

    turn, said = told("--look-again")
    assert [step["outcome"] for step in turn["steps"]] == ["1 passage", "already looked for"]
    assert "Looked again: apple tree · 1 passage" in said
    assert turn["answer"].startswith("Nothing that was found answers this.")
    for argv in ((), ("--look-again", "--no-look-again"), ("--look-again", "--plain")):
        turn, said = told(*argv)  # by itself, so small a model does not look again
        assert (turn["steps"], turn["answer"]) == ([], "LOOK search: apple tree")
    assert told("--look-again", "--no-retrieval")[0]["steps"] == []


def test_where_nothing_was_found_a_grammar_has_the_model_search_first(tmp_path: Path, open_forced: Open) -> None:
    workspace, engine = open_forced(write_tiny_gguf(tmp_path / "tiny.gguf", context=8192))
    turn, looked = asked(workspace, "xyzzy frobnicate quux?")
    assert looked and turn.steps[0].said.startswith("LOOK ")
    assert turn.steps[0].said.split(" ")[1] in {"search:", "around:", "files:", "count:"}
    assert engine.replies[1].usage.reused_tokens >= engine.replies[0].usage.prompt_tokens
