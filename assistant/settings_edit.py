"""Edits the text of settings.toml and keeps its comments and layout. Loads tomlkit, which no start needs."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from assistant.settings import Settings
from errors import AppError

BOM = "\ufeff"  # Notepad's mark at the start of a file
HEADER = "# Carrel's settings. Anything that is not set here has its default value.\n"

Change = tuple[str, str, Any]
"""Table, key and new value; None removes the key."""


class SettingsEditor:
    """Edits the file at `path`; one editor for all edits of one run.

    It removes a key or table that it added itself once the key is back at its default.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._added: set[tuple[str, str]] = set()  # (table, key), and (table, "") for the table itself

    def edit(self, text: str, settings: Settings, changes: Sequence[Change]) -> str:
        """The text with the changes made. `settings`: those that `text` has now. Raises AppError."""
        mark = text[: text.startswith(BOM)]
        try:
            document = tomlkit.parse(text.removeprefix(BOM) or HEADER)
            for table, key, value in changes:
                is_default = value == getattr(getattr(Settings(), table), key)
                if value is None or (is_default and (table, key) in self._added):
                    document = self._remove(document, table, key)
                elif value != getattr(getattr(settings, table), key):
                    document = self._set(document, table, key, value)
            edited = tomlkit.dumps(document)
        except TOMLKitError as error:
            raise AppError(f"Cannot change the settings in {self._path}", str(error)) from error
        if 0 < text.count("\n") == text.count("\r\n"):
            edited = re.sub(r"(?<!\r)\n", "\r\n", edited)
        return mark + (edited if edited.strip() else HEADER)

    def _set(self, document: TOMLDocument, table: str, key: str, value: object) -> TOMLDocument:
        """Set a key where it is, or else at the end of its table, above the comments that lead to the next one."""
        if table not in document:
            document = tomlkit.parse(f"{tomlkit.dumps(document).rstrip()}\n\n[{table}]\n")
            self._added.add((table, ""))
        part: Any = document[table]
        if not isinstance(part, MutableMapping):
            hint = f"Correct it, then {key} can be changed."
            raise AppError(f"{self._path.name}: [{table}] must be a table", hint)
        if key not in part:
            self._added.add((table, key))
        body, trailing = getattr(getattr(part, "value", None), "body", []), []
        while key not in part and body and body[-1][0] is None:
            trailing.append(body.pop())
        plain = [str(item) for item in value] if isinstance(value, tuple) else value
        part[key] = str(plain) if isinstance(plain, Path) else plain
        body.extend(reversed(trailing))
        return document

    def _remove(self, document: TOMLDocument, table: str, key: str) -> TOMLDocument:
        part: Any = document.get(table)
        if isinstance(part, MutableMapping):
            part.pop(key, None)
        self._added.discard((table, key))
        if part or (table, "") not in self._added:
            return document
        self._added.discard((table, ""))
        document.pop(table, None)
        return tomlkit.parse(f"{tomlkit.dumps(document).rstrip()}\n")
