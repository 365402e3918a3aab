"""What was unloaded has left the memory of real processes, and comes back by itself when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.models.memory_ledger import resident_bytes
from assistant.models.unloadable import Unloadable
from assistant.settings import SearchSettings, Settings
from assistant.values import Answered
from assistant.workspace import Workspace
from tests.models.tiny_bert import write_model
from tests.models.tiny_gguf import write_tiny_gguf

LEASE = "# Lease\n\nThe notice period is three months, in writing.\n"


class NoEncoders(Encoders):
    """Search is by keywords alone."""

    def open_embedder(self, name: str | None = None) -> None:
        return None


class Keywords(Workspace):
    """A real workspace that searches by keywords."""

    encoders_type = NoEncoders


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Keywords(Home(tmp_path / "home"))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "lease.md").write_text(LEASE, "utf-8")
    made.library.add_folder(tmp_path / "files")
    made.library.sync()
    yield made
    made.close()


def processes() -> int:
    return len(psutil.Process().children(recursive=True))


def answered(workspace: Workspace, question: str) -> str:
    *_, last = workspace.asking.ask(question, persona="001-reader")
    assert isinstance(last, Answered)
    return last.turn.engine


class Weights:
    """A model of 60 MB that is touched."""

    def __init__(self) -> None:
        self.data: bytearray | None = bytearray(b"x") * 60_000_000

    @property
    def weight_bytes(self) -> int:
        return 60_000_000

    def close(self) -> None:
        self.data = None


def test_an_unloaded_encoder_leaves_the_memory_and_comes_back() -> None:
    held = Unloadable(Weights)
    full = resident_bytes()
    assert held.bytes >= 60_000_000
    held.unload()
    assert full - resident_bytes() > 50_000_000 and held.bytes == 0
    with held.use() as model:
        assert model.data is not None
    assert held.bytes >= 60_000_000


def test_an_encoder_in_use_is_freed_when_its_last_user_is_done() -> None:
    held = Unloadable(Weights)
    with held.use() as first:
        held.unload()
        with held.use() as second:
            assert first is second
        assert first.data is not None
    assert first.data is None and held.bytes == 0


@pytest.mark.engine
@pytest.mark.timeout(60)
def test_the_chosen_model_is_freed_and_loaded_again_by_the_next_question(workspace: Workspace, tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    workspace.open_model(path)
    assert answered(workspace, "What is the notice period?") == "llama.cpp"
    full, count = workspace.memory()["process"], processes()
    workspace.unload_model(path)
    assert processes() == count - 1
    assert full - workspace.memory()["process"] > 20_000_000
    assert workspace.models.chosen is None and workspace.models.unloaded is not None
    assert workspace.settings.model.path == path
    assert answered(workspace, "How long is the notice period?") == "llama.cpp"
    assert workspace.models.unloaded is None and [one.path for one in workspace.models.held()] == [path]


@pytest.mark.engine
@pytest.mark.timeout(60)
def test_quotes_that_are_chosen_after_unloading_stay_quotes(workspace: Workspace, tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    workspace.open_model(path)
    workspace.unload_model(path)
    workspace.open_model(None)
    assert answered(workspace, "What is the notice period?") == "quotes"


def test_a_parser_that_waits_is_ended_and_starts_again_with_the_next_file(workspace: Workspace, tmp_path: Path) -> None:
    workspace.library.expect_files()
    assert workspace.memory()["parsers"] > 20_000_000
    workspace.library.end_waiting_parsers()
    assert "parsers" not in workspace.memory() and workspace.library.parser_ids() == ()
    (tmp_path / "files" / "rent.md").write_text("The rent is 900 euros.", "utf-8")
    workspace.library.sync()
    assert {row.status for row in workspace.library.files()} == {"indexed"}


def test_the_embedder_and_the_reranker_of_the_settings_are_freed_one_by_one(tmp_path: Path) -> None:
    folders = tmp_path / "models"
    write_model(folders / "all-MiniLM-L6-v2")
    encoders = Encoders(Home(tmp_path / "home"), lambda: Settings(search=SearchSettings(embedder_folders=(folders,))))
    embedder = encoders.open_embedder()
    assert embedder is not None
    before = embedder.embed_question("What?").tolist()
    assert encoders.memory()["embedder"] > 0
    encoders.unload("embedder")
    encoders.unload("reranker")
    assert encoders.memory() == {"embedder": 0, "reranker": 0}
    assert embedder.embed_question("What?").tolist() == before
    assert encoders.memory()["embedder"] > 0
