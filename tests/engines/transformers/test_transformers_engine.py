"""A transformers engine reads nothing twice, and takes less memory when quantised."""

from pathlib import Path
from typing import Literal

import pytest

from engines.engine_settings import TransformersSettings
from engines.protocol import Message, Sampling
from engines.transformers.engine import TransformersEngine
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import transformers_installed

pytestmark = [pytest.mark.transformers, pytest.mark.timeout(120), transformers_installed]
GREEDY = Sampling(temperature=0, max_tokens=16)
SAID = "Water boils at 100 °C 🙂 [1]."


def said(engine: TransformersEngine, messages: list[Message], sampling: Sampling = GREEDY) -> str:
    return "".join(piece.text for piece in engine.reply(messages, sampling))


def test_second_turn_computes_only_new_tokens(tmp_path: Path) -> None:
    engine = TransformersEngine(write_tiny_folder(tmp_path / "tiny", says=SAID), TransformersSettings())
    first = [Message("user", "What boils, and at what? " * 20)]
    reply = engine.reply(first, GREEDY)
    text = "".join(piece.text for piece in reply)
    second = engine.reply([*first, Message("assistant", text), Message("user", "Sure?")], GREEDY)
    list(second)
    assert second.usage.reused_tokens == reply.usage.prompt_tokens + reply.usage.output_tokens
    engine.close()


def test_answer_after_another_chat_is_that_of_a_fresh_engine(tmp_path: Path) -> None:
    folder = write_tiny_folder(tmp_path / "tiny")
    used, fresh = (TransformersEngine(folder, TransformersSettings()) for _ in range(2))
    said(used, [Message("user", "What is this about?")])
    assert said(used, [Message("user", "What is that?")]) == said(fresh, [Message("user", "What is that?")])
    for engine in (used, fresh):
        engine.close()


def test_model_that_cannot_go_back_reads_again(tmp_path: Path) -> None:
    windowed = {"model_type": "mistral", "architectures": ["MistralForCausalLM"], "sliding_window": 16}
    folder = write_tiny_folder(tmp_path / "windowed", extra=windowed)
    used, fresh = (TransformersEngine(folder, TransformersSettings()) for _ in range(2))
    said(used, [Message("user", "What is this about, and what was that?")])
    branch = [Message("user", "What is this about, and who was it?")]
    reply = used.reply(branch, GREEDY)
    assert "".join(piece.text for piece in reply) == said(fresh, branch)
    assert reply.usage.reused_tokens == 0
    for engine in (used, fresh):
        engine.close()


@pytest.mark.parametrize("quantization", ["nf4", "int8"])
def test_quantised_model_takes_less_memory_and_still_recites(
    tmp_path: Path, quantization: Literal["nf4", "int8"]
) -> None:
    folder = write_tiny_folder(tmp_path / "tiny", says=SAID, layers=8)
    plain = TransformersEngine(folder, TransformersSettings())
    engine = TransformersEngine(folder, TransformersSettings(quantization=quantization))
    assert engine.memory()["weights"] < 0.6 * plain.memory()["weights"]
    assert said(engine, [Message("user", "Well?")]) == SAID
    for opened in (plain, engine):
        opened.close()


@pytest.mark.parametrize("twice", [True, False])
def test_scales_of_nf4_are_quantised_too_unless_that_is_off(tmp_path: Path, twice: bool) -> None:
    folder = write_tiny_folder(tmp_path / "tiny", says=SAID, layers=2)
    engine = TransformersEngine(folder, TransformersSettings(quantization="nf4", double_quantization=twice))
    used = engine._model._model.config.quantization_config
    assert (used.bnb_4bit_quant_type, used.bnb_4bit_use_double_quant) == ("nf4", twice)
    assert said(engine, [Message("user", "Well?")]) == SAID
    engine.close()
