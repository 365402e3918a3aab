"""Damaged headers by the thousand: each is read or refused with a reason, quickly, and takes no memory to speak of."""

import random
import struct
import tracemalloc
from pathlib import Path

import gguf
import numpy as np
import pytest

from engines.errors import ModelUnreadable
from engines.models.card import GGML_TYPES
from engines.models.gguf_header import read_gguf

_CASES = 4000
_MOST_BYTES = 4 << 20
_NASTY = (0, 1, 2**7, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A header with values of every kind, and three tensors."""
    path = tmp_path_factory.mktemp("mutations") / "small.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Small")
    writer.add_context_length(512)
    writer.add_head_count_kv([1, 2, 0])
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_add_bos_token(False)
    writer.add_token_list(["a", "b", "c d"])
    writer.add_token_scores([0.0, 1.0, 2.0])
    for name in ("token_embd.weight", "blk.0.attn_q.weight", "output.weight"):
        writer.add_tensor(name, np.ones((4, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to three accidents: a flipped bit, a nasty number, a cut, a doubled or a missing part."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(4, max(5, min(len(changed), 700)))
        kind = dice.randrange(5)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            size = dice.choice((4, 8))
            changed[at : at + size] = struct.pack("<Q", dice.choice(_NASTY))[:size]
        elif kind == 2:
            del changed[at:]
        elif kind == 3:
            changed[at:at] = changed[at : at + dice.randrange(1, 40)]
        else:
            del changed[at : at + dice.randrange(1, 40)]
    return bytes(changed)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("seed", range(4))
def test_mutated_headers_are_read_or_refused(tmp_path: Path, small: bytes, seed: int) -> None:
    dice, path, refused = random.Random(seed), tmp_path / "mutated.gguf", 0
    for _ in range(_CASES // 4):
        path.write_bytes(mutated(small, dice))
        try:
            read_gguf(path)
        except ModelUnreadable as error:
            assert error.hint
            refused += 1
    assert _CASES // 8 < refused < _CASES // 4


def test_numbers_of_the_file_reserve_no_memory(tmp_path: Path, small: bytes) -> None:
    dice, path = random.Random(0), tmp_path / "mutated.gguf"
    tracemalloc.start()
    try:
        for _ in range(200):
            path.write_bytes(mutated(small, dice))
            try:
                read_gguf(path)
            except ModelUnreadable:
                continue
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < _MOST_BYTES


@pytest.mark.parametrize("position", range(8, 24, 8))
@pytest.mark.parametrize("count", _NASTY)
def test_absurd_counts_are_refused(tmp_path: Path, small: bytes, position: int, count: int) -> None:
    path = tmp_path / "counts.gguf"
    path.write_bytes(small[:position] + struct.pack("<Q", count) + small[position + 8 :])
    try:
        read_gguf(path)
    except ModelUnreadable:
        return
    assert count < 3  # fewer tensors than the file has are still a model


def test_a_sparse_file_of_a_terabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.gguf"
    with path.open("wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, 2**16, 4096))
        file.truncate(1 << 40)
    with pytest.raises(ModelUnreadable):
        read_gguf(path)


def test_tensors_that_overlap_are_refused(tmp_path: Path, small: bytes) -> None:
    path = tmp_path / "overlap.gguf"
    offsets = struct.pack("<IQ", 0, 512), struct.pack("<IQ", 0, 256)
    assert small.count(offsets[0]) == 1
    path.write_bytes(small.replace(*offsets))
    with pytest.raises(ModelUnreadable) as refused:
        read_gguf(path)
    assert "damaged" in refused.value.hint


def test_every_tensor_type_has_the_size_that_gguf_says() -> None:
    said = {int(kind): (kind.name, *sizes) for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert {kind: (known.name, known.block, known.block_bytes) for kind, known in GGML_TYPES.items()} == said
