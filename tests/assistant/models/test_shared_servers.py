"""`[model] servers`: whole turns over several servers, what the settings may say of them, and what doctor tells."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from assistant.doctor.servers_check import check_servers
from assistant.home import Home
from assistant.models.servers import asked_servers, server_states
from assistant.settings import ModelSettings, NetworkSettings, ServerSettings, Settings, read_settings
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from network.connections import Offline
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(60), pytest.mark.logs("is not installed|broke off|cannot be reached")]
SAID = "The desk is made of oak [1]."


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[OpenAIServer]]:
    """Two servers, which count as ones on other machines."""
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.setattr("assistant.models.servers.is_this_machine", lambda host: False)
    with ExitStack() as running:
        made = [OpenAIServer(ScriptedEngine(SAID, context_tokens=16_384)) for _ in range(2)]
        yield [running.enter_context(serving(one)) for one in made]


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, servers: list[OpenAIServer]) -> Iterator[Workspace]:
    workspace = Workspace(Home(tmp_path / "home"))
    workspace.encoders.open_embedder = lambda name=None: None  # type: ignore[method-assign]
    workspace.library.add_folder(notes)
    workspace.library.sync()
    shared = ModelSettings(servers=tuple(one.url for one in servers))
    workspace.settings = replace(workspace.settings, model=shared)
    workspace.open_model(Path("remote:"))
    while any(not one.model for one in server_states(workspace.models.chosen)):
        time.sleep(0.01)
    yield workspace
    workspace.close()


def answered(workspace: Workspace, question: str) -> Turn:
    running = workspace.asking.ask(question, persona="001-reader", again=True)
    return next(event.turn for event in running if isinstance(event, Answered))


def test_a_turn_is_masked_for_every_server_and_survives_the_death_of_one(
    workspace: Workspace, servers: list[OpenAIServer]
) -> None:
    question = "What is the desk of anna@example.org made of?"
    for dying, other in (servers, servers[::-1]):  # whichever is asked first
        dying.fault, other.fault = "cut", ""
        turn = answered(workspace, question)
    assert turn.answer == SAID and turn.model == "tiny at 2 servers"
    assert turn.citations and turn.finish == "end"
    for server in servers:
        assert "anna@example.org" not in json.dumps(server.asked) and "<EMAIL_1>" in json.dumps(server.asked)
    assert {one.purpose for one in workspace.connections.history()} >= {"question to tiny"}


def test_offline_asks_none_of_them(
    workspace: Workspace, servers: list[OpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.connections.is_this_machine", lambda host: False)
    workspace.settings = replace(workspace.settings, network=NetworkSettings(offline=True))
    with pytest.raises(Offline):
        answered(workspace, "What is the desk made of?")
    assert not any(one.asked for one in servers)


def test_the_servers_are_those_of_both_tables_each_with_its_model() -> None:
    remote = ServerSettings(url="https://a:8000/v1", model="qwen", plain_http=True)
    settings = Settings(
        remote=remote, model=ModelSettings(servers=("http://b:8000", "https://c#other", "https://a:8000"))
    )
    found = asked_servers(Path("remote:"), settings)
    assert [(one.url, one.model, one.plain_http) for one in found] == [
        ("https://a:8000", "qwen", True),
        ("http://b:8000", "qwen", True),
        ("https://c", "other", True),
    ]
    [alone] = asked_servers(Path("remote:https://d#x"), settings)
    assert (alone.url, alone.model) == ("https://d", "x")
    assert asked_servers(Path("model.gguf"), settings) == ()
    [one] = asked_servers(Path("remote:"), Settings(model=ModelSettings(servers=("https://b",))))
    assert one.url == "https://b"


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        (["gpu1:8000"], "servers cannot hold “gpu1:8000”"),
        (["https://user:secret@gpu1"], "more than a host"),
        (["https://gpu1", "https://gpu1/v1"], "twice"),
        (["https://gpu1:99999999"], "not valid"),
        ("https://gpu1", "a list"),
        ([1], "text"),
    ],
)
def test_servers_that_are_none_are_named(servers: object, words: str) -> None:
    settings, [problem] = read_settings({"model": {"servers": servers}})
    assert words in f"{problem.title} {problem.hint}"
    assert problem.place == "model.servers" and settings.model.servers == ()


def test_doctor_has_one_line_of_them(tmp_path: Path, servers: list[OpenAIServer]) -> None:
    home = Home(tmp_path / "home")
    urls = tuple(one.url for one in servers)
    assert check_servers(home, Settings()) == []
    [check] = check_servers(home, Settings(model=ModelSettings(servers=urls)))
    assert check.ok and check.detail.startswith("2 of 2 servers answer: 127.0.0.1:")
    assert "has tiny, 16,384 tokens" in check.detail
    [check] = check_servers(home, Settings(model=ModelSettings(servers=(*urls, "http://127.0.0.1:9"))))
    assert not check.ok and "127.0.0.1:9: 127.0.0.1 cannot be reached" in check.detail and check.hint
