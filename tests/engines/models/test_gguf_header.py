"""Files that are no models are refused with a reason, before native code sees them."""

import struct
from pathlib import Path

import pytest

from engines.errors import ModelUnreadable
from engines.models.gguf_header import read_gguf


def refusal(path: Path) -> str:
    with pytest.raises(ModelUnreadable) as refused:
        read_gguf(path)
    return refused.value.hint


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    return path


def test_whole_model_passes(tiny_model: Path) -> None:
    read_gguf(tiny_model)


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "model.gguf")


def test_folder(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    assert "empty" in refusal(written(tmp_path, b""))


@pytest.mark.parametrize("data", [b"x", b"# Notes\n", b"GGML\3\0\0\0", b"\0" * 4096])
def test_other_kind_of_file(tmp_path: Path, data: bytes) -> None:
    assert "not a GGUF" in refusal(written(tmp_path, data))


@pytest.mark.parametrize("version", [0, 1, 4, 0x03000000])
def test_version_that_cannot_be_read(tmp_path: Path, version: int) -> None:
    assert "version" in refusal(written(tmp_path, struct.pack("<4sIQQ", b"GGUF", version, 0, 0)))


@pytest.mark.parametrize("size", [4, 7, 20, 24, 60, 500, 5_000, 9_000])
def test_header_cut_short(tmp_path: Path, tiny_model: Path, size: int) -> None:
    assert "not downloaded completely" in refusal(written(tmp_path, tiny_model.read_bytes()[:size]))


def test_weights_cut_short(tmp_path: Path, tiny_model: Path) -> None:
    data = tiny_model.read_bytes()
    assert "not downloaded completely" in refusal(written(tmp_path, data[: len(data) // 2]))


def test_counts_beyond_all_reason(tmp_path: Path) -> None:
    huge = struct.pack("<4sIQQ", b"GGUF", 3, 2**63, 2**63)
    assert "damaged" in refusal(written(tmp_path, huge))


def test_array_longer_than_the_file(tmp_path: Path) -> None:
    pair = struct.pack("<Q1sIIQ", 1, b"k", 9, 4, 2**60)
    assert "damaged" in refusal(written(tmp_path, struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + pair))


def test_vocabulary_with_two_equal_tokens(tmp_path: Path, tiny_model: Path) -> None:
    exclamation_mark, quotation_mark = struct.pack("<Q", 1) + b"!", struct.pack("<Q", 1) + b'"'
    data = tiny_model.read_bytes().replace(quotation_mark, exclamation_mark, 1)
    assert "damaged" in refusal(written(tmp_path, data))
