"""GGUF files: what they say of themselves, and why some are refused."""

import os
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from engines.errors import ModelUnreadable
from engines.models.card import KvCache, LayerCache
from engines.models.scan import read_card
from tests.models.tiny_gguf import write_tiny_gguf


def refusal(path: Path) -> str:
    with pytest.raises(ModelUnreadable) as refused:
        read_card(path)
    return refused.value.hint


def written(
    path: Path, architecture: str = "llama", *, tensors: tuple[str, ...] = ("output.weight",), **keys: object
) -> Path:
    """A file of that architecture with these keys, each under the architecture's name, and square tensors."""
    writer = gguf.GGUFWriter(path, architecture)
    for key, value in keys.items():
        name = f"{architecture}.{key.replace('__', '.')}"
        if isinstance(value, list):
            writer.add_array(name, value)
        else:
            writer.add_uint32(name, value)  # type: ignore[arg-type]
    for name in tensors:
        writer.add_tensor(name, np.zeros((32, 32), dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def layers(path: Path) -> list[tuple[int, int | None]]:
    return [(layer.values, layer.window_tokens) for layer in read_card(path).cache.layers]


STATE: dict[str, Any] = {"ssm__conv_kernel": 4, "ssm__inner_size": 128, "ssm__state_size": 16, "ssm__group_count": 1}
SHAPE: dict[str, Any] = {
    "block_count": 4,
    "embedding_length": 64,
    "attention__head_count": 4,
    "attention__head_count_kv": 2,
}


def test_card_has_the_facts_of_the_model(tiny_model: Path) -> None:
    card = read_card(tiny_model)
    assert (card.name, card.format, card.architecture) == ("Tiny", "gguf", "llama")
    assert (card.context_tokens, card.quantization, card.width) == (2048, "F32", 64)
    assert card.weights_bytes == 4 * card.parameters
    assert card.active_bytes == card.weights_bytes - 4 * 64 * card.vocabulary
    assert card.has_template
    assert card.licence is None
    assert card.cache == KvCache((LayerCache(64), LayerCache(64)))


def test_a_model_without_a_template_says_so(tmp_path: Path) -> None:
    assert not read_card(write_tiny_gguf(tmp_path / "plain.gguf", template=None)).has_template


def test_of_experts_only_those_used_are_read(tmp_path: Path) -> None:
    tensors = ("output.weight", "token_embd.weight", "blk.0.ffn_up_exps.weight")
    card = read_card(written(tmp_path / "moe.gguf", tensors=tensors, expert_count=8, expert_used_count=2))
    assert card.active_bytes == 2048 + 2048 // 4


def test_tied_embeddings_are_read_for_each_token(tmp_path: Path) -> None:
    card = read_card(written(tmp_path / "tied.gguf", tensors=("token_embd.weight",)))
    assert card.active_bytes == card.weights_bytes == 2048


def test_heads_may_differ_by_layer_and_have_a_length_of_their_own(tmp_path: Path) -> None:
    by_layer: dict[str, Any] = {**SHAPE, "attention__head_count_kv": [2, 0, 4, 1]}
    assert layers(written(tmp_path / "a.gguf", **by_layer)) == [(64, None), (128, None), (32, None)]
    long: dict[str, Any] = {**SHAPE, "attention__key_length": 96, "attention__value_length": 32}
    assert layers(written(tmp_path / "b.gguf", **long)) == [(2 * 128, None)] * 4


@pytest.mark.parametrize(
    ("architecture", "windows"),
    [
        ("gemma2", [512, None, 512, None]),
        ("gpt-oss", [512, None, 512, None]),
        ("cohere2", [512, 512, 512, None]),
        ("smallthinker", [None, 512, 512, 512]),
        ("phi3", [None] * 4),
        ("llama", [None] * 4),
    ],
)
def test_sliding_windows_are_those_of_the_architecture(
    tmp_path: Path, architecture: str, windows: list[int | None]
) -> None:
    path = written(tmp_path / "model.gguf", architecture, **SHAPE, attention__sliding_window=512)
    assert [window for _, window in layers(path)] == windows


def test_the_header_says_which_layers_slide_and_which_share(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "attention__sliding_window": 512,
        "attention__sliding_window_pattern": [True, False, True, True],
    }
    path = written(tmp_path / "model.gguf", "gemma4", **SHAPE, **said, attention__shared_kv_layers=1)
    assert [window for _, window in layers(path)] == [512, None, 512]


def test_recurrent_layers_keep_a_state_that_does_not_grow(tmp_path: Path) -> None:
    path = written(tmp_path / "model.gguf", "qwen35", **SHAPE, **STATE, full_attention_interval=4)
    cache = read_card(path).cache
    assert [layer.values for layer in cache.layers] == [64]
    assert cache.state_bytes == 3 * 4 * (3 * (128 + 2 * 16) + 16 * 128)


def test_each_layer_of_a_falcon_attends_and_keeps_a_state(tmp_path: Path) -> None:
    cache = read_card(written(tmp_path / "model.gguf", "falcon-h1", **SHAPE, **STATE)).cache
    assert len(cache.layers) == SHAPE["block_count"]
    assert cache.state_bytes == SHAPE["block_count"] * 4 * (3 * (128 + 2 * 16) + 16 * 128)


def test_a_layer_of_a_nemotron_attends_or_keeps_a_state_or_does_neither(tmp_path: Path) -> None:
    kinds: dict[str, Any] = {"attention__head_count_kv": [0, 2, 0, 0], "feed_forward_length": [0, 0, 64, 0]}
    cache = read_card(written(tmp_path / "model.gguf", "nemotron_h", **(SHAPE | kinds), **STATE)).cache
    assert len(cache.layers) == 1
    assert cache.state_bytes == 2 * 4 * (3 * (128 + 2 * 16) + 16 * 128)


def test_a_window_is_rounded_up_and_a_sliding_one_holds_a_batch_more() -> None:
    cache = KvCache((LayerCache(10), LayerCache(10, 512)))
    assert cache.size(1000, 128) == 2 * 10 * (1024 + 768)
    assert cache.size(300, 128) == 2 * 10 * (512 + 512)
    assert cache.size(2048, 128, sequences=2) == 2 * 10 * (2048 + 1280)
    assert cache.size(1024, 128, "q8_0") == round(10 * (1024 + 768) * 34 / 32)


def test_a_model_in_parts_is_one(tmp_path: Path) -> None:
    for number, name in enumerate(("output.weight", "blk.0.attn_q.weight"), start=1):
        written(tmp_path / f"big-{number:05}-of-00002.gguf", tensors=(name,), **SHAPE)
    card = read_card(tmp_path / "big-00002-of-00002.gguf")
    assert card.path.name == "big-00001-of-00002.gguf"
    assert card.weights_bytes == 2 * 2048
    assert card.name == "big"


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    hint = refusal(written(tmp_path / "big-00001-of-00003.gguf"))
    assert "2 of its 3 parts" in hint and "big-00002-of-00003.gguf" in hint


@pytest.mark.parametrize("name", ["a-00000-of-00002.gguf", "a-00003-of-00002.gguf", "a-00001-of-99999.gguf"])
def test_impossible_part_numbers_are_refused(tmp_path: Path, name: str) -> None:
    assert "does not fit" in refusal(written(tmp_path / name))


@pytest.mark.parametrize("architecture", ["bert", "clip", "t5"])
def test_models_that_do_not_write_are_refused(tmp_path: Path, architecture: str) -> None:
    assert "does not write" in refusal(written(tmp_path / "model.gguf", architecture))


def test_embedders_of_a_writing_architecture_are_refused(tmp_path: Path) -> None:
    assert "does not write" in refusal(written(tmp_path / "model.gguf", "qwen3", pooling_type=3))


def test_a_vocabulary_without_weights_is_refused(tmp_path: Path) -> None:
    assert "no weights" in refusal(written(tmp_path / "vocabulary.gguf", tensors=()))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    assert "not a GGUF" in refusal(tmp_path / "pipe.gguf")
