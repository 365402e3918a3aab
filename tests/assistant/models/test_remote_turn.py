"""A whole turn over a server: chosen, masked, routed, recorded. The server is real, and so is the model behind it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from assistant import cli
from assistant.doctor.checks import run_checks
from assistant.home import Home
from assistant.models.servers import PersonalDataStays, asked_server
from assistant.settings import ModelSettings, NetworkSettings, ServerSettings, Settings
from assistant.settings_file import SettingsFile, load_settings
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from errors import AppError
from network.connections import Connections, Offline
from tests.models.tiny_gguf import write_tiny_gguf
from tests.openai_server import OpenAIServer, serving
from tests.vault import Vault

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60)]  # the first to search waits for LanceDB to load
SAID = "The desk is made of oak [1]."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    path = write_tiny_gguf(tmp_path_factory.mktemp("models") / "oak.gguf", says=SAID, context=16_384)
    engine = LlamaEngine(path, LlamaSettings(threads=1, context_tokens=16_384))
    yield engine
    engine.close()


@pytest.fixture
def server(model: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.delenv("CARREL_REMOTE_KEY", raising=False)
    with serving(OpenAIServer(model)) as server:
        yield server


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server counts as one on another machine."""
    monkeypatch.setattr("assistant.models.servers.is_this_machine", lambda host: False)


@pytest.fixture
def workspace(tmp_path: Path, notes: Path) -> Iterator[Workspace]:
    workspace = Workspace(Home(tmp_path / "home"))
    workspace.encoders.open_embedder = lambda name=None: None  # type: ignore[method-assign]
    workspace.library.add_folder(notes)
    workspace.library.sync()
    yield workspace
    workspace.close()


def choose(workspace: Workspace, server: OpenAIServer, **remote: object) -> None:
    workspace.settings = replace(workspace.settings, remote=ServerSettings(url=server.url, **remote))  # type: ignore[arg-type]
    workspace.open_model(Path("remote:"))


def answered(workspace: Workspace, question: str) -> Turn:
    (turn,) = (
        event.turn for event in workspace.asking.ask(question, persona="001-reader") if isinstance(event, Answered)
    )
    return turn


def test_server_in_the_settings_answers_and_is_recorded(workspace: Workspace, server: OpenAIServer) -> None:
    choose(workspace, server)
    turn = answered(workspace, "What is the desk made of?")
    assert (turn.answer, turn.engine, turn.model) == (SAID, "remote", "tiny at 127.0.0.1")
    assert turn.route == "tiny at 127.0.0.1: the selected model"
    assert workspace.conversations.turns(turn.conversation_id)[0].route == turn.route
    assert workspace.connections.history()[-1].purpose == "question to tiny"


@pytest.mark.usefixtures("elsewhere")
def test_server_elsewhere_reads_placeholders(workspace: Workspace, server: OpenAIServer) -> None:
    choose(workspace, server)
    turn = answered(workspace, "What is the desk of anna@example.org made of?")
    sent = json.dumps(server.asked)
    assert "<EMAIL_1>" in sent
    assert "anna@example.org" not in sent
    assert turn.route.endswith("1 e-mail address masked")


@pytest.mark.usefixtures("elsewhere")
def test_question_with_personal_data_is_quoted_where_it_must_stay(workspace: Workspace, server: OpenAIServer) -> None:
    choose(workspace, server, personal_data="refuse")
    turn = answered(workspace, "What is the desk of anna@example.org made of?")
    assert (turn.engine, turn.route) == ("quotes", "1 e-mail address must not leave this machine")
    assert server.asked == []


@pytest.mark.usefixtures("elsewhere")
def test_passage_with_personal_data_is_not_sent_where_it_must_stay(
    workspace: Workspace, server: OpenAIServer, notes: Path
) -> None:
    (notes / "carpenter.md").write_text(
        "# Carpenter\n\nThe carpenter of the desk is at carpenter@example.org.\n", "utf-8"
    )
    workspace.library.sync()
    choose(workspace, server, personal_data="refuse")
    with pytest.raises(PersonalDataStays):
        answered(workspace, "Who is the carpenter of the desk?")
    assert server.asked == []


@pytest.mark.parametrize("trusted", [False, True])
def test_address_of_this_machine_reads_everything_once_a_person_says_it_is_no_tunnel(
    workspace: Workspace, server: OpenAIServer, trusted: bool
) -> None:
    choose(workspace, server, on_this_machine=trusted)
    answered(workspace, "What is the desk of anna@example.org made of?")
    assert ("anna@example.org" in json.dumps(server.asked)) == trusted


