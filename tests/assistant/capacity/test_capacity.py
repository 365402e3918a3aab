"""Capacity of machines with models: memory, speed, users at once and a day."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.capacity.capacity import Capacity, plan_capacity, users_by_context
from assistant.capacity.capacity_chart import write_chart
from assistant.capacity.day_of_work import DayOfWork
from assistant.capacity.planned_machine import PlannedMachine, device_names, named_machine
from engines import ModelCard, QuantizationSize, calculated_sizes
from errors import AppError
from tests.engines.models.test_fit import EIGHT_BILLION, LAYERED

DAY = DayOfWork()


def planned(on: str, *, card: ModelCard = LAYERED, context: int = 8192, quantization: str = "Q4_K_M") -> Capacity:
    (size,) = (one for one in calculated_sizes(card) if one.name == quantization)
    return plan_capacity(card, size, named_machine(on), context, DAY)


def test_a_total_is_weights_chats_and_the_rest() -> None:
    found = planned("RTX 4090")
    assert found.total_bytes == found.weights_bytes + found.kv_bytes + found.overhead_bytes
    assert found.kv_bytes == 8192 * (128 << 10) and 0 < found.overhead_bytes < 0.6e9
    assert found.layers == found.of_layers == 33


def test_quantisations_stand_side_by_side_by_their_bits() -> None:
    sizes = {one.name: one for one in calculated_sizes(EIGHT_BILLION)}
    assert sizes["Q4_K_M"].source == "file" and sizes["Q4_K_M"].weights_bytes == EIGHT_BILLION.weights_bytes
    assert sizes["Q8_0"].weights_bytes == pytest.approx(8.5 * 8.03e9 / 8, rel=0.01)  # its file has 8.54 GB
    assert [*sizes] == ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M"]


def test_what_the_gpu_has_no_room_for_is_in_ram_where_there_is_some() -> None:
    alone, with_ram = planned("RTX 3080", context=32_768), planned("RTX 3080 + 32GB", context=32_768)
    assert not alone.fits and alone.users == 0 and alone.users_a_day == 0
    assert with_ram.fits and 0 < with_ram.layers < with_ram.of_layers
    whole = planned("RTX 4090", context=32_768)
    assert with_ram.writing and whole.writing and with_ram.writing < whole.writing


def test_users_are_as_many_as_memory_holds_and_speed_allows() -> None:
    found = planned("A100-80")
    assert found.users == min(found.users, found.users_by_memory) > 10
    room = named_machine("A100-80").gpu
    assert room and found.users_by_memory * found.kv_bytes < room.room_bytes
    assert (found.users_by_memory + 5) * found.kv_bytes + found.weights_bytes > 0.9 * room.room_bytes
    slow = planned("64GB")
    assert slow.users_by_memory > slow.users >= 1  # memory for many, and a processor for one or two


def test_longer_chats_leave_room_for_fewer_users() -> None:
    size = calculated_sizes(LAYERED)[-1]
    contexts = (1024, 8192, 65_536)
    users = users_by_context(LAYERED, size, named_machine("RTX 4090"), contexts, DAY)
    assert users[0] > users[1] > users[2] > 0


def test_smaller_weights_are_read_faster_and_leave_more_room() -> None:
    large, small = planned("RTX 4090", quantization="Q8_0"), planned("RTX 4090", quantization="Q4_K_M")
    assert small.writing and large.writing and small.writing > large.writing
    assert small.longest_context > large.longest_context
    assert small.users_by_memory > large.users_by_memory


def test_users_a_day_follow_from_the_assumptions_alone() -> None:
    size = calculated_sizes(LAYERED)[0]
    machine = named_machine("A100-80")
    usual, twice = (
        plan_capacity(LAYERED, size, machine, 8192, replace(DAY, questions=count)).users_a_day for count in (20, 40)
    )
    assert usual and twice and usual == pytest.approx(2 * twice, abs=1)


def test_two_gpus_hold_more_and_only_a_folder_is_read_by_both_at_once() -> None:
    one, two = planned("A100-40"), planned("2x A100-40")
    assert two.users_by_memory > 1.9 * one.users_by_memory  # the layers are no even number
    assert two.writing == pytest.approx(one.writing)
    folder = replace(LAYERED, format="safetensors")
    apart, together = (planned(on, card=folder).writing or 0 for on in ("A100-40", "2x A100-40"))
    assert together == pytest.approx(2 * apart, rel=0.01)


def test_where_no_figures_are_known_no_speed_is_invented() -> None:
    machine = named_machine("RTX 4090")
    assert machine.gpu
    unknown = PlannedMachine(name="?", gpu=replace(machine.gpu, bandwidth=None, flops=None), cpu=None, assumption="")
    size = QuantizationSize(name="Q4_K_M", weights_bytes=LAYERED.weights_bytes, source="file")
    found = plan_capacity(LAYERED, size, unknown, 8192, DAY)
    assert (found.reading, found.writing, found.users_a_day) == (None, None, None)
    assert found.users == found.users_by_memory > 1


@pytest.mark.parametrize(
    ("text", "count", "gigabytes", "bandwidth"),
    [
        ("2x A100-80", 2, 72, 2039),
        ("A100-40", 1, 36, 1555),
        ("RTX 4090", 1, 21.6, 1008),
        ("rtx-4090", 1, 21.6, 1008),
        ("NVIDIA GeForce RTX 4070 Ti Super", 1, 14.4, 672),
        ("RTX 4070", 1, 10.8, 504),
        ("RX 7900 XTX", 1, 21.6, 960),
        ("4 × H100", 4, 72, 3350),
        ("Mac M3 Max 64", 1, 48, 400),
        ("MacBook Pro M4 Pro 24GB", 1, 18, 273),
        ("M2 Ultra 192 GB", 1, 144, 800),
    ],
)
def test_a_graphics_processor_is_found_by_its_name(text: str, count: int, gigabytes: float, bandwidth: float) -> None:
    gpu = named_machine(text).gpu
    assert gpu and gpu.count == count and gpu.flops
    assert gpu.room_bytes == pytest.approx(gigabytes * 1e9) and gpu.bandwidth == pytest.approx(bandwidth * 1e9)


def test_a_computer_is_named_by_its_memory() -> None:
    machine = named_machine("16GB")
    assert machine.gpu is None and machine.cpu and machine.cpu.room_bytes == pytest.approx(11.2e9)
    both = named_machine("RTX 4090 + 64 GB")
    assert both.gpu and both.cpu


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("A100", "A100-40, A100-80"),
        ("RTX 409", "RTX-4090"),
        ("Mac M9 64", "Mac M"),
        ("H100 + H200", "H100"),
        ("", "A100-80"),
        ("+", "A100-80"),
        ("toaster", "2x A100-80"),
        ("Mac M3 Max", "Mac M3 Max 64"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(text: str, near: str) -> None:
    with pytest.raises(AppError) as refused:
        named_machine(text)
    assert near in refused.value.hint


def test_every_known_device_can_be_named() -> None:
    for name in device_names():
        found = named_machine(f"{name} 64" if name.startswith("Mac ") else name)
        assert found.gpu and found.gpu.name.replace("Apple", "Mac") == name


def test_a_chart_has_a_line_for_each_quantisation(tmp_path: Path) -> None:
    write_chart(
        tmp_path / "chart.svg", "8 B <on> this", (1024, 2048), {"Q8_0": (10, 4), "Q4_K_M": (20, 9), "F16": (0, 0)}
    )
    drawn = (tmp_path / "chart.svg").read_text("utf-8")
    assert drawn.count("<polyline") == 3 and drawn.count("<circle") == 4
    assert "8 B &lt;on&gt; this" in drawn and "F16: does not fit" in drawn
    assert [*tmp_path.iterdir()] == [tmp_path / "chart.svg"]
