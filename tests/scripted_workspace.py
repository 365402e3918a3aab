"""A real workspace whose models say what they are told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.models.chat_models import ChatModels
from assistant.models.open_models import Progress
from assistant.workspace import Workspace
from engines.protocol import Engine
from tests.scripted_engine import ScriptedEngine


def scripted_workspace(script: str) -> type[Workspace]:
    """A kind of workspace that loads a scripted model where the file is none."""

    class ScriptedModels(ChatModels):
        def _load(self, path: Path, on_progress: Progress) -> Engine:
            return super()._load(path, on_progress) if path.exists() else ScriptedEngine(script)

    class ScriptedWorkspace(Workspace):
        models_type = ScriptedModels

    return ScriptedWorkspace


def measure_nothing(workspace: Workspace) -> None:
    """Open models as they are told to here, so that none is tuned for the processor first, which takes seconds."""
    model = replace(workspace.settings.model, threads=1, batch_tokens=64, flash_attention=False, kv_type="f16")
    workspace.settings = replace(workspace.settings, model=model)
