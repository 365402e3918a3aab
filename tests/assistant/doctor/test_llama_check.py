"""The check of llama.cpp names its library, and offers a faster one where the processor has more than it uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.doctor.llama_check import check_llama

pytestmark = [pytest.mark.engine, pytest.mark.timeout(30)]  # each starts Python


def test_library_and_processor_features_are_named(tmp_path: Path) -> None:
    check = check_llama(None, tmp_path / "missing")
    assert check.ok and not check.hint
    assert "llama-cpp-python" in check.detail or "xllamacpp" in check.detail
    assert "OPENMP" not in check.detail


def test_compiling_is_offered_where_the_processor_has_more(tmp_path: Path) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags : fpu amx_int8 avx2\n")
    assert "AMX_INT8 too" in check_llama(None, processor).hint
    processor.write_text("flags : fpu avx2\n")
    assert not check_llama(None, processor).hint


def test_a_chosen_file_that_is_no_library_is_refused() -> None:
    check = check_llama(Path(sys.executable))
    assert not check.ok
    assert sys.executable in check.hint
