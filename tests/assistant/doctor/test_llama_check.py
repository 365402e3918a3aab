"""The check of llama.cpp names its library, and offers a faster one where the processor has more than it uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.doctor.llama_check import check_llama, unused_card
from engines import LlamaDevice, LlamaReport, probe_llama

pytestmark = [pytest.mark.engine, pytest.mark.timeout(30)]  # each starts Python


def test_library_and_processor_features_are_named(tmp_path: Path) -> None:
    check = check_llama(None, tmp_path / "missing")
    assert check.ok and not check.hint
    assert "llama-cpp-python" in check.detail or "xllamacpp" in check.detail
    assert "OPENMP" not in check.detail


def test_compiling_is_offered_where_the_processor_has_more(tmp_path: Path) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags : fpu amx_int8 avx2\n")
    hint = check_llama(None, processor, vendors=()).hint
    assert "AMX_INT8 too" in hint and "1.6 to 2.3 times as fast" in hint
    processor.write_text("flags : fpu avx2\n")
    assert not check_llama(None, processor).hint


def test_a_chosen_file_that_is_no_library_is_refused() -> None:
    check = check_llama(Path(sys.executable))
    assert not check.ok
    assert sys.executable in check.hint


def test_a_graphics_card_that_is_not_used_is_offered_a_build_that_uses_it(tmp_path: Path) -> None:
    if probe_llama().gpus:
        pytest.skip("this llama.cpp uses the card")
    missing = tmp_path / "missing"
    check = check_llama(None, missing, vendors=("AMD", "NVIDIA"))
    assert check.ok and "built for CPU" in check.detail
    assert "NVIDIA" in check.hint and "LLAMA=cuda" in check.hint
    assert "LLAMA=vulkan" in check_llama(None, missing, vendors=("AMD",)).hint
    assert "LLAMA=metal" in check_llama(None, missing, vendors=("Apple",)).hint
    assert not check_llama(None, missing, vendors=()).hint


def test_nothing_is_offered_where_the_card_is_used() -> None:
    device = LlamaDevice(name="CUDA0", description="a card", backend="CUDA", free_bytes=1, total_bytes=2)
    report = LlamaReport(backends=("CUDA", "CPU"), gpus=(device,))
    assert not unused_card(report, ("NVIDIA",))
    assert unused_card(LlamaReport(backends=("CUDA", "CPU")), ("NVIDIA",))
    assert not unused_card(LlamaReport(), ("NVIDIA",))  # it does not tell what it was built for
