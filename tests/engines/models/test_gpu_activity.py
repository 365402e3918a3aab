"""What a GPU tells is read by NVML; what it does not tell is missing, not zero."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from engines.models import gpu_activity
from engines.models.gpu_activity import GpuMonitor


class FakeNvml:
    """NVML of machines that are not here: GPU 0 tells all, GPU 1 neither power nor multiprocessors."""

    class NVMLError(Exception):
        pass

    NVML_PCIE_UTIL_TX_BYTES, NVML_PCIE_UTIL_RX_BYTES, NVML_TEMPERATURE_GPU = 0, 1, 0
    NVML_GPM_METRICS_GET_VERSION, NVML_GPM_METRIC_SM_UTIL = 1, 2

    def __init__(self, count: int) -> None:
        self.count, self.opened, self.samples = count, 0, 0

    def nvmlInit(self) -> None:
        if not self.count:
            raise self.NVMLError("no driver")
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.opened -= 1

    def nvmlDeviceGetCount(self) -> int:
        return self.count

    def nvmlDeviceGetHandleByIndex(self, at: int) -> int:
        return at

    def nvmlDeviceGetName(self, handle: int) -> str:
        return ("H200", "T4")[handle]

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> Any:
        return SimpleNamespace(used=30, total=40)

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> Any:
        return SimpleNamespace(gpu=85)

    def nvmlDeviceGetTemperature(self, handle: int, sensor: int) -> int:
        return 61

    def nvmlDeviceGetPowerUsage(self, handle: int) -> int:
        if handle:
            raise self.NVMLError("not supported")
        return 350_500

    def nvmlDeviceGetPcieThroughput(self, handle: int, direction: int) -> int:
        return (3, 5)[direction]

    def nvmlGpmQueryDeviceSupport(self, handle: int) -> Any:
        return SimpleNamespace(isSupportedDevice=1 - handle)

    def nvmlGpmSampleAlloc(self) -> Any:
        self.samples += 1
        return SimpleNamespace()

    def nvmlGpmSampleGet(self, handle: int, sample: Any) -> None:
        sample.taken = True

    def nvmlGpmSampleFree(self, sample: Any) -> None:
        self.samples -= 1

    @staticmethod
    def c_nvmlGpmMetricsGet_t() -> Any:
        return SimpleNamespace(metrics=[SimpleNamespace(metricId=0, value=0.0)])

    def nvmlGpmMetricsGet(self, wanted: Any) -> Any:
        assert wanted.sample1.taken and wanted.sample2.taken and wanted.sample1 is not wanted.sample2
        wanted.metrics[0].value = 42.0 if wanted.metrics[0].metricId == self.NVML_GPM_METRIC_SM_UTIL else 0.0
        return wanted


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> FakeNvml:
    made = FakeNvml(2)
    monkeypatch.setattr(gpu_activity, "pynvml", made)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return made


def test_gpu_tells_use_memory_temperature_power_and_pcie(nvml: FakeNvml) -> None:
    (gpu, _) = GpuMonitor().read()
    assert (gpu.name, gpu.busy, gpu.memory_share, gpu.temperature_celsius) == ("H200", 0.85, 0.75, 61)
    assert (gpu.power_watts, gpu.pcie_received_per_second, gpu.pcie_sent_per_second) == (350.5, 5120, 3072)


def test_multiprocessors_are_compared_with_the_reading_before(nvml: FakeNvml) -> None:
    monitor = GpuMonitor()
    assert [monitor.read()[0].sm_active for _ in range(3)] == [None, 0.42, 0.42]
    assert nvml.samples == 1, "older counters are freed"
    monitor.close()
    assert nvml.samples == nvml.opened == 0


def test_what_a_gpu_does_not_tell_is_missing(nvml: FakeNvml) -> None:
    monitor = GpuMonitor()
    for _ in range(2):
        _, older = monitor.read()
    assert older.power_watts is None and older.sm_active is None and older.busy == 0.85


def test_gpus_that_cuda_hides_are_left_out(nvml: FakeNvml, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert [gpu.name for gpu in GpuMonitor().read()] == ["T4"]


def test_without_a_driver_or_the_library_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_activity, "pynvml", FakeNvml(0))
    assert GpuMonitor().read() == ()
    monkeypatch.setattr(gpu_activity, "pynvml", None)
    assert GpuMonitor().read() == ()
