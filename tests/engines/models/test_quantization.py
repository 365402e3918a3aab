from dataclasses import replace

import pytest

from engines.models.hub_choice import QUANTIZATIONS, best_quantization, repacked
from engines.models.machine import Machine, detect_machine, read_gpus

GB = 10**9
ALL = {one.name for one in QUANTIZATIONS}
AVX2 = Machine(
    cpu="a CPU",
    cores=4,
    memory_bytes=16 * GB,
    available_bytes=12 * GB,
    instructions=frozenset({"avx2"}),
    cpu_bandwidth=40.0 * GB,
)


@pytest.mark.parametrize(
    ("instructions", "families"),
    [
        (set(), set()),
        ({"avx2"}, {"Q4_0", "Q4_K", "IQ4_NL"}),
        ({"avx2", "avx512f"}, {"Q4_0", "Q4_K", "IQ4_NL", "Q2_K"}),
        ({"asimd", "asimddp"}, {"Q4_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "Q8_0"}),
    ],
)
def test_what_is_repacked_depends_on_the_processor(instructions: set[str], families: set[str]) -> None:
    assert repacked(replace(AVX2, instructions=frozenset(instructions))) == families


@pytest.mark.parametrize(
    ("billions", "room", "bandwidth", "best"),
    [
        (0.5, 10, 40, "Q6_K"),  # fluent at almost any size: the best that still makes a difference
        (1.5, 10, 40, "Q6_K"),
        (2.0, 10, 40, "Q4_K_M"),  # 20 tokens/s allow 1.3 GB
        (8.0, 10, 40, "Q4_0"),  # never fluent here: what is read fastest
        (8.0, 4.4, 400, "Q3_K_M"),  # only this goes in
        (8.0, 2.0, 400, None),
        (70.0, 80, 40, "Q4_0"),
    ],
)
def test_the_best_of_a_family_for_memory_and_processor(
    billions: float, room: float, bandwidth: float, best: str | None
) -> None:
    machine = replace(AVX2, cpu_bandwidth=bandwidth * GB)
    assert best_quantization(int(billions * GB), machine, int(room * GB), ALL) == best


def test_only_what_is_offered_is_chosen() -> None:
    assert best_quantization(8 * GB, AVX2, 10 * GB, {"Q8_0", "Q5_K_M"}) == "Q5_K_M"
    assert best_quantization(8 * GB, AVX2, 10 * GB, {"Q8_0"}) == "Q8_0"
    assert best_quantization(8 * GB, AVX2, 10 * GB, {"Q7_X"}) is None


def test_nvidias_list_is_read_and_the_largest_is_first() -> None:
    gpus = read_gpus("NVIDIA T4, 15360, 15000\nNVIDIA H200, NVL, 143771, 143000\nbroken\nGPU, [N/A], [N/A]\n")
    assert [(gpu.name, gpu.memory_bytes >> 20) for gpu in gpus] == [("NVIDIA H200, NVL", 143771), ("NVIDIA T4", 15360)]


def test_this_machine_is_described() -> None:
    machine = detect_machine(2)
    assert machine.cpu and machine.memory_bytes > machine.available_bytes > 0
    assert machine.identity == detect_machine(2).identity != detect_machine(3).identity
