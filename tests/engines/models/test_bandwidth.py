import json
from dataclasses import replace
from pathlib import Path

import pytest

from engines.models import machine as bandwidth
from engines.models.machine import Machine, read_bandwidth, with_bandwidth

MACHINE = Machine(cpu="a CPU", cores=2, memory_bytes=16 << 30, available_bytes=8 << 30)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of threads of each measurement."""
    calls: list[int] = []

    def measure(threads: int) -> float:
        calls.append(threads)
        return 30e9

    monkeypatch.setattr(bandwidth, "read_bandwidth", measure)
    return calls


def test_memory_is_read_at_a_speed_that_memory_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bandwidth, "_BYTES", 32 << 20)
    assert 5e8 < read_bandwidth(1) < 5e12


def test_it_is_measured_once(tmp_path: Path, measured: list[int]) -> None:
    file = tmp_path / "home" / "bandwidth.json"
    assert with_bandwidth(MACHINE, file).cpu_bandwidth == 30e9
    assert with_bandwidth(MACHINE, file).cpu_bandwidth == 30e9
    assert measured == [2]


def test_another_machine_is_measured_anew(tmp_path: Path, measured: list[int]) -> None:
    file = tmp_path / "bandwidth.json"
    with_bandwidth(MACHINE, file)
    with_bandwidth(replace(MACHINE, cores=8), file)
    assert measured == [2, 8]


@pytest.mark.parametrize("said", ["", "[]", '{"machine": 1}', '{"cpu_bytes_per_second": -1.0}', "[" * 9999])
def test_a_damaged_file_is_measured_over(tmp_path: Path, measured: list[int], said: str) -> None:
    file = tmp_path / "bandwidth.json"
    file.write_text(said)
    assert with_bandwidth(MACHINE, file).cpu_bandwidth == 30e9
    assert json.loads(file.read_text())["machine"] == MACHINE.identity


def test_unwritable_cache_file_is_not_an_error(tmp_path: Path, measured: list[int]) -> None:
    (tmp_path / "file").write_text("")
    assert with_bandwidth(MACHINE, tmp_path / "file" / "bandwidth.json").cpu_bandwidth == 30e9
