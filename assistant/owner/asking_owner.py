"""Asks the process that owns the home, if there is one, to run a verb; its output is shown here as if it were ours."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

from assistant.home import Home, find_home
from assistant.models.model_downloads import named_model
from assistant.owner.address import OwnerAddress
from assistant.owner.arguments import packed
from assistant.owner.channel import Channel, ChannelClosed, OwnerLost
from assistant.owner.far_terminal import SHOWN
from assistant.passphrase.protection import Protection
from assistant.terminal import Terminal
from errors import AppError

NO_MODEL = "none"


class Shows(Protocol):
    """Shows what the owner writes, as `Terminal` does, and reads what is typed."""

    as_json: bool

    def stopping(self, stop: Callable[[], None]) -> Any:
        """Call `stop` at the first Ctrl-C while the block runs."""
        ...

    def lines(self, history: Path | None) -> Iterator[str]:
        """What is typed."""
        ...


def run_by_owner(arguments: argparse.Namespace, terminal: Terminal, protection: Protection) -> int | None:
    """The exit code of a verb that the owner has run; None where there is none, or it cannot answer as is asked.

    Raises what the owner's AppErrors say, OwnerLost, and HomeLocked where the passphrase is needed.
    """
    home, asked = find_home(arguments.home), packed(arguments)
    if (model := asked.get("model")) and model != NO_MODEL:
        path = named_model(home, model)
        asked["model"] = str(path.absolute() if path.exists() else path)
    return ask_owner(home, protection, asked, terminal)


def ask_owner(home: Home, protection: Protection, asked: dict[str, Any], shown: Shows) -> int | None:
    """The exit code of a verb with packed arguments; as `run_by_owner`."""
    address = OwnerAddress(home, protection)
    channel = address.connect() if home.path.is_dir() else None
    if channel is None:
        return None
    try:
        try:
            channel.prove(address.secret(), "client", "owner")
            channel.send("run", shown.as_json, asked)
            accepted = channel.receive()[0] == "accepted"
        except ChannelClosed:  # it is of another version, is closing, or does not answer
            return None
        return _shown(channel, shown) if accepted else None
    except ChannelClosed as closed:
        raise OwnerLost from closed
    finally:
        channel.close()


def _shown(channel: Channel, shown: Shows) -> int:
    """Show what comes until the verb is done. Raises ChannelClosed."""
    typed: Iterator[str] = iter(())
    with ExitStack() as stopping:
        while True:
            match channel.receive():
                case [str(kind), *values] if kind in SHOWN:
                    getattr(shown, kind)(*values)
                case ["stoppable", True]:
                    stopping.enter_context(shown.stopping(lambda: _stop(channel)))
                case ["stoppable", False]:
                    stopping.close()
                case ["lines", history]:
                    typed = shown.lines(Path(history) if history else None)
                    channel.send("line", next(typed, None))
                case ["next_line"]:
                    channel.send("line", next(typed, None))
                case ["failed", str(title), str(hint)]:
                    raise AppError(title, hint)
                case ["done", int(code)]:
                    return code


def _stop(channel: Channel) -> None:
    with suppress(ChannelClosed):
        channel.send("stop")
