"""A model on a server looks again by the plain line alone, as servers take no grammar; its size is that in its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail

from assistant import cli
from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from tests.models.tiny_gguf import write_tiny_gguf
from tests.openai_server import OpenAIServer, serving

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60), pytest.mark.logs("is not installed")]
Ask = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.delenv("CARREL_REMOTE_KEY", raising=False)
    path = write_tiny_gguf(tmp_path / "asks.gguf", says="LOOK search: apple tree", context=16_384)
    engine = LlamaEngine(path, LlamaSettings(threads=1, context_tokens=16_384))
    with serving(OpenAIServer(engine)) as server:
        yield server
    engine.close()


@pytest.fixture
def ask(
    server: OpenAIServer,
    tmp_path: Path,
    notes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Asks the server from the command line; returns its JSON and what it says beside."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    cli.main(["index", str(notes)])
    capsys.readouterr()

    def ask(*argv: str) -> tuple[dict[str, Any], str]:
        cli.main(["ask", "What is the desk made of?", "--model", f"remote:{server.url}", "--json", *argv])
        said = capsys.readouterr()
        return json.loads(said.out), said.err

    return ask


def test_steps_are_taken_and_nothing_but_them_is_added_to_what_was_sent(ask: Ask, server: OpenAIServer) -> None:
    turn, _ = ask("--look-again")
    assert [step["outcome"] for step in turn["steps"]] == ["1 passage", "already looked for"]
    sent = [body["messages"] for body in server.asked if "messages" in body]
    assert len(sent) == 3
    assert all(after[: len(before)] == before for before, after in pairwise(sent))


def test_a_model_of_unknown_size_does_not_look_and_it_is_said(ask: Ask) -> None:
    turn, said = ask()
    assert turn["steps"] == []
    assert "The size of this model is not known" in said
    assert "The size of this model is not known" not in ask("--no-look-again")[1]
