"""The shape of a model, read from a header or a config, by which its memory is computed as llama.cpp allocates it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.errors import ModelUnreadable
from engines.models.scan import read_card
from engines.models.shape import read_shape
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_safetensors import write_folder


def test_a_headers_shape_gives_the_cache_that_the_card_counts(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    shape, card = read_shape(path), read_card(path)
    assert 2 * shape.layers * shape.kv_heads * shape.head_size * 2 == card.cache.growth(1)
    assert (shape.vocabulary, shape.tied, shape.experts) == (card.vocabulary, False, 1)
    assert shape.weight_bits == pytest.approx(8 * card.weights_bytes / card.parameters, abs=0.01)


def test_a_folders_shape_is_that_of_its_config(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "moe",
        head_dim=32,
        tie_word_embeddings=True,
        intermediate_size=256,
        num_local_experts=8,
        num_experts_per_tok=2,
    )
    shape = read_shape(folder)
    assert (shape.layers, shape.hidden, shape.heads, shape.kv_heads, shape.head_size) == (2, 64, 4, 2, 32)
    assert (shape.intermediate, shape.experts, shape.active_experts, shape.tied) == (256, 8, 2, True)
    assert shape.weight_bits == 16


def test_layers_with_a_window_are_counted(tmp_path: Path) -> None:
    kinds = ["sliding_attention", "full_attention"]
    folder = write_folder(tmp_path / "slides", layer_types=kinds, sliding_window=512, intermediate_size=128)
    shape = read_shape(folder)
    assert (shape.window, shape.windowed_layers) == (512, 1)


def test_a_shape_that_is_not_told_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable) as refused:
        read_shape(write_folder(tmp_path / "thin"))  # without intermediate_size
    assert "whole shape" in refused.value.hint
