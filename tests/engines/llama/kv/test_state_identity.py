"""Whatever makes a state unfit makes another identity."""

import os
from pathlib import Path

import pytest

from engines.llama.kv.snapshot_file import state_identity

MEBIBYTE = 1 << 20


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(bytes(6 * MEBIBYTE))
    return path


def identity(model: Path, template: str = "template", state_format: str = "1.0 f16") -> bytes:
    return state_identity(model, template, state_format)


def changed(path: Path, at: int) -> None:
    """One byte, with the time of change put back."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_identity_stays_while_nothing_changes(model: Path) -> None:
    assert identity(model) == identity(model)
    assert len(identity(model)) == 32


def test_template_and_format_are_in_it(model: Path) -> None:
    kinds = [identity(model), identity(model, template="other"), identity(model, state_format="1.0 q8_0")]
    assert len(set(kinds)) == 3
    assert identity(model, "a", "b") != identity(model, "ab", "")


@pytest.mark.parametrize("at", [0, 3 * MEBIBYTE, 6 * MEBIBYTE - 1])
def test_weights_are_in_it(model: Path, at: int) -> None:
    before = identity(model)
    changed(model, at)
    assert identity(model) != before


def test_size_and_time_of_change_are_in_it(model: Path) -> None:
    before = identity(model)
    os.utime(model, (0, 0))
    touched = identity(model)
    with model.open("ab") as file:
        file.write(b"\0")
    os.utime(model, (0, 0))
    assert len({before, touched, identity(model)}) == 3


def test_every_part_of_a_split_model_is_in_it(tmp_path: Path) -> None:
    first, second, other = (tmp_path / f"{name}-of-00002.gguf" for name in ("m-00001", "m-00002", "n-00002"))
    for path in (first, second, other):
        path.write_bytes(b"weights")
    before = identity(first)
    changed(other, 0)
    assert identity(first) == before
    changed(second, 0)
    assert identity(first) != before


def test_file_smaller_than_a_sample_has_one(tmp_path: Path) -> None:
    tiny = tmp_path / "tiny.gguf"
    tiny.write_bytes(b"GGUF")
    assert identity(tiny)
