"""The folder of an engine's own takes what vLLM leaves, and goes."""

import os
import tempfile
from pathlib import Path

import pytest

from engines.vllm.runtime import Scratch

NAMES = ("TMPDIR", "VLLM_RPC_BASE_PATH")
SOCKET_NAME = "/" + "x" * 36


def test_started_process_keeps_its_files_in_the_folder() -> None:
    before, scratch = [os.environ.get(name) for name in NAMES], Scratch()
    with scratch.used():
        assert [os.environ[name] for name in NAMES] == [str(scratch.path)] * 2
    assert [os.environ.get(name) for name in NAMES] == before
    scratch.remove()


def test_folder_is_removed_with_its_contents() -> None:
    scratch = Scratch()
    (scratch.path / "socket").touch()
    scratch.remove()
    scratch.remove()
    assert not scratch.path.exists()


def test_path_of_a_socket_in_it_is_never_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = tmp_path / ("x" * 100)
    parent.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(parent))
    scratch = Scratch()
    assert len(str(scratch.path) + SOCKET_NAME) <= 107
    scratch.remove()
