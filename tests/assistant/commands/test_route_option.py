"""`--route`: a second model, and which of both answers, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.models.open_models import Progress
from engines.engine_settings import EngineSettings
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
COMPLEX = "Compare the two offers and explain which of them costs less over five years."


class Sized(ScriptedEngine):
    """An engine as big as its file says."""

    def memory(self) -> dict[str, int]:
        return {"weights": int(str(self.script))}


def test_each_question_goes_to_the_model_of_its_difficulty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> Sized:
        return Sized(path.read_text("utf-8"), model=path.stem)

    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    for name, size in (("small", "100"), ("big", "900")):
        (tmp_path / f"{name}.gguf").write_text(size, "utf-8")

    def asked(question: str, *argv: str) -> dict[str, Any]:
        assert cli.main(["ask", question, "--model", str(tmp_path / "small.gguf"), "--json", *argv]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    route = "--route", str(tmp_path / "big.gguf")
    assert asked(COMPLEX)["route"] == "small: the selected model"
    assert asked(COMPLEX, *route)["route"] == "big: the biggest open model, for a complex question"
    assert asked("Who called?", *route)["route"] == "small: the selected model"
