import struct
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders.encoder_folder import WeightsUnreadable, read_header
from tests.models import tiny_bert


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    tiny_bert.write_safetensors(path, {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(4, np.float16)})
    return path


def test_a_tensor_is_where_the_header_says(file: Path) -> None:
    tensor = read_header(file)["a"]
    start, end = tensor.span
    assert (tensor.dtype, tensor.shape) == ("F32", (2, 3))
    assert np.frombuffer(file.read_bytes()[start:end], np.float32).tolist() == [0, 1, 2, 3, 4, 5]


def test_metadata_is_no_tensor(tmp_path: Path) -> None:
    head = b'{"__metadata__": {"format": "pt"}}'
    (tmp_path / "w").write_bytes(struct.pack("<Q", len(head)) + head)
    assert read_header(tmp_path / "w") == {}


def test_a_file_cut_short_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(WeightsUnreadable, match="cut short"):
        read_header(file)


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", struct.pack("<Q", 1 << 62), struct.pack("<Q", 4) + b"[1,2", struct.pack("<Q", 7) + b'{"a":1}'],
)
def test_what_is_not_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(WeightsUnreadable, match="header is damaged"):
        read_header(tmp_path / "w")


def test_an_absent_file_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnreadable, match="No such file"):
        read_header(tmp_path / "absent")
