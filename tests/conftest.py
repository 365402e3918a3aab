"""Rules for every test: a run can be repeated, reaches no other machine, and logs no warning it does not expect."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assistant.home import Home
from network.connections import Connections, guard_process

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
guard_process()
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for tests that import ONNX Runtime themselves


LIBRARIES_THAT_WARN = ("asyncio", "bitsandbytes", "vllm", "watchdog")  # at their end, and of the processor


class _Warnings(logging.Handler):
    """Keeps every record that it is given."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(LIBRARIES_THAT_WARN):
            self.records.append(record)


@pytest.fixture
def connections(tmp_path: Path) -> Connections:
    """A log of connections in a folder that is not there yet."""
    return Connections(tmp_path / "logs" / "connections.jsonl")


@pytest.fixture(autouse=True)
def tuned_once(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what is measured of a model for the tests after it, as a home does for the next start."""
    file = tmp_path_factory.getbasetemp() / "calibration.json"
    monkeypatch.setattr(Home, "calibration", property(lambda home: file))


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or an error which no `@pytest.mark.logs(PATTERN)` of its own expects.

    A test that asks for `caplog` looks for itself.
    """
    expected = [re.compile(pattern) for mark in request.node.iter_markers("logs") for pattern in mark.args]
    handler = _Warnings()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    said = [record for record in handler.records if not any(each.search(record.getMessage()) for each in expected)]
    if said and "caplog" not in request.fixturenames:
        lines = [f"logged {record.levelname} {record.name}: {record.getMessage()}" for record in said]
        pytest.fail("\n".join(lines), pytrace=False)
