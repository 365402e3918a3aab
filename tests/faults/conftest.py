"""What holds for the fault suite: run only when asked for by name, in a home of its own, with every seed in its name.

`CARREL_FAULTS_SCALE` multiplies how many faults are tried (1: as many as fit ten minutes on two cores), and
`CARREL_FAULTS_SEED` shifts every seed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk_shim import compile_shim
from tests.faults.processes import Processes

HERE = Path(__file__).parent
TIMEOUT_S = 300


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the suite out unless the command line names it."""
    named = [Path(config.invocation_params.dir, str(a).split("::")[0]) for a in config.invocation_params.args]
    return None if any(path.exists() and path.resolve().is_relative_to(HERE) for path in named) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(TIMEOUT_S))


def pytest_report_header() -> str:
    scale, seed = os.environ.get("CARREL_FAULTS_SCALE", "1"), os.environ.get("CARREL_FAULTS_SEED", "0")
    return f"faults: CARREL_FAULTS_SCALE={scale} CARREL_FAULTS_SEED={seed} (a test's name has its own seed)"


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Processes:
    return Processes(compile_shim(tmp_path_factory.mktemp("shim")))


@pytest.fixture
def shim(processes: Processes) -> Iterator[None]:
    if not processes.has_shim:
        pytest.skip("needs a C++ compiler and Linux's LD_PRELOAD, to stand between a process and its disk")
    yield
