"""`carrel models fit`: how the models here fit, and what a machine can do with any model, downloaded or not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.capacity.capacity import Capacity, plan_capacity, users_by_context
from assistant.capacity.capacity_chart import write_chart
from assistant.capacity.day_of_work import DayOfWork
from assistant.capacity.planned_machine import PlannedMachine, named_machine, planning_machine, this_machine
from assistant.home import Home, find_home
from assistant.models.hub_token import find_token
from assistant.models.model_downloads import find_spec
from assistant.models.model_library import (
    ModelNotFound,
    find_chat_model,
    find_chat_models,
    fitted,
    measured_machine,
    with_llama_gpus,
)
from assistant.models.servers import open_connections
from assistant.settings import Settings
from assistant.settings_file import load_settings
from assistant.terminal import Terminal
from assistant.views import fit_view, machine_view
from engines import (
    ChatModelSpec,
    HubCard,
    ModelUnreadable,
    calculated_sizes,
    closest_name,
    read_hub_card,
    recommended_model,
    suitable_models,
)
from errors import AppError
from network import open_hub

if TYPE_CHECKING:
    from engines import FoundModel, Machine, ModelFit

_GB = 1e9
_CONTEXTS = tuple(1024 << power for power in range(8))  # of the chart, up to 131,072 tokens
_SOURCES = {"file": "its header", "hub": "the hub's list", "calculated": "calculated"}


def add_fit_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `carrel models fit`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a name from the list, or OWNER/MODEL on the hub")
    parser.add_argument("--context", type=int, metavar="TOKENS", help="the window (default: as in the settings)")
    parser.add_argument(
        "--on", metavar="MACHINE", help="another machine: '2x A100-80', 'RTX 4090 + 64GB', 'Mac M3 Max 64', 16GB"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw users at once against the context")


def fit(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what the models here need and recommend one, or what a machine can do with the model that is named."""
    if arguments.context is not None and arguments.context < 1:
        raise AppError("The window must have at least 1 token", f"It is {arguments.context}.")
    if arguments.plot and arguments.plot.suffix.lower() != ".svg":
        raise AppError(f"The chart cannot be written as {arguments.plot.name}", "Give a name that ends in .svg.")
    home = find_home(arguments.home)
    settings = load_settings(home.settings)
    if arguments.name:
        return _fit_one(arguments, terminal, home, settings)
    if arguments.on or arguments.plot:
        raise AppError("No model is named", "Say which: carrel models fit OWNER/MODEL --on MACHINE")
    machine = with_llama_gpus(measured_machine(home), settings.model.llama_library)
    context = arguments.context or settings.model.context_tokens
    found = fitted(find_chat_models(home, settings).models, machine, settings, context)
    _say_machine(terminal, machine)
    for one in found:
        _say_fit(terminal, one.model.name, one.fit)
    if not found:
        terminal.say("No chat model is installed yet.")
    if first := recommended_model(machine):
        terminal.say(f"Recommended for this machine: `carrel models pull {first.name}` ({first.licence}).")
    views, suited = [fit_view(one) for one in found], [one.name for one in suitable_models(machine)]
    terminal.report({"machine": machine_view(machine), "models": views, "suited": suited})
    return 0


@dataclass(frozen=True, slots=True)
class _PlannedModel:
    """The model that is named, and the machine it is planned for. `here`: it is installed."""

    model: HubCard
    here: FoundModel | None
    machine: PlannedMachine


def _fit_one(arguments: argparse.Namespace, terminal: Terminal, home: Home, settings: Settings) -> int:
    machine = with_llama_gpus(measured_machine(home), settings.model.llama_library)
    context, day = arguments.context or settings.model.context_tokens, DayOfWork()
    on = named_machine(arguments.on) if arguments.on else None
    named = _named(arguments.name, home, settings, machine, on)
    card = named.model.card
    context = min(context, card.context_tokens or context)
    rows = [plan_capacity(card, size, named.machine, context, day) for size in named.model.sizes]
    fits = fitted([named.here], machine, settings, context) if named.here and on is None else []
    if on is None:
        _say_machine(terminal, machine)
    for one in fits:
        _say_fit(terminal, one.model.name, one.fit)
    _say_capacity(terminal, named, rows, context, day)
    if arguments.plot:
        _plot(arguments.plot, named, day)
        terminal.say(f"Drawn in {arguments.plot}.")
    terminal.report(
        {
            "machine": machine_view(machine),
            "models": [fit_view(one) for one in fits],
            "suited": [one.name for one in suitable_models(machine)],
            "capacity": _capacity_view(named, rows, context, day),
        }
    )
    return 0


def _named(name: str, home: Home, settings: Settings, machine: Machine, on: PlannedMachine | None) -> _PlannedModel:
    """The model of that name: one that is installed, or its header on the hub.

    Raises ModelNotFound, ModelUnreadable, and what reading the hub raises.
    """
    try:
        found = find_chat_model(name, find_chat_models(home, settings).models)
    except ModelNotFound as error:
        spec = find_spec(name)
        if spec is None:
            near = closest_name(name)
            raise (ModelNotFound(error.title, f"Did you mean “{near}”?") if near else error) from error
        if spec.kind != "chat":
            raise AppError(f"{name} is not a chat model", "Capacity is planned for chat models only.") from error
        quantization = spec.quantization if isinstance(spec, ChatModelSpec) else None
        with open_hub(spec.repository, open_connections(home), find_token()) as reader:
            model = read_hub_card(reader, quantization, planning_machine(on, machine) if on else machine)
        here = None
    else:
        if found.card is None:
            raise ModelUnreadable(found.path, found.reason)
        model, here = HubCard(card=found.card, sizes=calculated_sizes(found.card), read_bytes=0), found
    return _PlannedModel(model, here, on or this_machine(machine, model.card, settings.model.memory_percent / 100))


