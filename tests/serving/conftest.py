"""A server over a small home, on a port of its own, and OpenAI's client for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from openai import OpenAI

from assistant.home import Home
from assistant.workspace import Workspace
from serving.access import ApiKey, ApiKeys
from serving.application import build_app
from serving.host import Host
from tests.scripted_engine import ScriptedEngine
from tests.scripted_workspace import scripted_workspace

ANSWER = "The boiler is checked every March [1]."


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `key`: the secret of a key that may do anything."""

    host: Host
    address: str
    key: str

    def http(self, key: str | None = None, **headers: str) -> httpx2.Client:
        """A client with a key; `""`: without."""
        secret = self.key if key is None else key
        given = {"Authorization": f"Bearer {secret}"} if secret else {}
        return httpx2.Client(base_url=self.address, headers={**given, **headers}, timeout=20)

    def openai(self, key: str | None = None) -> Any:
        """OpenAI's own client, to which any request may be given."""
        return OpenAI(base_url=f"{self.address}/v1", api_key=key or self.key, max_retries=0, timeout=20)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "home").mkdir(parents=True)
    (folder / "boiler.md").write_text("# Boiler\n\n## Service\n\nThe boiler in the cellar is checked every March.\n")
    (folder / "home" / "lease.md").write_text("# Lease\n\nThe lease of the flat ends on 31 May 2027.\n")
    return folder


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    opened = scripted_workspace(ANSWER)(Home(tmp_path / "home"))
    opened.library.add_folder(notes)
    opened.library.sync()
    yield opened
    opened.close()


@pytest.fixture
def engine(workspace: Workspace) -> ScriptedEngine:
    """The model in memory, which says what it is told to."""
    made = workspace.open_model(Path("script.gguf"))
    assert isinstance(made, ScriptedEngine)
    return made


Serve = Callable[[Workspace], Served]
Running = tuple[uvicorn.Server, threading.Thread, Host]


@pytest.fixture
def running() -> list[Running]:
    """The servers that run."""
    return []


@pytest.fixture
def serve(running: list[Running]) -> Iterator[Serve]:
    """Starts a server for a workspace; all of them end with the test."""

    def start(workspace: Workspace) -> Served:
        keys = ApiKeys(workspace.home.api_keys)
        secret = keys.add(ApiKey(name=f"all-{len(keys.all())}", digest=""))
        host = Host(workspace, keys, parallel=2)
        server = uvicorn.Server(
            uvicorn.Config(build_app(host, ["127.0.0.1"]), port=0, log_level="error", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        running.append((server, thread, host))
        return Served(host, f"http://127.0.0.1:{port}", secret)

    yield start
    stop_all(running)


@pytest.fixture
def stop_serving(running: list[Running]) -> Callable[[], None]:
    """Ends every server that the test has started so far."""
    return lambda: stop_all(running)


def stop_all(running: list[Running]) -> None:
    while running:
        server, thread, host = running.pop()
        server.should_exit = True
        thread.join(10)
        host.close()
        assert not thread.is_alive()


@pytest.fixture
def served(workspace: Workspace, engine: ScriptedEngine, serve: Serve) -> Served:
    """A server with a scripted model."""
    return serve(workspace)
