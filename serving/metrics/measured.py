"""What is measured when it is asked for: the queue, memory by owner, and GPUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.traces.load import system_memory_share
from engines import GpuActivity, ServerState


@dataclass(frozen=True, slots=True)
class Measured(Collector):
    """Gauges of this moment. Each is asked for on the thread that collects."""

    queue: Callable[[], tuple[int, int]]
    """Requests that run and that wait."""
    memory: Callable[[], Mapping[str, int]]
    """Bytes by owner."""
    gpus: Callable[[], tuple[GpuActivity, ...]]
    servers: Callable[[], tuple[ServerState, ...]]
    """Those that share the questions to a model on other machines."""

    def collect(self) -> Iterator[Metric]:
        """Yield them all."""
        running, waiting = self.queue()
        yield _gauge("carrel_queue_running", "Answers that are being written.", running)
        yield _gauge("carrel_queue_waiting", "Requests that wait for a model.", waiting)
        owners = GaugeMetricFamily("carrel_memory_bytes", "Memory by owner; `process`: all of it.", labels=["owner"])
        for owner, size in self.memory().items():
            owners.add_metric([owner], size)
        yield owners
        yield _gauge("carrel_system_memory_share", "Share of this machine's memory in use.", system_memory_share())
        yield from _of_gpus(self.gpus())
        yield from _of_servers(self.servers())

    def describe(self) -> Iterator[Metric]:
        """Yield their names, so that registering measures nothing."""
        yield from (GaugeMetricFamily(name, about) for name, about in _DESCRIBED.items())


_GPU: Mapping[str, tuple[str, Callable[[GpuActivity], float | None]]] = {
    "carrel_gpu_busy_share": ("Share of the time that any kernel ran.", lambda gpu: gpu.busy),
    "carrel_gpu_sm_active_share": ("Share of multiprocessors that worked.", lambda gpu: gpu.sm_active),
    "carrel_gpu_memory_used_bytes": ("GPU memory in use.", lambda gpu: gpu.memory_used),
    "carrel_gpu_memory_total_bytes": ("GPU memory.", lambda gpu: gpu.memory_total),
    "carrel_gpu_temperature_celsius": ("Temperature.", lambda gpu: gpu.temperature_celsius),
    "carrel_gpu_power_watts": ("Power.", lambda gpu: gpu.power_watts),
    "carrel_gpu_pcie_received_bytes_per_second": ("Read over PCIe.", lambda gpu: gpu.pcie_received_per_second),
    "carrel_gpu_pcie_sent_bytes_per_second": ("Written over PCIe.", lambda gpu: gpu.pcie_sent_per_second),
}
_SERVER: Mapping[str, tuple[str, Callable[[ServerState], float | None]]] = {
    "carrel_server_up": (
        "0 for a server that has failed, until it is tried again.",
        lambda one: not one.problem,
    ),
    "carrel_server_in_flight": ("Questions of Carrel's that a server answers now.", lambda one: one.in_flight),
    "carrel_server_other_requests": ("Requests of others that a server runs or lets wait.", lambda one: one.others),
}
_SERVER_COUNTS: Mapping[str, tuple[str, Callable[[ServerState], float | None]]] = {
    "carrel_server_answered": ("Answers that a server has written to the end.", lambda one: one.answered),
    "carrel_server_failed": ("Questions at which a server has failed.", lambda one: one.failed),
}
_DESCRIBED: Mapping[str, str] = {
    "carrel_queue_running": "",
    "carrel_queue_waiting": "",
    "carrel_memory_bytes": "",
    "carrel_system_memory_share": "",
    **{name: about for name, (about, _) in (*_GPU.items(), *_SERVER.items(), *_SERVER_COUNTS.items())},
}


def _of_gpus(gpus: tuple[GpuActivity, ...]) -> Iterator[GaugeMetricFamily]:
    """A family for each figure, of the GPUs that tell it."""
    for name, (about, figure) in _GPU.items():
        family = GaugeMetricFamily(name, about, labels=["gpu", "name"])
        for gpu in gpus:
            if (value := figure(gpu)) is not None:
                family.add_metric([str(gpu.index), gpu.name], value)
        yield family


def _of_servers(servers: tuple[ServerState, ...]) -> Iterator[Metric]:
    """A family for each figure, of the servers that tell it."""
    for name, (about, figure) in (*_SERVER.items(), *_SERVER_COUNTS.items()):
        kind = CounterMetricFamily if name in _SERVER_COUNTS else GaugeMetricFamily
        family = kind(name, about, labels=["server"])
        for server in servers:
            if (value := figure(server)) is not None:
                family.add_metric([server.name], value)
        yield family


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value)
