"""The output of a command: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO

from assistant.visible_text import escaped_json, visible, visible_line
from errors import AppError

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
