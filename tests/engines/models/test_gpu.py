"""The memory of graphics processors as NVIDIA's library tells it, and none where that is missing."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engines.models.machine import GpuMemory, gpu_memory, graphics_vendors


class NoDriverError(Exception):
    """The error that the library raises."""


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands for the library on a machine of three processors of 100 to 102 bytes, 10 to 12 free."""
    fake = SimpleNamespace(
        NVMLError=NoDriverError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: 3,
        nvmlDeviceGetHandleByIndex=lambda at: at,
        nvmlDeviceGetMemoryInfo=lambda at: SimpleNamespace(free=10 + at, total=100 + at),
    )
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return fake


@pytest.mark.parametrize(
    ("visible", "seen"),
    [(None, [0, 1, 2]), ("2,0", [2, 0]), ("", []), ("1,-1,2", [1]), ("7", []), ("GPU-5ebe", [0, 1, 2])],
)
def test_only_processors_that_cuda_may_use_count(
    library: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, visible: str | None, seen: list[int]
) -> None:
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu_memory() == tuple(GpuMemory(free=10 + at, total=100 + at) for at in seen)


def test_no_library_and_no_driver_mean_no_processor(library: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise NoDriverError

    library.nvmlInit = fail
    assert gpu_memory() == ()
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert gpu_memory() == ()


def test_graphics_cards_are_seen_by_their_makers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert graphics_vendors(tmp_path) == ()
    for card, vendor in (("card0", "0x1002"), ("card1", "0x8086"), ("card2", "0x10de"), ("card3", "0x1002")):
        (tmp_path / card / "device").mkdir(parents=True)
        (tmp_path / card / "device" / "vendor").write_text(f"{vendor}\n")
    assert graphics_vendors(tmp_path) == ("AMD", "NVIDIA")
