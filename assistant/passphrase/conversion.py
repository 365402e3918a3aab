"""Sets, changes and removes a home's passphrase. Killed at any moment, one whole version of every file is left.

Each database is first written anew beside the present one, as `….converted`. The header then says that they count, and
only after that the present ones are erased and replaced: the next start does what is left, and needs no key for it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from assistant.conversations.conversations import Conversations
from assistant.home import Home
from assistant.passphrase.header import Header, State, delete_header, flush, read_header, write_header
from assistant.passphrase.home_key import HomeKey
from assistant.traces.trace_store import TraceStore
from errors import AppError
from knowledge import DatabaseInUse, DatabaseKey, Library, copied_database, hint_for, is_damaged, set_aside, trouble_of

_CONVERTED = ".converted"
_BLOCK_BYTES = 1 << 20
_DATABASES = ("conversations.db", "traces.db", "batches.db", "library/ledger.db", "backups/conversations-*.db")
# What holds words besides the databases: it is made again (the index), or is of less worth than the secret.
_ERASED = (
    "library/index/**/*",
    "snapshots/*",
    "chat-history",
    "conversations.db.damaged*",
    "conversations.db.unfinished*",
    "library/ledger.db.damaged*",
    "batches.db.damaged*",
    "backups/*.unfinished",
)


class HomeInUse(AppError):
    """Another Carrel has the home open."""

    def __init__(self) -> None:
        super().__init__("Carrel is open", "Close its window and stop its commands, then try again.")


class ConversionFailed(AppError):
    """The disk is full, or a database cannot be read. Everything is as it was."""


def set_passphrase(home: Home, passphrase: str) -> HomeKey:
    """Encrypt a home: conversations, their copies and the ledger; return its key.

    What else holds words of them is erased: the search index, saved chats of models, files set aside as damaged.
    Raises HomeInUse, ConversionFailed, PassphraseTooShort.
    """
    key = HomeKey.new()
    header = key.wrapped(passphrase, "encrypting")
    with _locked(home):
        with _converted(home, None, key.databases):
            write_header(home, header)
        _finish(home, "encrypting")
    return key


def change_passphrase(home: Home, key: HomeKey, passphrase: str) -> None:
    """Have another passphrase open the home. Its key stays, so nothing is encrypted anew. Raises PassphraseTooShort."""
    header = key.wrapped(passphrase, "on")
    with _locked(home):
        write_header(home, header)


def remove_passphrase(home: Home, key: HomeKey) -> None:
    """Decrypt a home. Raises HomeInUse, ConversionFailed."""
    with _locked(home):
        header = read_header(home)
        if header:
            with _converted(home, key.databases, None):
                write_header(home, replace(header, state="decrypting"))
            _finish(home, "decrypting")


def finished_header(home: Home) -> Header | None:
    """The header of a home, once a conversion that was cut short has been completed; None: no passphrase is set."""
    header = read_header(home)
    if header is None:
        return None
    if header.state == "on":
        if _files(home, _CONVERTED):
            with suppress(Timeout), _locked(home, wait_s=0):  # else one is going on
                _discard(home)
        return header
    with _locked(home):
        if header := read_header(home):
            _finish(home, header.state)
    return read_header(home)


def _locked(home: Home, wait_s: float = -1) -> BaseFileLock:
    return FileLock(home.path / "passphrase.lock", timeout=wait_s)


@contextmanager
def _converted(home: Home, key_from: DatabaseKey | None, key_to: DatabaseKey | None) -> Iterator[None]:
    """Write each database anew, beside the present one; nobody else may use the present ones in the block."""
    _discard(home)
    _repair(home, key_from)
    databases = _files(home)
    needed = sum(path.stat().st_size for path in databases)
    if shutil.disk_usage(home.path).free < needed:
        hint = f"It takes {needed / 2**20:,.0f} MB for a while. Free some space."
        raise ConversionFailed("The disk is too full to convert the home", hint)
    with ExitStack() as held:
        try:
            for path in databases:
                converted = path.with_name(path.name + _CONVERTED)
                held.enter_context(copied_database(path, converted, key_from, key_to))
                flush(converted)
                flush(converted.parent)
        except DatabaseInUse as used:
            _discard(home)
            raise HomeInUse from used
        except (sqlite3.Error, OSError) as error:
            _discard(home)
            hint = hint_for(trouble_of(error, path), path)
            raise ConversionFailed(f"{path} cannot be converted: {error}", hint) from error
        yield


def _repair(home: Home, key: DatabaseKey | None) -> None:
    """Open what there is once: what is damaged is repaired, and what is old is migrated."""
    if home.conversations.exists():
        Conversations(home.conversations, lambda: key).close()
    if (home.library / "ledger.db").exists():
        library = Library(home.library, lambda name: None, key=lambda: key)
        library.folders()
        library.close()
    if home.traces.exists():
        traces = TraceStore(home.traces, lambda: key)
        with suppress(AppError):  # a damaged one is made anew
            traces.latest(1)
        traces.close()
    if is_damaged(home.batches, key):
        set_aside(home.batches)


def _files(home: Home, suffix: str = "") -> list[Path]:
    """The databases that are there, or what was written beside them."""
    return [path for pattern in _DATABASES for path in sorted(home.path.glob(pattern + suffix))]


def _discard(home: Home) -> None:
    """Erase what a conversion left that was killed before it counted: perhaps chats that are encrypted elsewhere."""
    for path in _files(home, _CONVERTED):
        _erase(path)


def _finish(home: Home, state: State) -> None:
    """Put the converted files in the places of the present ones, and erase those."""
    for converted in _files(home, _CONVERTED):
        path = converted.with_name(converted.name.removesuffix(_CONVERTED))
        for part in ("", "-wal", "-shm", "-journal"):
            _erase(path.with_name(path.name + part))
        converted.rename(path)
        flush(path.parent)
    for pattern in _ERASED:
        for path in home.path.glob(pattern):
            _erase(path)
    shutil.rmtree(home.library / "index", ignore_errors=True)
    header = read_header(home)
    if state == "decrypting":
        delete_header(home)
    elif header:
        write_header(home, replace(header, state="on"))


def _erase(path: Path) -> None:
    """Overwrite a file and delete it. An SSD, which writes elsewhere, may keep the old content for a while."""
    if not path.is_file() or path.is_symlink():
        return
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, _BLOCK_BYTES)))
        os.fsync(file.fileno())
    path.unlink()