def _plot(file: Path, named: _PlannedModel, day: DayOfWork) -> None:
    card = named.model.card
    trained = card.context_tokens or _CONTEXTS[-1]
    contexts = tuple(context for context in _CONTEXTS if context <= trained) or (trained,)
    lines = {size.name: users_by_context(card, size, named.machine, contexts, day) for size in named.model.sizes}
    try:
        write_chart(file, f"{card.name} on {named.machine.name}", contexts, lines)
    except OSError as error:
        raise AppError(f"{file} cannot be written: {error.strerror or error}", "Choose another place.") from error


def _capacity_view(named: _PlannedModel, rows: Sequence[Capacity], context: int, day: DayOfWork) -> dict[str, Any]:
    card = named.model.card
    return {
        "model": card.name,
        "repository": None if named.here else str(card.path),
        "quantization": card.quantization,
        "trained_tokens": card.context_tokens,
        "read_bytes": named.model.read_bytes,
        "machine": asdict(named.machine),
        "context_tokens": context,
        "day": asdict(day),
        "quantizations": [asdict(row) for row in rows],
    }


def _say_machine(terminal: Terminal, machine: Machine) -> None:
    speed = f", read at {machine.cpu_bandwidth / 1e9:.0f} GB/s" if machine.cpu_bandwidth else ""
    terminal.say(f"{machine.cpu}, {machine.cores} cores, {machine.memory_bytes / 1e9:.0f} GB{speed}")
    for gpu in machine.llama_gpus or machine.gpus:
        unused = "" if machine.llama_gpus else "; this llama.cpp does not use it: `carrel doctor` says how it would"
        terminal.say(f"{gpu.name}, {gpu.free_bytes / 1e9:.1f} of {gpu.memory_bytes / 1e9:.1f} GB free{unused}")


def _say_fit(terminal: Terminal, name: str, fit: ModelFit) -> None:
    speed = f"{fit.expected_tokens_per_second:.0f} tokens/s" if fit.expected_tokens_per_second else "speed unknown"
    offload = fit.offload
    where = f"{offload.layers} of {offload.of_layers} layers on the GPU" if offload and offload.layers else fit.device
    terminal.say(f"{name}: {fit.verdict} ({where}), about {speed}")
    terminal.say(
        f"  {fit.total_bytes / _GB:.1f} GB = weights {fit.weights_bytes / _GB:.1f} + window of {fit.context_tokens:,} "
        f"tokens {fit.kv_bytes / _GB:.2f} + computing {fit.compute_bytes / _GB:.2f}. {fit.advice}"
    )


def _say_capacity(
    terminal: Terminal, named: _PlannedModel, rows: Sequence[Capacity], context: int, day: DayOfWork
) -> None:
    card = named.model.card
    trained = f", trained for {card.context_tokens:,} tokens" if card.context_tokens else ""
    read = f" {named.model.read_bytes / 1e6:.1f} MB of it were read." if named.model.read_bytes else ""
    terminal.say(f"{card.name}: {card.architecture}, {card.parameters / 1e9:.2f} billion weights{trained}.{read}")
    terminal.say(f"On {named.machine.name} ({named.machine.assumption}), {context:,} tokens for each user:")
    heads = ("", "weights", "+ KV", "+ other", "= GB", "on GPU", "longest", "reading", "writing", "users", "a day")
    terminal.say(_line(heads, "size from"))
    for row in rows:
        terminal.say(_line(_cells(row, chosen=row.quantization == card.quantization), _SOURCES[row.source]))
    terminal.say("Reading and writing in tokens/s, estimated; users at once.")
    terminal.say(day.sentence())


def _cells(row: Capacity, *, chosen: bool) -> tuple[str, ...]:
    gigabytes = (row.weights_bytes, row.kv_bytes, row.overhead_bytes, row.total_bytes)
    return (
        f"{'→' if chosen else ' '} {row.quantization}",
        *(f"{one / _GB:.2f}" for one in gigabytes),
        f"{row.layers}/{row.of_layers}" if row.layers else "none",
        f"{row.longest_context:,}" if row.longest_context else "does not fit",
        *(f"{speed:,.0f}" if speed else "?" if row.fits else "–" for speed in (row.reading, row.writing)),
        f"{row.users:,}",
        "?" if row.users_a_day is None else f"{row.users_a_day:,}",
    )


def _line(cells: Sequence[str], source: str) -> str:
    first, *others = cells
    widths = (9, 8, 9, 9, 9, 14, 10, 10, 8, 10)
    return (
        f"{first:14}" + "".join(f"{cell:>{width}}" for cell, width in zip(others, widths, strict=True)) + f"  {source}"
    )
