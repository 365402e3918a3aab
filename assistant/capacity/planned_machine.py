"""The machine that a model is planned for: this one, or one by name, as `2x A100-80`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from assistant.tools.computing import processor_operations
from engines import MOST_SHARE, Gpu, Machine, ModelCard
from errors import AppError
from personas import Device, device_of, known_devices

_DATA = Path(__file__).with_name("devices.toml")
_COUNTED = re.compile(r"(?:(\d{1,3})\s*[x×]\s*)?(.+)", re.IGNORECASE)
_MEMORY = re.compile(r"(\d{1,5}(?:\.\d+)?)\s*gb?", re.IGNORECASE)
_APPLE = re.compile(
    r"(?:(?:apple|mac\w*|mini|studio|pro|air)\s+)*(m\d(?: (?:pro|max|ultra))?)(?:\s+(\d{1,3}))?(?:\s*gb?)?"
)
_APPLE_SHARE = 0.75  # of its memory that the GPU may take: Metal's recommendedMaxWorkingSetSize of large Macs
_COMPUTER_SHARE = 0.70  # as `memory_percent` in the settings
_GIGA, _TERA = 1e9, 1e12


class MachineUnknown(AppError):
    """No device of that name is known."""

    def __init__(self, name: str) -> None:
        known = device_names()
        words = name.casefold()
        near = [one for one in known if words and all(word in one.casefold() for word in re.split(r"[\s-]+", words))]
        near = near or get_close_matches(name.upper(), known, n=4, cutoff=0.4) or known
        hint = f"Near it: {', '.join(near[:8])}. Or give its memory, as 16GB; several as 2x A100-80."
        super().__init__(f"No machine is called “{name}”", hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProcessor:
    """What computes. `room_bytes`: of its memory for models, on each of `count` of them.

    `bandwidth`, in bytes/s, and `flops`, dense at 16 bits: of one; None where not known.
    """

    name: str
    count: int
    room_bytes: int
    bandwidth: float | None
    flops: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMachine:
    """A machine to plan for. `gpu`, `cpu`: None where it has none, or none is meant. `assumption`: about its memory."""

    name: str
    gpu: PlannedProcessor | None
    cpu: PlannedProcessor | None
    assumption: str


def named_machine(text: str) -> PlannedMachine:
    """The machine that `text` names: `2x A100-80`, `RTX 4090`, `RTX 4090 + 64GB`, `Mac M3 Max 64`, `16GB`.

    Raises MachineUnknown with the nearest names.
    """
    gpu = cpu = None
    for part in filter(None, (part.strip() for part in text.split("+"))):
        if found := _MEMORY.fullmatch(part):
            cpu = _computer(float(found[1]))
        elif gpu is None:
            gpu = _graphics(part)
        else:
            raise MachineUnknown(text)
    if gpu is None and cpu is None:
        raise MachineUnknown(text)
    return PlannedMachine(name=text.strip(), gpu=gpu, cpu=cpu, assumption=_assumption(gpu, cpu))


def this_machine(machine: Machine, card: ModelCard, memory_share: float) -> PlannedMachine:
    """This machine, with the GPUs that an engine for the model can use, and what is free on it now."""
    gpus = machine.llama_gpus if card.format == "gguf" else machine.gpus
    gpu = None
    if gpus:
        known = device_of(gpus[0].name)
        room = min(min(int(MOST_SHARE * one.memory_bytes), one.free_bytes) for one in gpus)
        bandwidth = machine.gpu_bandwidth or (known[1].bytes_per_second if known else None)
        flops = known[1].flops if known else None
        gpu = PlannedProcessor(name=gpus[0].name, count=len(gpus), room_bytes=room, bandwidth=bandwidth, flops=flops)
    room = int(min(memory_share * machine.memory_bytes, machine.available_bytes))
    cpu = PlannedProcessor(
        name=machine.cpu,
        count=1,
        room_bytes=room,
        bandwidth=machine.cpu_bandwidth,
        flops=processor_operations(machine),
    )
    return PlannedMachine(name="this machine", gpu=gpu, cpu=cpu, assumption="what is free on it now")


def planning_machine(planned: PlannedMachine, machine: Machine) -> Machine:
    """A machine for which a quantisation is chosen: with the planned memory, and what else `machine` has."""
    gpu, cpu = planned.gpu, planned.cpu
    gpus = (Gpu(gpu.name, gpu.room_bytes * gpu.count, gpu.room_bytes * gpu.count),) if gpu else ()
    memory = cpu.room_bytes if cpu else 0
    return replace(machine, memory_bytes=memory, available_bytes=memory, gpus=gpus, llama_gpus=gpus)


def device_names() -> list[str]:
    """The names that `named_machine` knows, without counts and memory."""
    data = _devices()
    return sorted([*known_devices(), *data["cards"], *(f"Mac {chip}" for chip in data["apple"])])


@cache
def _devices() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text("utf-8"))


def _computer(memory_gb: float) -> PlannedProcessor:
    sheet = _devices()["computer"]
    return PlannedProcessor(
        name=f"a computer with {memory_gb:g} GB",
        count=1,
        room_bytes=int(_COMPUTER_SHARE * memory_gb * _GIGA),
        bandwidth=sheet["bandwidth_gb_s"] * _GIGA,
        flops=sheet["tflops"] * _TERA,
    )


def _graphics(text: str) -> PlannedProcessor:
    """The cards or the chip that the text names. Raises MachineUnknown."""
    counted = _COUNTED.fullmatch(text)
    count, name = (max(1, int(counted[1] or 1)), counted[2]) if counted else (1, text)
    if chip := _APPLE.fullmatch(" ".join(name.casefold().replace("-", " ").split())):
        return _apple(name, chip[1], chip[2])
    known = _card(name)
    if known is None:
        raise MachineUnknown(name)
    card, device = known
    return PlannedProcessor(
        name=card,
        count=count,
        room_bytes=int(MOST_SHARE * device.memory_bytes),
        bandwidth=device.bytes_per_second,
        flops=device.flops,
    )


def _apple(name: str, chip: str, memory_gb: str | None) -> PlannedProcessor:
    sheet = {known.casefold(): (known, sheet) for known, sheet in _devices()["apple"].items()}
    if chip not in sheet:
        raise MachineUnknown(name)
    known, figures = sheet[chip]
    if memory_gb is None:
        raise AppError(f"The memory of “{name}” is missing", f"Give it in GB too, as: Mac {known} 64")
    return PlannedProcessor(
        name=f"Apple {known}",
        count=1,
        room_bytes=int(_APPLE_SHARE * int(memory_gb) * _GIGA),
        bandwidth=figures["bandwidth_gb_s"] * _GIGA,
        flops=figures["tflops"] * _TERA,
    )


def _card(name: str) -> tuple[str, Device] | None:
    """The card of the data file that has all words of the name and no more of its own, else an accelerator."""
    words = {*re.split(r"[\s-]+", name.casefold().replace("geforce", "").replace("nvidia", "").strip())}
    for known, sheet in _devices()["cards"].items():
        own = {*known.casefold().split("-")}
        if own - {"rtx", "rx", "16"} <= words <= own | {"rtx", "rx", f"{sheet['memory_gb']}gb"}:
            memory, bandwidth = sheet["memory_gb"] * _GIGA, sheet["bandwidth_gb_s"] * _GIGA
            return known, Device(memory, bandwidth, sheet["tflops"] * _TERA)
    return device_of(name)


def _assumption(gpu: PlannedProcessor | None, cpu: PlannedProcessor | None) -> str:
    if gpu is None:
        return f"{_COMPUTER_SHARE:.0%} of its memory for the model; two channels of DDR4-3200, six cores"
    share = _APPLE_SHARE if gpu.name.startswith("Apple") else MOST_SHARE
    return f"{share:.0%} of the GPU's memory for the model" + ("" if cpu is None else ", the rest in RAM")
