"""`--thinking` and /thinking: what the model is told, and what is told of its thoughts."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60), pytest.mark.logs("is not installed")]
# Where it may think, what its model writes is a thought without an end; else it is the answer.
TEMPLATE = CHATML + "{% if enable_thinking %}<think>\n{% endif %}"
QUESTION, SAID = "What is the desk made of?", "Of oak [1]."

Run = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line with a model over a note; returns its JSON and what it says beside."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "desk.md").write_text("# Desk\n\nThe desk is made of oak.\n")
    model = write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, says=SAID, template=TEMPLATE)
    cli.main(["index", str(tmp_path / "notes")])
    capsys.readouterr()

    def call(*argv: str) -> tuple[dict[str, Any], str]:
        cli.main([*argv, "--model", str(model), "--json"])
        told = capsys.readouterr()
        return json.loads(told.out), told.err

    return call


def test_thinking_is_off_unless_it_is_asked_for(run: Run) -> None:
    plain, _ = run("ask", QUESTION)
    assert (plain["answer"], plain["thoughts"]) == (SAID, "")
    thinking, said = run("ask", QUESTION, "--thinking", "on")
    assert (thinking["answer"], thinking["thoughts"]) == ("", SAID)
    assert thinking["thought_seconds"] > 0
    assert "Thought for 1 s" in said


def test_a_chat_changes_it_for_the_next_question(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (QUESTION, "/thinking on", QUESTION, "/thinking maybe", "/thinking off", QUESTION)
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    told, said = run("chat")
    assert [turn["answer"] for turn in told["turns"]] == [SAID, "", SAID]
    assert "/thinking must be off, on, or a number of tokens" in said


def test_another_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--thinking", "maybe"]) != 0
    assert "must be off, on, or a number of tokens" in capsys.readouterr().err
