"""The home: the one folder in which Carrel keeps its data, readable by its owner alone."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from errors import AppError

FORMAT = 1
"""Of what a home holds. Raise it with every change that the version before cannot read, so that it refuses the home."""


class HomeUnusable(AppError):
    """The home folder cannot be made, is not a folder, or is of a newer version."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of settings, conversations, the ledger and index, the person's own personas, and models."""

    path: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.path / "settings.toml"

    @property
    def conversations(self) -> Path:
        """The database of conversations."""
        return self.path / "conversations.db"

    @property
    def library(self) -> Path:
        """The folder of the ledger and the index."""
        return self.path / "library"

    @property
    def personas(self) -> Path:
        """The folder of the person's own personas."""
        return self.path / "personas"

    @property
    def prompts(self) -> Path:
        """The file of the person's own prompts."""
        return self.path / "prompts.md"

    @property
    def api_keys(self) -> Path:
        """The file of the digests of the API's keys."""
        return self.path / "api_keys.json"

    @property
    def batches(self) -> Path:
        """The database of the API's files and batches."""
        return self.path / "batches.db"

    @property
    def traces(self) -> Path:
        """The database of the last questions' traces."""
        return self.path / "traces.db"

    @property
    def dropped(self) -> Path:
        """The folder of copies of single files that were dropped on the window."""
        return self.path / "Dropped files"

    @property
    def models(self) -> Path:
        """The folder of downloaded models."""
        return self.path / "models"

    @property
    def calibration(self) -> Path:
        """The file of measured speeds and tuned settings of models on this machine."""
        return self.path / "calibration.json"

    @property
    def opening_note(self) -> Path:
        """The note of the model that is being opened."""
        return self.path / "opening.json"

    @property
    def chat_history(self) -> Path:
        """The lines typed into `carrel chat`, for the arrow keys."""
        return self.path / "chat-history"

    @property
    def snapshots(self) -> Path:
        """The folder of saved KV caches of conversations, so that a restart prefills nothing again."""
        return self.path / "snapshots"

    @property
    def logs(self) -> Path:
        """The folder of log files."""
        return self.path / "logs"

    @property
    def passphrase_files(self) -> tuple[Path, Path]:
        """The file that the passphrase opens the home with, and its copy; none of them where no passphrase is set."""
        return self.path / "passphrase.json", self.backups / "passphrase.json"

    @property
    def has_passphrase(self) -> bool:
        """True if a passphrase is set. Costs two look-ups."""
        return any(path.exists() for path in self.passphrase_files)

    @property
    def backups(self) -> Path:
        """The folder of daily copies of the conversations."""
        return self.path / "backups"

    @property
    def connection_log(self) -> Path:
        """The log of connections to other machines."""
        return self.logs / "connections.jsonl"

    def create(self) -> Home:
        """This home, its folder made if it was missing, private from now on. Raises HomeUnusable.

        Nothing that this process or its children make can be read by others of this machine, whatever the umask was.
        """
        os.umask(_OTHERS)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._agree_on_format()
            self._keep_private()
        except OSError as error:
            hint = f"{error.strerror or error}. Choose another folder with --home or CARREL_HOME."
            raise HomeUnusable(f"Cannot use {self.path} as Carrel's folder", hint) from error
        return self

    def _agree_on_format(self) -> None:
        """Raise HomeUnusable where a newer version has written what this one cannot read; else note the format."""
        file = self.path / "home.json"
        found = 0
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            found = int(json.loads(file.read_bytes())["format"])
        if found > FORMAT:
            hint = "Update Carrel, or choose another folder with --home or CARREL_HOME. Nothing was changed."
            raise HomeUnusable(f"{self.path} was written by a newer Carrel", hint)
        if found < FORMAT:
            with suppress(OSError):  # a full disk still opens
                draft = file.with_suffix(f".{os.getpid()}")
                draft.write_text(json.dumps({"format": FORMAT}), "utf-8")
                draft.replace(file)

    def _keep_private(self) -> None:
        """Close to others what they can open. A folder that also holds what is not ours stays open; our files close."""
        if os.name == "nt":  # there the profile's folder is private
            return
        there = list(self.path.iterdir())
        if all(path.name.startswith((*_OURS, *_MODELS, ".")) for path in there):
            _close(self.path)
        for path in there:
            if path.name.startswith(_OURS):
                was_open = _close(path)
                if not path.is_symlink() and path.is_dir() and (was_open or path.name in _CHECKED):
                    for inner in path.rglob("*"):
                        _close(inner)


_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# The names of what is in a home, and how those begin that have a number or a date. Models are no secret.
_OURS = (
    "home.",
    "settings.",
    ".settings.",
    "conversations.db",
    "library",
    "personas",
    "Dropped files",
    "prompts.",
    "api_keys.",
    "owner.",
    "traces.",
    "batches.",
    "snapshots",
    "logs",
    "backups",
    "calibration.json",
    "bandwidth.json",
    "window.ini",
    "passphrase.",
    "chat-history",
)
_MODELS = ("models",)
_CHECKED = ("library", "backups")  # file by file, at every start: a few hundred files in 2 ms


def _close(path: Path) -> bool:
    """True if others could open it till now, and no longer can. What belongs to another user stays as it is.

    Without any permission not even its owner's programs can use it: it gets those of the owner back.
    """
    with suppress(OSError):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
            return False
        if not found.st_mode & stat.S_IRWXU:
            path.chmod(stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)
        elif found.st_mode & _OTHERS:
            path.chmod(found.st_mode & stat.S_IRWXU)
            return True
    return False


def find_home(given: Path | None = None) -> Home:
    """The folder given, else CARREL_HOME, else the platform's folder for application data."""
    if given is not None:
        return Home(given.expanduser().absolute())
    if named := os.environ.get("CARREL_HOME"):
        return Home(Path(named).expanduser().absolute())
    import platformdirs  # 6 ms that the first paint would wait for

    return Home(platformdirs.user_data_path("carrel", appauthor=False))
