"""Reads settings.toml so that one wrong line costs no other, and writes only the keys that were changed."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.settings import NetworkSettings, SettingProblem, Settings, read_settings
from errors import AppError

if TYPE_CHECKING:
    from assistant.settings_edit import SettingsEditor

_BOM = "\ufeff"  # Notepad's mark at the start of a file


@dataclass(frozen=True, slots=True)
class _Content:
    """A text of TOML and its settings.

    `unreadable`: it replaces a file that cannot be read. `damaged`: that file has content worth keeping.
    """

    text: str
    settings: Settings
    problems: tuple[SettingProblem, ...] = ()
    unreadable: bool = False
    damaged: bool = False


class _Unreadable(Exception):
    """The reason that a file cannot be read, for people. `empty`: the file has no content."""

    def __init__(self, reason: str, *, empty: bool = False) -> None:
        super().__init__(reason)
        self.empty = empty


class SettingsFile:
    """The settings of a home, with a copy of the last readable version of their file.

    If the file cannot be read or was emptied, the copy's settings apply, and offline is on until the person switches
    it off or corrects the file. Deleting the file is a reset: the defaults apply, with or without a copy. Not safe to
    use from several threads at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy = path.with_suffix(f".last-good{path.suffix}")
        self._loaded: _Content | None = None
        self._loaded_stamp: tuple[int, ...] | None = None
        self._editor: SettingsEditor | None = None

    @property
    def settings(self) -> Settings:
        """The current settings; read once, and again after a file with problems has changed."""
        return self._content().settings

    @property
    def problems(self) -> tuple[SettingProblem, ...]:
        """Everything wrong in the file."""
        return self._content().problems

    def reread(self) -> None:
        """Have the file read again, for edits that were made by hand."""
        self._loaded = None

    def save(self, settings: Settings) -> None:
        """Write the keys that differ from `self.settings`; the rest of the file stays, with edits made meanwhile.

        A file that cannot be read is kept as `settings.damaged-N.toml` and replaced by the copy. A crash leaves either
        the old file or the new one. Raises AppError where the file cannot be written.
        """
        before, now = (self._loaded or self._content()).settings, self._load()
        base = _parse(now.text, self._path.name)
        changes = list(_differences(base.settings if now.unreadable else before, settings))
        if not changes and not now.unreadable:
            return
        if self._editor is None:
            from assistant.settings_edit import SettingsEditor  # loads tomlkit

            self._editor = SettingsEditor(self._path)
        text = self._editor.edit(base.text, base.settings, changes)
        after = _parse(text, self._path.name)
        try:
            if now.damaged:
                self._set_aside()
            _replace(self._path, text)
        except OSError as error:
            raise AppError(f"Cannot save the settings to {self._path}", str(error.strerror or error)) from error
        self._keep_copy(text)
        self._loaded, self._loaded_stamp = after, self._stamp()

    def _content(self) -> _Content:
        stale = False
        if self._loaded is not None and self._loaded.problems:
            stale = self._stamp() not in (None, self._loaded_stamp)
        if self._loaded is None or stale:
            self._loaded_stamp = self._stamp()
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> _Content:
        try:
            content = _read(self._path)
        except FileNotFoundError:
            return _Content("", Settings())
        except _Unreadable as reason:
            return self._last_good(reason)
        self._keep_copy(content.text)
        return content

    def _last_good(self, reason: _Unreadable) -> _Content:
        """The copy, offline; the defaults, offline, where there is none. An empty file without a copy is a new one."""
        try:
            copy = _read(self._copy)
        except (FileNotFoundError, _Unreadable):
            copy = _Content("", Settings())
            if reason.empty:
                return copy
        applies = "Your last settings apply" if copy.text else "The default settings apply"
        hint = f"{reason}. {applies}, and Carrel stays offline until you correct the file or switch Offline off."
        problem = SettingProblem(f"{self._path.name} {'is empty' if reason.empty else 'cannot be read'}", hint)
        offline = replace(copy.settings, network=NetworkSettings(offline=True))
        return _Content(copy.text, offline, (problem,), unreadable=True, damaged=not reason.empty)

    def _keep_copy(self, text: str) -> None:
        with suppress(OSError):  # settings in a folder that cannot be written to apply all the same
            if not self._copy.exists() or self._copy.read_bytes() != text.encode("utf-8"):
                _replace(self._copy, text)

    def _set_aside(self) -> None:
        """Keep the file under another name too: a crash before its replacement loses nothing. Raises OSError."""
        number = 1
        while (kept := self._path.with_name(f"{self._path.stem}.damaged-{number}{self._path.suffix}")).exists():
            number += 1
        try:
            kept.hardlink_to(self._path.resolve())
        except OSError:  # a folder, or a file system without links
            self._path.replace(kept)

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size


def load_settings(path: Path) -> Settings:
    """The settings of a file, read only."""
    return SettingsFile(path).settings


def _read(path: Path) -> _Content:
    """Raises FileNotFoundError; _Unreadable for a file that is empty, no text, no TOML or cannot be opened."""
    try:
        text = path.read_bytes().decode("utf-8")
        if not text.strip(_BOM).strip():
            raise _Unreadable("The file has no content", empty=True)
        return _parse(text, path.name)
    except UnicodeDecodeError as error:
        raise _Unreadable("It is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise _Unreadable(f"It is not valid TOML: {error}") from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Unreadable(f"It cannot be opened: {error.strerror or error}") from error


def _parse(text: str, name: str) -> _Content:
    """The settings and problems of a text of TOML; the problems name the file and the line."""
    settings, problems = read_settings(tomllib.loads(text.removeprefix(_BOM)))
    found = []
    for one in problems:
        line = _line_of(text, one.place)
        found.append(replace(one, title=f"{name}{f', line {line}' if line else ''}: {one.title}"))
    return _Content(text, settings, tuple(found))


def _line_of(text: str, place: str) -> int:
    """Return the number of the line that sets `table.key`, `key` or begins `table`; 0 where it is written otherwise."""
    wanted, table = place.rpartition(".")[::2], ""
    for number, line in enumerate(text.removeprefix(_BOM).splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = header[1].strip()
            if wanted == ("", table):
                return number
        elif (key := re.match(r"\s*([\w.-]+)\s*=", line)) and place and f"{table}.{key[1]}".strip(".") == place:
            return number
    return 0


def _differences(before: Settings, after: Settings) -> Iterator[tuple[str, str, Any]]:
    """The table, key and new value of each difference."""
    for table in fields(Settings):
        old, new = getattr(before, table.name), getattr(after, table.name)
        for key in fields(new):
            if getattr(old, key.name) != getattr(new, key.name):
                yield table.name, key.name, getattr(new, key.name)


def _replace(path: Path, text: str) -> None:
    """Replace a file, or the target of a link, atomically. Raises OSError."""
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode | 0o600)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
