"""Runs a tool with what only this machine knows: the shape of a model on its disk, its hardware, and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.tools.tool_use import ToolUse
from engines import Machine, read_shape
from personas import ToolArgumentInvalid, ToolResult, device_of, find_tool

HERE = "here"  # the device that is this machine
# Operations of a core in a cycle, in single precision: two multiply-adds of a vector (Intel 64 and IA-32 Architectures
# Optimization Reference Manual); Arm's large cores have four of 128 bits.
_CYCLE_OPERATIONS = {"avx512f": 64, "avx2": 32, "asimd": 32}
_CYCLES_PER_SECOND = 2.5e9  # under load on all cores, of most servers and laptops
_GIGA, _TERA = 1e9, 1e12


@dataclass(frozen=True, slots=True)
class Computer:
    """Computes with tools. `machine`: measured, which takes a second the first time.

    `reads_files`: a path may stand for a model; not where a model calls, which a document may have told to.
    """

    machine: Callable[[], Machine]
    reads_files: bool = True

    def compute(self, name: str, arguments: Mapping[str, Any], wanted: str = "") -> ToolUse:
        """The result. `wanted`: see `ToolUse`.

        Raises ToolNotFound, ToolArgumentInvalid, and ModelUnreadable for a file that is no model.
        """
        tool = find_tool(name)
        result = tool.run(self._resolved(name, arguments))
        given = tuple(one for one in result.given if one != "start" or one in arguments)  # now, by default
        return ToolUse(dict(arguments), replace(result, given=given), wanted=wanted)

    def attempt(self, name: str, arguments: Mapping[str, Any], wanted: str = "") -> ToolUse:
        """The result, or why the arguments are refused, so that a person can correct them."""
        try:
            return self.compute(name, arguments, wanted)
        except ToolArgumentInvalid as error:
            said = f"{error.title}. {error.hint}"
            given = tuple(arguments)
            refused = ToolResult(tool=name, inputs=dict(arguments), figures=(), says=said, given=given)
            return ToolUse(dict(arguments), refused, failed=True, wanted=wanted)

    def _resolved(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with the values of this machine in the place of what stands for them."""
        resolved = dict(arguments)
        if name == "cron_next" and not resolved.get("start"):
            resolved["start"] = datetime.now(UTC).isoformat(timespec="minutes")
        if name == "analyze_transformer":
            if self.reads_files and (path := _model_path(resolved)) is not None:
                resolved = {**_shape_arguments(path), **resolved, "model": path.name}
            if str(resolved.get("device", "")).casefold() == HERE:
                resolved |= self._device_arguments()
        return resolved

    def _device_arguments(self) -> dict[str, Any]:
        """The figures of this machine's GPU, or else of its processor. Raises ToolArgumentInvalid."""
        machine = self.machine()
        if not machine.gpus:
            name = f"{machine.cpu} ({machine.cores} cores)"
            return _device(name, machine.memory_bytes, machine.cpu_bandwidth, processor_operations(machine))
        gpu = machine.gpus[0]
        known = device_of(gpu.name)
        if known is None:
            hint = "Give memory_gb, bandwidth_gb_s and tflops as its data sheet has them."
            raise ToolArgumentInvalid(f"The speed of {gpu.name} is not known", hint)
        sheet = known[1]
        return _device(gpu.name, gpu.memory_bytes, machine.gpu_bandwidth or sheet.bytes_per_second, sheet.flops)


def processor_operations(machine: Machine) -> float:
    """Operations that the cores of the machine compute in a second, in single precision, at most."""
    operations = max((_CYCLE_OPERATIONS.get(word, 0) for word in machine.instructions), default=0) or 16
    return machine.cores * operations * _CYCLES_PER_SECOND


def _device(name: str, memory: float, bandwidth: float | None, flops: float) -> dict[str, Any]:
    if bandwidth is None:
        raise ToolArgumentInvalid(f"The bandwidth of {name} is not measured", "Run `carrel models fit` once.")
    sizes = {"memory_gb": memory / _GIGA, "bandwidth_gb_s": bandwidth / _GIGA, "tflops": flops / _TERA}
    return {"device": name, **{key: round(value, 3) for key, value in sizes.items()}}


def _model_path(arguments: Mapping[str, Any]) -> Path | None:
    """The model's file or folder, where `model` names one that is there."""
    named = arguments.get("model")
    path = Path(str(named)).expanduser() if named else None
    looks_like_one = path is not None and (path.suffix == ".gguf" or len(path.parts) > 1)
    if path is None or not looks_like_one or arguments.get("layers"):
        return None
    if not path.exists():
        raise ToolArgumentInvalid(
            f"There is no model at {named}", "Give the path of a .gguf file or of a model's folder."
        )
    return path


def _shape_arguments(path: Path) -> dict[str, Any]:
    """The shape of a file as arguments, without what is not there."""
    shape = asdict(read_shape(path))
    if not shape["windowed_layers"]:
        shape["window"] = 0
    return {key: value for key, value in shape.items() if value not in (0, None) and key != "name"}
