"""Which models may look again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.looking.decision import may_look, parameters_of
from assistant.settings import AnswerSettings
from personas.persona import LookAgain
from tests.assistant.looking.speaker import PERSONA
from tests.models.tiny_gguf import write_tiny_gguf


@pytest.mark.parametrize(
    ("setting", "persona", "asked", "parameters", "looks"),
    [
        ("auto", None, None, 3.2e9, True),
        ("auto", None, None, 1.7e9, False),
        ("auto", None, None, None, False),
        ("on", None, None, 1.7e9, True),
        ("off", None, None, 70e9, False),
        ("off", "on", None, None, True),
        ("on", "off", None, 70e9, False),
        ("on", "off", "on", None, True),
        ("on", "on", "off", 70e9, False),
    ],
)
def test_the_nearest_choice_decides_and_auto_by_size(
    setting: LookAgain, persona: LookAgain | None, asked: LookAgain | None, parameters: float | None, looks: bool
) -> None:
    settings = AnswerSettings(look_again=setting)
    assert may_look(replace(PERSONA, look_again=persona), settings, parameters, asked) == looks


def test_the_size_is_that_in_the_models_file(tmp_path: Path) -> None:
    size = parameters_of(write_tiny_gguf(tmp_path / "Big-70B.gguf"), None)
    assert size is not None and size < 1e6


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Qwen2.5-7B-Instruct at host", 7e9),
        ("llama-3.2-1b at host", 1e9),
        ("gpt-oss-20b at host", 20e9),
        ("phi-3.8B at host", 3.8e9),
        ("gpt-4o at host", None),
        ("a1b2c3 at host", None),
        ("model-8bit at host", None),
    ],
)
def test_the_size_of_a_servers_model_is_that_in_its_name(name: str, size: float | None) -> None:
    assert parameters_of(Path(name), None) == size
