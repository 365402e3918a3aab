"""`/metrics`: all figures in Prometheus' text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from starlette.requests import Request
from starlette.responses import Response

from assistant.models.servers import server_states
from assistant.workspace import Workspace
from engines import GpuMonitor
from serving.access import AccessRefused, ApiKey
from serving.metrics.counted import Counted
from serving.metrics.measured import Measured
from serving.turnstile import Turnstile

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class ExposedMetrics:
    """The figures of a server. `counted`: told what happens. Safe to use from any thread."""

    def __init__(self, workspace: Workspace, turnstile: Turnstile) -> None:
        self._registry, self._gpus, self._traces = CollectorRegistry(), GpuMonitor(), workspace.traces
        self.counted = Counted(self._registry, lambda: _price(workspace))
        workspace.traces.listen(self.counted.count_trace)
        measured = Measured(
            lambda: (turnstile.running, turnstile.waiting),
            workspace.memory,
            self._gpus.read,
            lambda: server_states(workspace.models.chosen),
        )
        self._registry.register(measured)

    def text(self) -> bytes:
        """All of them now. Blocks for milliseconds, and some more where there are GPUs."""
        self._traces.flush()
        return generate_latest(self._registry)

    def close(self) -> None:
        """Close what reads GPUs."""
        self._gpus.close()


def _price(workspace: Workspace) -> tuple[float, str]:
    answers = workspace.settings.answers
    return answers.price_per_million_tokens, answers.currency


async def metrics(request: Request) -> Response:
    """The figures; they are of all keys together, so a key that is limited to some personas or folders gets none."""
    key: ApiKey = request.state.key
    if key.personas or key.folders:
        raise AccessRefused("This key may not read metrics", "Make one for it: carrel serve keys add prometheus")
    host = request.app.state.host
    return Response(await host.run(host.metrics.text), media_type=_TEXT)
