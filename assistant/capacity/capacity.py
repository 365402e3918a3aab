"""What a machine can do with a model in one quantisation: context, speed, users at once and a day. Pure functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.capacity.day_of_work import DayOfWork
from assistant.capacity.planned_machine import PlannedMachine, PlannedProcessor
from engines import BANDWIDTH_EFFICIENCY, ModelCard, Offload, QuantizationSize, RunConfig, plan_offload, quantized

# Share of its arithmetic that a processor reaches while it reads prompts. Measured: Qwen2.5-0.5B's shape in Q4_0, one
# core with AVX-512: 155 tokens/s, 0.95; files in other blocks reach about half of that.
_READING_EFFICIENCY = 0.5
_MOST_USERS = 4096
_STEP_TOKENS = 1024
_DEFAULT_CONTEXT = 131_072  # tokens, where a model does not say its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """A quantisation on a machine. `weights`, `kv`, `overhead`: bytes, for one user with `context_tokens`.

    `layers`: on graphics processors, of `of_layers`. `longest_context`: for one user; 0: it does not fit at all.
    `reading`, `writing`: tokens/s for one user; None where the machine's figures are not known. `users`: at once, each
    with `context_tokens`; `users_by_memory`: if speed did not matter. `users_a_day`: see `DayOfWork`.
    """

    quantization: str
    source: str
    weights_bytes: int
    kv_bytes: int
    overhead_bytes: int
    total_bytes: int
    layers: int
    of_layers: int
    longest_context: int
    reading: float | None
    writing: float | None
    users_by_memory: int
    users: int
    users_a_day: int | None

    @property
    def fits(self) -> bool:
        """True if one user with the wanted context fits."""
        return self.users_by_memory > 0


def plan_capacity(
    card: ModelCard, size: QuantizationSize, machine: PlannedMachine, context_tokens: int, day: DayOfWork
) -> Capacity:
    """The capacity of the machine with the model in the quantisation of `size`."""
    return _CapacityPlan(quantized(card, size), machine, day).capacity(size, context_tokens)


def users_by_context(
    card: ModelCard, size: QuantizationSize, machine: PlannedMachine, contexts: tuple[int, ...], day: DayOfWork
) -> tuple[int, ...]:
    """Users at once with each of the contexts."""
    plan = _CapacityPlan(quantized(card, size), machine, day)
    return tuple(plan.users(context)[1] for context in contexts)


class _CapacityPlan:
    def __init__(self, card: ModelCard, machine: PlannedMachine, day: DayOfWork) -> None:
        self._card, self._machine, self._day = card, machine, day
        self._on_gpu = machine.gpu is not None

    def capacity(self, size: QuantizationSize, context: int) -> Capacity:
        by_memory, users = self.users(context)
        placed = self._placed(context, 1)
        kv = self._card.cache.size(context, 1)
        reading = self._reading(placed)
        return Capacity(
            quantization=size.name,
            source=size.source,
            weights_bytes=size.weights_bytes,
            kv_bytes=kv,
            overhead_bytes=placed.total_bytes - size.weights_bytes - kv,
            total_bytes=placed.total_bytes,
            layers=placed.layers,
            of_layers=placed.of_layers,
            longest_context=self._longest_context(),
            reading=reading if by_memory else None,
            writing=self._writing(placed, context, 1) if by_memory else None,
            users_by_memory=by_memory,
            users=users,
            users_a_day=self._users_a_day(placed, context, users),
        )

    def users(self, context: int) -> tuple[int, int]:
        """Users at once by memory alone, and those whose answers are also written fast enough, if there is one."""
        by_memory = _most(_MOST_USERS, lambda users: self._fits(self._placed(context, users)))
        placed, wanted = self._placed(context, 1), self._day.wanted_tokens_per_second

        def is_fast(users: int) -> bool:
            speed = self._writing(placed, context, users)
            return speed is None or speed >= wanted

        return by_memory, max(_most(by_memory, is_fast), min(1, by_memory))

    def _placed(self, context: int, users: int) -> Offload:
        """The model with the chats of so many users: on the GPUs, in part where only a part has room."""
        chats = users if self._card.format == "gguf" else 1  # vLLM computes no logits for those that wait
        config = RunConfig(context_tokens=context * users, parallel_chats=chats, flash_attention=self._on_gpu)
        gpu = self._machine.gpu
        rooms = (gpu.room_bytes,) * gpu.count if gpu else ()
        placed = plan_offload(self._card, context * users, config, rooms)
        if placed.layers < placed.of_layers and (self._card.format != "gguf" or self._machine.cpu is None):
            return plan_offload(self._card, context * users, config, ())
        return placed

    def _fits(self, placed: Offload) -> bool:
        if placed.layers == placed.of_layers:
            return True
        return self._machine.cpu is not None and placed.cpu_bytes <= self._machine.cpu.room_bytes

    def _longest_context(self) -> int:
        most = (self._card.context_tokens or _DEFAULT_CONTEXT) // _STEP_TOKENS
        return _STEP_TOKENS * _most(most, lambda steps: self._fits(self._placed(steps * _STEP_TOKENS, 1)))

    def _parts(self, placed: Offload) -> list[tuple[float, PlannedProcessor | None]]:
        """The share of the model on each kind of processor."""
        share = placed.layers / placed.of_layers
        both = ((share, self._machine.gpu), (1 - share, self._machine.cpu))
        return [(part, processor) for part, processor in both if part]

    def _together(self, processor: PlannedProcessor) -> int:
        """Processors that work on a token at the same time: all where each has a part of every layer, as in vLLM."""
        return processor.count if self._card.format == "safetensors" else 1

    def _writing(self, placed: Offload, context: int, users: int) -> float | None:
        """Tokens/s of each of so many users, whose chats are half full: the longer of reading memory and computing."""
        chats, seconds = users * self._card.cache.size(context // 2, 1), 0.0
        for part, processor in self._parts(placed):
            if processor is None or processor.bandwidth is None:
                return None
            bandwidth = processor.bandwidth * self._together(processor) * BANDWIDTH_EFFICIENCY
            seconds += part * (self._card.active_bytes + chats) / bandwidth
        reading = self._reading(placed)
        return 1 / max(seconds, users / reading if reading else 0.0, 1e-9)

    def _reading(self, placed: Offload) -> float | None:
        """Tokens/s of a prompt: two operations for each weight that a token meets."""
        share = self._card.active_bytes / max(1, self._card.weights_bytes)
        operations, seconds = 2 * self._card.parameters * share, 0.0
        for part, processor in self._parts(placed):
            if processor is None or processor.flops is None:
                return None
            flops = processor.flops * self._together(processor) * _READING_EFFICIENCY
            seconds += part * operations / flops
        return 1 / max(seconds, 1e-9)

    def _users_a_day(self, placed: Offload, context: int, users: int) -> int | None:
        """People whose questions of the busiest hour are answered within it."""
        reading, writing = self._reading(placed), self._writing(placed, context, max(1, users))
        if reading is None or writing is None or not users:
            return None if users else 0
        day = self._day
        seconds = day.prompt_tokens / reading + day.answer_tokens / (writing * users)  # of the machine, for a question
        return int(3600 * day.load / seconds / (day.questions * day.busiest_hour))


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `limit` for which it holds, if it holds for all below; 0: for none."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
