"""A model whose opening ended a process is opened again only when a person chooses it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.opening_note import LastOpeningCrashed, OpeningNote
from assistant.workspace import Workspace
from engines import Engine, ModelUnreadable, OpeningCrashed
from tests.scripted_engine import ScriptedEngine


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(Home(tmp_path / "home"))
    model = tmp_path / "model.gguf"
    workspace.settings = replace(workspace.settings, model=replace(workspace.settings.model, path=model))
    return workspace


def model_of(workspace: Workspace) -> Path:
    assert workspace.settings.model.path
    return workspace.settings.model.path


def opening(monkeypatch: pytest.MonkeyPatch, result: Engine | Exception) -> None:
    def open_engine(*_: object) -> Engine:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)


def test_crash_is_remembered_until_the_model_opens(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(workspace)
    assert workspace.models.remembered() == model
    opening(monkeypatch, OpeningCrashed(model, "llama.cpp"))
    with pytest.raises(OpeningCrashed):
        workspace.open_model(model)
    with pytest.raises(LastOpeningCrashed) as refused:
        Workspace(workspace.home).models.remembered()
    assert "model.gguf" in refused.value.title and "Choose it yourself" in refused.value.hint
    opening(monkeypatch, ScriptedEngine("It opens."))
    workspace.open_model(model)
    assert Workspace(workspace.home).models.remembered() == model


def test_refusal_is_no_crash(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    opening(monkeypatch, ModelUnreadable(model_of(workspace), "It is not there."))
    with pytest.raises(ModelUnreadable):
        workspace.open_model(model_of(workspace))
    assert workspace.models.remembered()


def test_other_model_is_opened(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.home.opening_note).write_text('{"path": "/elsewhere/b.gguf", "process": 0, "since": 0.0}')
    assert workspace.models.remembered() == model_of(workspace)


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"path": 1}', "\xff"])
def test_damaged_note_says_nothing(workspace: Workspace, damage: str) -> None:
    workspace.home.opening_note.write_text(damage, "latin-1")
    assert workspace.models.remembered()


def test_death_of_the_whole_application_counts_and_another_that_runs_does_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom assistant.models.opening_note import OpeningNote\n"
        "with OpeningNote(Path(sys.argv[1])).kept(Path(sys.argv[2])):\n    print(flush=True)\n    sys.stdin.read()"
    )
    note, model = workspace.home.opening_note, model_of(workspace)
    command = [sys.executable, "-c", program, str(note), str(model)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        OpeningNote(note).check(model)
        other.kill()
    with pytest.raises(LastOpeningCrashed):
        OpeningNote(note).check(model)
