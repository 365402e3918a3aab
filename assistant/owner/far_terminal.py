"""The terminal of a process that asks, as the owner writes to it: everything is shown there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from assistant.owner.channel import Channel, ChannelClosed
from assistant.terminal import Terminal

SHOWN = ("say", "write", "report", "note", "progress", "clear_progress")
"""The kinds of messages that are calls of the terminal over there."""


class FarTerminal(Terminal):
    """Sends what is written. `listen` stops the answer where the person over there does, or goes away."""

    def __init__(self, as_json: bool, channel: Channel) -> None:
        super().__init__(as_json)
        self._channel = channel
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._gone = False
        self._typed: queue.Queue[str | None] = queue.Queue()

    def listen(self) -> None:
        """Receive until the other process closes the connection. For a thread of its own."""
        with suppress(ChannelClosed):
            while True:
                match self._channel.receive():
                    case ["stop"]:
                        self._stop_answer()
                    case ["line", str(line)]:
                        self._typed.put(line)
                    case ["line", None]:
                        self._typed.put(None)
        self.leave()

    @property
    def is_left(self) -> bool:
        """True once nobody waits for the answer, or this process ends."""
        return self._gone

    def leave(self) -> None:
        """Stop the answer, as nobody waits for it any more, and take no more lines."""
        self._gone = True
        self._stop_answer()
        self._typed.put(None)

    def say(self, text: str = "") -> None:
        """Have one line written to stdout. Raises ChannelClosed."""
        if not self.as_json:
            self._channel.send("say", text)

    def write(self, text: str) -> None:
        """Have running text written to stdout. Raises ChannelClosed."""
        if not self.as_json:
            self._channel.send("write", text)

    def report(self, result: Mapping[str, Any]) -> None:
        """Have the result written as JSON. Raises ChannelClosed."""
        if self.as_json:
            self._channel.send("report", result)

    def note(self, text: str) -> None:
        """Have a line written to stderr. Raises ChannelClosed."""
        self._channel.send("note", text)

    def progress(self, text: str) -> None:
        """Have progress shown. Raises ChannelClosed."""
        self._progress_shown = True
        self._channel.send("progress", text)

    def clear_progress(self) -> None:
        """Have the line of progress erased. Raises ChannelClosed."""
        if self._progress_shown:
            self._progress_shown = False
            self._channel.send("clear_progress")

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have the first Ctrl-C over there call `stop` while the block runs."""
        with self._lock:
            self._stop = stop
        if self._gone:
            stop()
        self._channel.send("stoppable", True)
        try:
            yield
        finally:
            with self._lock:
                self._stop = None
        self._channel.send("stoppable", False)

    def lines(self, history: Path | None) -> Iterator[str]:
        """The lines that the person over there types. Raises ChannelClosed."""
        self._channel.send("lines", str(history) if history else None)
        while (line := self._typed.get()) is not None:
            yield line
            self._channel.send("next_line")

    def _stop_answer(self) -> None:
        with self._lock:
            if self._stop is not None:
                self._stop()
