"""What each NVIDIA GPU is doing now, as NVML tells; without nvidia-ml-py or a GPU there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from engines.models.machine import visible_devices

try:
    import pynvml
except ImportError:  # nvidia-ml-py is not installed
    pynvml = None

_KILO, _MILLI = 1024, 1000  # NVML counts PCIe in KB/s and power in milliwatts


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuActivity:
    """One GPU now; None: it does not tell. `index`: CUDA's. `busy`: the share of time that any kernel ran.

    `sm_active`: the share of its multiprocessors that worked since the last reading (Hopper or later).
    """

    index: int
    name: str
    memory_used: int
    memory_total: int
    busy: float | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None
    pcie_received_per_second: float | None = None
    pcie_sent_per_second: float | None = None
    sm_active: float | None = None

    @property
    def memory_share(self) -> float:
        """The share of its memory in use, by anyone."""
        return self.memory_used / self.memory_total if self.memory_total else 0.0


class GpuMonitor:
    """Reads GPUs. Safe to use from any thread; NVML is opened by the first reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[Any] | None = None
        self._samples: dict[int, Any] = {}  # the last reading's, by GPU

    def read(self) -> tuple[GpuActivity, ...]:
        """The GPUs that this process may use, in CUDA's order. Takes some 40 ms each, as PCIe is counted meanwhile."""
        if pynvml is None:
            return ()
        with self._lock:
            try:
                if self._handles is None:
                    self._handles = _open()
                return tuple(self._activity(index, handle) for index, handle in enumerate(self._handles))
            except pynvml.NVMLError:
                return ()

    def close(self) -> None:
        """Close NVML."""
        with self._lock:
            if self._handles:
                for sample in self._samples.values():
                    _told(partial(pynvml.nvmlGpmSampleFree, sample))
                _told(pynvml.nvmlShutdown)
            self._samples, self._handles = {}, None

    def _activity(self, index: int, handle: Any) -> GpuActivity:
        memory, name = pynvml.nvmlDeviceGetMemoryInfo(handle), pynvml.nvmlDeviceGetName(handle)
        received, sent = pynvml.NVML_PCIE_UTIL_RX_BYTES, pynvml.NVML_PCIE_UTIL_TX_BYTES
        return GpuActivity(
            index=index,
            name=name if isinstance(name, str) else name.decode("utf-8", "replace"),
            memory_used=int(memory.used),
            memory_total=int(memory.total),
            busy=_told(lambda: pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100),
            temperature_celsius=_told(lambda: pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)),
            power_watts=_told(lambda: pynvml.nvmlDeviceGetPowerUsage(handle) / _MILLI),
            pcie_received_per_second=_told(lambda: pynvml.nvmlDeviceGetPcieThroughput(handle, received) * _KILO),
            pcie_sent_per_second=_told(lambda: pynvml.nvmlDeviceGetPcieThroughput(handle, sent) * _KILO),
            sm_active=_told(lambda: self._sm_active(index, handle)),
        )

    def _sm_active(self, index: int, handle: Any) -> float | None:
        """From the counters of the last reading and of this one; None at the first."""
        if not pynvml.nvmlGpmQueryDeviceSupport(handle).isSupportedDevice:
            return None
        before, now = self._samples.get(index), pynvml.nvmlGpmSampleAlloc()
        pynvml.nvmlGpmSampleGet(handle, now)
        self._samples[index] = now
        if before is None:
            return None
        wanted = pynvml.c_nvmlGpmMetricsGet_t()
        wanted.version, wanted.numMetrics = pynvml.NVML_GPM_METRICS_GET_VERSION, 1
        wanted.sample1, wanted.sample2 = before, now
        wanted.metrics[0].metricId = pynvml.NVML_GPM_METRIC_SM_UTIL
        try:
            return float(pynvml.nvmlGpmMetricsGet(wanted).metrics[0].value) / 100
        finally:
            pynvml.nvmlGpmSampleFree(before)


def _open() -> list[Any]:
    pynvml.nvmlInit()
    there = range(pynvml.nvmlDeviceGetCount())
    return [pynvml.nvmlDeviceGetHandleByIndex(at) for at in visible_devices(len(there)) if at in there]


def _told(ask: Callable[[], Any]) -> float | None:
    """What NVML says; None where this GPU, or this driver, does not tell."""
    try:
        found = ask()
    except pynvml.NVMLError:
        return None
    return None if found is None else float(found)
