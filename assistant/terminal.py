"""The output of a command: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from assistant.visible_text import escaped_json, visible, visible_line
from errors import AppError

_REMEMBERED_LINES = 1000
_PROGRESS_SECONDS = 5.0  # between lines of progress that cannot be overwritten


class OutputLost(AppError):
    """The result cannot be written: stdout is closed, or leads to a full disk."""

    def __init__(self, reason: str) -> None:
        super().__init__("The result cannot be written", f"{reason}. Send the output somewhere else.")


class Terminal:
    """Writes exactly one JSON object to stdout with `as_json`; text for people without.

    Characters of data that a terminal would obey are shown instead. What cannot be written to stderr is lost.
    """

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out, self._err = out or sys.stdout, err or sys.stderr  # None where the stream is closed
        self._progress_at = 0.0
        self._progress_shown = self._reported = False
        for stream in (self._out, self._err):
            if isinstance(stream, TextIOWrapper):  # a name that the locale cannot show must not end the command
                stream.reconfigure(errors="replace", encoding="utf-8" if as_json else stream.encoding)

    def say(self, text: str = "") -> None:
        """Write one line for people to stdout, whatever is in its names; nothing with JSON. Raises OutputLost."""
        self.write(visible_line(text) + "\n")

    def write(self, text: str) -> None:
        """Write a stretch of running text for people to stdout; nothing with JSON. Raises OutputLost."""
        if not self.as_json:
            self.clear_progress()
            self._write(visible(text))

    def report(self, result: Mapping[str, Any]) -> None:
        """Write the command's result as JSON to stdout; nothing without JSON, or a second time. Raises OutputLost."""
        if not self.as_json or self._reported:
            return
        self._reported = True
        text = escaped_json(json.dumps(result, ensure_ascii=False))
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:  # a file name that is not valid text
            text = json.dumps(result)
        self.clear_progress()
        self._write(text + "\n")

    def note(self, text: str) -> None:
        """Write a line to stderr."""
        self.clear_progress()
        self._tell(visible_line(text) + "\n")

    def fail(self, error: AppError) -> None:
        """Write title and hint to stderr, and with JSON as `{"error": …}` to stdout too."""
        self.note(f"carrel: {error.title}")
        if error.hint:
            self._tell(visible(error.hint) + "\n")
        with suppress(OutputLost, BrokenPipeError):
            self.report({"error": {"title": error.title, "hint": error.hint}})

    def progress(self, text: str) -> None:
        """Show progress on stderr: one line that is overwritten; a line every 5 s where stderr is no terminal."""
        if self._err is not None and self._err.isatty():
            self._tell(f"\r\x1b[2K{visible_line(text)[:100]}")
            self._progress_shown = True
        elif time.monotonic() - self._progress_at >= _PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self._tell(visible_line(text) + "\n")

    def clear_progress(self) -> None:
        """Erase the line of progress."""
        if self._progress_shown:
            self._tell("\r\x1b[2K")
            self._progress_shown = False

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have the first Ctrl-C call `stop` while the block runs; the second one interrupts the program."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def interrupt(number: int, frame: FrameType | None) -> None:
            signal.signal(signal.SIGINT, before)
            stop()

        signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def lines(self, history: Path | None) -> Iterator[str]:
        """The lines that a person types, without empty ones. `history`: see `line_history`."""
        with line_history(history):
            yield from typed_lines(self)

    def _write(self, text: str) -> None:
        if self._out is None:
            raise OutputLost("Standard output is closed")
        try:
            self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(error.strerror or "It is closed") from error

    def _tell(self, text: str) -> None:
        with suppress(OSError):
            if self._err is not None:
                self._err.write(text)
                self._err.flush()


def typed_lines(terminal: Terminal) -> Iterator[str]:
    """The lines of standard input, without empty ones. Raises AppError where it is closed."""
    if sys.stdin is None:
        raise AppError("Standard input is closed", "Run `carrel chat` in a terminal, or pipe questions to it.")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    interactive = sys.stdin.isatty() and not terminal.as_json
    while True:
        try:
            line = input("\n› ") if interactive else sys.stdin.readline()
        except EOFError:
            return
        except KeyboardInterrupt:  # while no answer runs: discard the line
            terminal.say()
            continue
        if not interactive and not line:
            return
        if line.strip():
            yield line.strip()


@contextmanager
def line_history(path: Path | None) -> Iterator[None]:
    """Let the arrow keys bring back earlier lines, also of earlier chats. Windows has no readline. None: keep none."""
    if path is None or sys.stdin is None or not sys.stdin.isatty() or sys.platform == "win32":
        yield
        return
    import readline

    readline.set_history_length(_REMEMBERED_LINES)
    if path.exists():
        readline.read_history_file(path)
    try:
        yield
    finally:
        readline.write_history_file(path)


def occupy_closed_streams() -> None:
    """Open the null device for each standard stream that is closed.

    The next file to be opened would get its number, and whatever a library prints would be written into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def discard_output() -> None:
    """Let what is still buffered for stdout vanish: writing it at the end of the program would fail again."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
