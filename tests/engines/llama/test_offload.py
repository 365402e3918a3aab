"""Layers on graphics processors: the same tokens as on the processor, and the memory that was estimated.

Skipped where the installed llama.cpp has no device. Mesa's lavapipe is one: `make test-vulkan`.
"""

from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.llama.bindings import llama_library
from engines.llama.engine import LlamaEngine
from engines.models.memory import RunConfig, gpu_rooms, offload_bytes
from engines.models.scan import read_card
from engines.protocol import Message, Sampling
from tests.engines.models.shaped_gguf import write_shaped_gguf
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [pytest.mark.engine, pytest.mark.vulkan, pytest.mark.timeout(120)]
GREEDY = Sampling(max_tokens=24, temperature=0.0, repeat_penalty=1.0)
MIB = 1 << 20


@pytest.fixture(autouse=True)
def _needs_gpu() -> None:
    if not llama_library().gpus:
        pytest.skip("needs a llama.cpp with a device: make test-vulkan")


def answer(path: Path, layers: int | None) -> str:
    engine = LlamaEngine(path, LlamaSettings(context_tokens=512, gpu_layers=layers, drafting=False))
    try:
        return "".join(piece.text for piece in engine.reply([Message("user", "When does the lease end?")], GREEDY))
    finally:
        engine.close()


@pytest.mark.parametrize("seed", [0, 1, 3])  # with 2, the 20th token is a tie within rounding
def test_the_same_tokens_are_written_with_layers_offloaded(tmp_path: Path, seed: int) -> None:
    model = write_tiny_gguf(tmp_path / "tiny.gguf", seed=seed)
    on_cpu = answer(model, 0)
    assert len(on_cpu) > 8
    assert [answer(model, layers) for layers in (1, 2, None)] == [on_cpu] * 3


def test_all_layers_are_offloaded_where_there_is_room(tmp_path: Path) -> None:
    engine = LlamaEngine(write_shaped_gguf(tmp_path / "model.gguf"), LlamaSettings(context_tokens=512))
    core = engine._core
    assert core.model.gpu_layers == 7  # six and the output
    name = llama_library().gpus[0].name
    assert core.device_bytes[name, "weights"] > 0 and core.device_bytes[name, "kv"] > 0
    engine.close()


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("layers", [0, 1, 4, 7])
@pytest.mark.parametrize("context_tokens", [2048, 16_384])
def test_the_memory_of_each_device_is_what_was_estimated(
    tmp_path: Path, architecture: str, layers: int, context_tokens: int
) -> None:
    window = 512 if architecture == "gemma3" else None
    path = write_shaped_gguf(tmp_path / "model.gguf", architecture, window=window)
    settings = LlamaSettings(context_tokens=context_tokens, batch_tokens=64, gpu_layers=layers, kv_type="f16")
    engine = LlamaEngine(path, settings)
    told = engine._core.device_bytes
    engine.close()
    gpus = llama_library().gpus
    config = RunConfig(context_tokens=context_tokens, batch_tokens=64, flash_attention=layers > 0)
    found = offload_bytes(read_card(path), context_tokens, config, layers, gpu_rooms(gpus))
    on_gpu = sum(size for (device, _), size in told.items() if device == gpus[0].name)
    total = sum(told.values())
    assert found.total_bytes == pytest.approx(total, rel=0.05)
    assert found.gpu_bytes[0] == pytest.approx(on_gpu, rel=0.05, abs=3 * MIB)


def test_a_device_without_room_is_left_alone(tmp_path: Path) -> None:
    engine = LlamaEngine(write_shaped_gguf(tmp_path / "model.gguf"), LlamaSettings(context_tokens=512, gpu_layers=0))
    assert {device for device, _ in engine._core.device_bytes if device.startswith("Vulkan")} == set()
    engine.close()
