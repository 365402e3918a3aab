"""The order in which libraries of llama.cpp are tried, and the part for this processor."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engines.llama.bindings import NativeLog
from engines.llama.library_file import library_files

PACKAGES = {
    "xllamacpp": "xllamacpp.abi3.so",
    "carrel_llama": "libcarrel-llama.so",
    "llama_cpp": "lib/libllama.so",
}


def test_the_compiled_one_is_first_then_our_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, library in PACKAGES.items():
        (tmp_path / name / library).parent.mkdir(parents=True)
        (tmp_path / name / library).touch()
        (tmp_path / name / "__init__.py").touch()
        project = "llama_cpp_python" if name == "llama_cpp" else name
        information = tmp_path / f"{project}-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = [file.package for file in library_files(None)]
    assert found == ["llama-cpp-python 1.0", "carrel-llama 1.0", "xllamacpp 1.0"]
    assert [file.path for file in library_files(tmp_path / "mine.so")] == [tmp_path / "mine.so"]


def test_the_log_tells_the_part_that_was_loaded() -> None:
    log = NativeLog()
    log.write(2, b"load_backend: loaded CPU backend from /lib/libggml-cpu-zen4.so\n", None)
    assert log.processor == "zen4"