@pytest.mark.usefixtures("elsewhere")
def test_card_in_a_passage_stays_and_the_message_says_where(
    workspace: Workspace, server: OpenAIServer, notes: Path
) -> None:
    (notes / "carpenter.md").write_text("# Carpenter\n\nThe desk was paid with 4111 1111 1111 1111.\n", "utf-8")
    workspace.library.sync()
    choose(workspace, server)
    with pytest.raises(PersonalDataStays) as refused:
        answered(workspace, "How was the desk paid?")
    assert "1 card number" in refused.value.title
    assert "(carpenter.md" in refused.value.hint
    assert "4111" not in refused.value.title + refused.value.hint
    assert server.asked == []


def test_offline_opens_no_server(workspace: Workspace) -> None:
    workspace.settings = replace(
        workspace.settings,
        network=NetworkSettings(offline=True),
        remote=ServerSettings(url="https://server.example"),
    )
    with pytest.raises(Offline):
        workspace.open_model(Path("remote:"))
    assert workspace.models.chosen is None


def test_command_line_names_a_server(
    server: OpenAIServer, tmp_path: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["ask", "What is the desk made of?", "--folder", str(notes), "--model", f"remote:{server.url}/v1#tiny"]
    assert cli.main([*argv, "--home", str(tmp_path / "other"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["answer"], told["engine"]) == (SAID, "remote")
    assert told["citations"][0]["quote"] == "The desk is made of oak from Jutland."


_EVERY_CONNECTION = """
import sys
def see(event, arguments):
    if event == "socket.connect":
        print("connected to", *arguments[1], file=sys.stderr)
sys.addaudithook(see)
from desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_no_connection_is_missing_from_the_log(server: OpenAIServer, tmp_path: Path, notes: Path) -> None:
    home = tmp_path / "home"
    argv = ["ask", "What is the desk made of?", "--folder", str(notes), "--model", f"remote:{server.url}"]
    command = [sys.executable, "-c", _EVERY_CONNECTION, *argv, "--home", str(home), "--json"]
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert json.loads(done.stdout)["answer"] == SAID
    seen = [line.split()[-2:] for line in done.stderr.splitlines() if line.startswith("connected to")]
    logged = [[line.host, str(line.port)] for line in Connections(Home(home).connection_log).history()]
    assert seen == logged
    assert len(seen) == 3  # its models, how it counts, the question


def test_doctor_accepts_a_server_as_model_and_reports_a_missing_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    for url, ok in (("https://h", True), ("", False)):
        SettingsFile(home.settings).save(
            Settings(model=ModelSettings(path=Path("remote:")), remote=ServerSettings(url=url))
        )
        (check,) = (check for check in run_checks(home) if check.name == "settings")
        assert (check.ok, bool(check.hint)) == (ok, not ok)


@pytest.mark.parametrize(
    ("model", "url", "name"),
    [
        ("remote:https://h:8000/v1#org/model", "https://h:8000/v1", "org/model"),
        ("remote:http://h", "http://h", ""),
        ("remote:", "https://set", "up"),
    ],
)
def test_model_names_a_server(model: str, url: str, name: str) -> None:
    found = asked_server(Path(model), ServerSettings(url="https://set", model="up"))
    assert found
    assert (found.url, found.model) == (url, name)


def test_file_is_no_server() -> None:
    assert asked_server(Path("/models/remote:.gguf"), ServerSettings()) is None


def test_no_server_in_the_settings_is_told() -> None:
    with pytest.raises(AppError) as refused:
        asked_server(Path("remote:"), ServerSettings())
    assert refused.value.hint


def test_settings_of_a_server_survive_the_file(tmp_path: Path) -> None:
    chosen = Settings(
        model=ModelSettings(path=Path("remote:")),
        remote=ServerSettings(url="https://h", model="m", personal_data="refuse"),
    )
    SettingsFile(tmp_path / "settings.toml").save(chosen)
    assert load_settings(tmp_path / "settings.toml") == chosen


def test_command_says_that_a_server_runs_on_this_machine(tmp_path: Path) -> None:
    at = ["--home", str(tmp_path)]
    assert cli.main(["remote", "local", *at]) == 0
    assert load_settings(tmp_path / "settings.toml").remote.on_this_machine
    assert cli.main(["remote", "tunnel", *at]) == 0
    assert not load_settings(tmp_path / "settings.toml").remote.on_this_machine


def test_key_is_kept_from_standard_input_and_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: vault)
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-1\n"))
    at = ["--home", str(tmp_path)]
    assert cli.main(["remote", "key", "https://h/v1", *at]) == 0
    assert vault.kept == {("carrel", "https://h:443"): "sk-1"}
    assert cli.main(["remote", "forget", "https://h", *at]) == 0
    assert vault.kept == {}
    assert "sk-1" not in capsys.readouterr().out
    assert not any("sk-1" in path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())
