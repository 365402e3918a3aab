"""`carrel models`: which models are here or can be had, how they fit; bring one, remove one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from assistant.commands.model_pull import pull, remove
from assistant.commands.views import catalogue_views, chat_views, download_views, encoder_views, fit_view, machine_view
from assistant.home import find_home
from assistant.models.model_library import find_chat_model, find_chat_models, fitted, measured_machine
from assistant.settings_file import load_settings
from assistant.terminal import Terminal
from engines.errors import ModelUnreadable
from engines.models.model_catalogue import recommended_model, suitable_models

if TYPE_CHECKING:
    from assistant.models.model_library import FittedModel


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fit|pull|remove")
    for name, help_text, action in (
        ("list", "every model on this machine, and those that can be pulled", show),
        ("fit", "what each chat model needs here, and how fast it would write", fit),
        ("pull", "bring a model from the hub; again: go on with it", pull),
        ("remove", "delete a model that was pulled, or give up a download", remove),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is fit:
            sub.add_argument("name", nargs="?", metavar="NAME")
            sub.add_argument("--context", type=int, metavar="TOKENS", help="the window; default: of the settings")
        elif action is not show:
            sub.add_argument(
                "name", metavar="NAME", help="a name of the list, or OWNER/MODEL[:QUANTIZATION] on the hub"
            )
        sub.set_defaults(run=action)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List what is here, what is on its way, and what can be had."""
    home = find_home(arguments.home)
    settings = load_settings(home.settings)
    found = find_chat_models(home, settings)
    here = chat_views(found.models)
    views = [*here, *download_views(home), *catalogue_views(here), *encoder_views(home, settings)]
    for view in views:
        _say(terminal, view)
    if not found.complete:
        terminal.note("Not every folder could be looked through in time; there may be more.")
    terminal.report({"models": views, "complete": found.complete})
    return 0


def fit(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say what models need, and what to take."""
    home = find_home(arguments.home)
    settings = load_settings(home.settings)
    models = find_chat_models(home, settings).models
    if arguments.name:
        chosen = find_chat_model(arguments.name, models)
        if chosen.card is None:
            raise ModelUnreadable(chosen.path, chosen.reason)
        models = (chosen,)
    machine = measured_machine(home)
    found = fitted(models, machine, settings, arguments.context or settings.model.context_tokens)
    _say_machine(terminal, machine_view(machine))
    for one in found:
        _say_fit(terminal, one)
    suggested, first = suitable_models(machine), recommended_model(machine)
    if not found:
        terminal.say("No chat model is here yet.")
    if first and not arguments.name:
        terminal.say(f"Suited to this machine: `carrel models pull {first.name}` ({first.licence}).")
    views = [fit_view(one) for one in found]
    terminal.report({"machine": machine_view(machine), "models": views, "suited": [one.name for one in suggested]})
    return 0


_MARKS = {"installed": "✓", "refused": "✗", "available": " "}


def _say(terminal: Terminal, view: dict[str, Any]) -> None:
    size = f"{view['bytes'] / 1e6:,.0f} MB" if view["bytes"] else ""
    said = view["reason"] or view["detail"]
    mark = _MARKS.get(view["status"], "…")
    terminal.say(f"{mark} {view['name']:32} {view['kind']:9} {size:>10}  {view['licence'] or '':11} {said}".rstrip())


def _say_machine(terminal: Terminal, view: dict[str, Any]) -> None:
    speed = f", read at {view['cpu_bandwidth'] / 1e9:.0f} GB/s" if view["cpu_bandwidth"] else ""
    terminal.say(f"{view['cpu']}, {view['cores']} cores, {view['memory_bytes'] / 1e9:.0f} GB{speed}")
    for gpu in view["gpus"]:
        terminal.say(f"{gpu['name']}, {gpu['memory_bytes'] / 1e9:.0f} GB")


def _say_fit(terminal: Terminal, one: FittedModel) -> None:
    fit, gb = one.fit, 1e9
    speed = f"{fit.expected_tokens_per_second:.0f} tokens/s" if fit.expected_tokens_per_second else "speed unknown"
    terminal.say(f"{one.model.name}: {fit.verdict} ({fit.device}), about {speed}")
    terminal.say(
        f"  {fit.total_bytes / gb:.1f} GB = weights {fit.weights_bytes / gb:.1f} + window of {fit.context_tokens:,} "
        f"tokens {fit.kv_bytes / gb:.2f} + computing {fit.compute_bytes / gb:.2f}. {fit.advice}"
    )
