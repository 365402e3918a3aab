"""The output of a command: results on stdout, everything else on stderr."""

import json
import sys
import time
from collections.abc import Mapping
from io import TextIOWrapper
from typing import Any, TextIO

from errors import AppError

_PROGRESS_SECONDS = 5.0  # between lines of progress that cannot be overwritten


class Terminal:
    """Writes exactly one JSON object to stdout with `as_json`; text for people without."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out, self._err = out or sys.stdout, err or sys.stderr
        self._progress_at = 0.0
        self._progress_shown = False
        for stream in (self._out, self._err):
            if isinstance(stream, TextIOWrapper):  # a name that the locale cannot show must not end the command
                stream.reconfigure(errors="replace", encoding="utf-8" if as_json else stream.encoding)

    def say(self, text: str = "", end: str = "\n") -> None:
        """Write text for people to stdout; nothing with JSON."""
        if not self.as_json:
            self.clear_progress()
            self._out.write(text + end)
            self._out.flush()

    def report(self, result: Mapping[str, Any]) -> None:
        """Write the command's result as JSON to stdout; nothing without JSON."""
        if not self.as_json:
            return
        text = json.dumps(result, ensure_ascii=False)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:  # a file name that is not valid text
            text = json.dumps(result)
        self.clear_progress()
        self._out.write(text + "\n")
        self._out.flush()

    def note(self, text: str) -> None:
        """Write a line to stderr."""
        self.clear_progress()
        self._err.write(text + "\n")
        self._err.flush()

    def fail(self, error: AppError) -> None:
        """Write title and hint to stderr, and with JSON as `{"error": …}` to stdout too."""
        self.note(f"carrel: {error.title}")
        if error.hint:
            self.note(error.hint)
        self.report({"error": {"title": error.title, "hint": error.hint}})

    def progress(self, text: str) -> None:
        """Show progress on stderr: one line that is overwritten; a line every 5 s where stderr is no terminal."""
        if self._err.isatty():
            self._err.write(f"\r\x1b[2K{text[:100]}")
            self._progress_shown = True
        elif time.monotonic() - self._progress_at >= _PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self._err.write(text + "\n")
        self._err.flush()

    def clear_progress(self) -> None:
        """Erase the line of progress."""
        if self._progress_shown:
            self._err.write("\r\x1b[2K")
            self._err.flush()
            self._progress_shown = False
