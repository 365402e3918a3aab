import sys
from pathlib import Path

import pytest

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.encoder_folder import EncoderDamaged
from knowledge.encoders.wheel_models import carried_embedder, unpack_embedder


def carry(prefix: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay a packed embedder where a package for a system has it."""
    packed = prefix / "share" / "carrel" / "packed" / DEFAULT_EMBEDDER / "e5-small-q4.bin"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(content)
    monkeypatch.setattr(sys, "prefix", str(prefix))
    return packed


def test_an_installation_that_carries_none_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert carried_embedder(DEFAULT_EMBEDDER) is None


def test_a_damaged_packed_embedder_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = carry(tmp_path / "prefix", b"E5S1 cut off", monkeypatch)
    assert carried_embedder(DEFAULT_EMBEDDER) == packed
    with pytest.raises(EncoderDamaged):
        unpack_embedder(DEFAULT_EMBEDDER, packed, tmp_path / "home" / "models" / DEFAULT_EMBEDDER)
    assert list((tmp_path / "home" / "models").iterdir()) == []
