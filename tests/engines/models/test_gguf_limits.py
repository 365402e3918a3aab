"""Numbers that no model can have are refused before native code sees them."""

import math
from pathlib import Path

import pytest

from engines.errors import ModelUnreadable
from engines.models.gguf_card import gguf_card
from tests.models.gguf_changes import change_field, changed_files
from tests.models.tiny_gguf import write_tiny_gguf

# At each of these llama.cpp aborts its process, or asks for memory without end.
FATAL = [
    ("block_count", 0),
    ("block_count", 513),
    ("block_count", 2**32 - 1),
    ("attention.layer_norm_rms_epsilon", math.nan),
    ("attention.layer_norm_rms_epsilon", -1.0),
    ("attention.layer_norm_rms_epsilon", math.inf),
    ("attention.head_count", 3),
    ("attention.head_count_kv", 3),
    ("context_length", 2**31),
    ("embedding_length", 2**31),
    ("rope.dimension_count", 2**32 - 1),
]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "whole.gguf")


@pytest.mark.parametrize(("name", "value"), FATAL)
def test_number_that_no_model_has_is_refused_by_its_name(whole: Path, name: str, value: float) -> None:
    change_field(whole, f"llama.{name}", value)
    with pytest.raises(ModelUnreadable) as refused:
        gguf_card(whole)
    assert name in refused.value.hint
    assert "Download it again" in refused.value.hint


def test_every_change_of_one_field_is_read_or_refused(whole: Path, tmp_path: Path) -> None:
    refused = 0
    for _, path in changed_files(whole, tmp_path, 300):
        try:
            gguf_card(path)
        except ModelUnreadable as error:
            assert error.hint
            refused += 1
    assert refused > 100
