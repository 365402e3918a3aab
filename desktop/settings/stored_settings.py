"""Reads and changes settings.toml on a worker, and keeps the servers' keys in the keyring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from assistant.settings_catalogue import Setting, with_value
from desktop.background import Background, Callbacks, Task
from desktop.language import tr
from engines import delete_key, parse_address, store_key

if TYPE_CHECKING:
    from assistant.settings import SettingProblem, Settings
    from assistant.workspace import Workspace
    from errors import AppError


class SettingsState(NamedTuple):
    """The settings as they apply, the mistakes in their file, the personas' ids, and the places that a page opens."""

    settings: Settings
    problems: tuple[SettingProblem, ...]
    personas: tuple[str, ...]
    file: Path
    home: Path
    logs: Path


class StoredSettings(QObject):
    """The settings of the home. Every change is written at once."""

    changed = Signal(object)  # SettingsState
    refused = Signal(str, object)  # the setting's name, AppError
    key_saved = Signal(str)  # what was done, for people

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    def read(self) -> None:
        """Read the file again, and report the settings."""

        def read(space: Workspace, task: Task) -> SettingsState:
            space.reread_settings()
            return _state(space, task)

        self._background.run("read", read, self, Callbacks(self.changed.emit))

    def choose(self, setting: Setting, value: Any) -> None:
        """Change one setting, or report why that is not possible."""

        def change(space: Workspace, task: Task) -> SettingsState:
            space.settings = with_value(space.settings, setting, value)
            return _state(space, task)

        failed = Callbacks(self.changed.emit, lambda error: self.refused.emit(setting.name, error))
        self._background.run("read", change, self, failed)

    def save_key(self, name: str, key: str) -> None:
        """Keep a key for the model server in the system's keyring; an empty one deletes it. `name`: of the row."""

        def save(space: Workspace, _: Task) -> str:
            address = parse_address(space.settings.remote.url)
            if key:
                store_key(address, key)
                return tr("The key for {host} is in the keyring.", host=address.host)
            return (
                tr("The key was deleted.")
                if delete_key(address)
                else tr("There is no key for {host}.", host=address.host)
            )

        def refuse(error: AppError) -> None:
            self.refused.emit(name, error)

        self._background.run("read", save, self, Callbacks(self.key_saved.emit, refuse))


def _state(space: Workspace, _: Task) -> SettingsState:
    home, personas = space.home, tuple(header.id for header in space.catalogue.headers())
    return SettingsState(space.settings, space.setting_problems, personas, home.settings, home.path, home.logs)
