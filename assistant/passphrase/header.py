"""The file `passphrase.json`: what is needed, besides the passphrase, to open a home. Nothing in it is secret.

It lies in the home and again among the backups: a home whose last one is lost cannot be opened any more.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from assistant.home import Home
from errors import AppError

State = Literal["on", "encrypting", "decrypting"]
"""What was decided: the home is encrypted, or its converted files still have to take the places of the present ones."""

_VERSION = 1
_MOST_MEMORY_BYTES = 1 << 30  # of one derivation, 128 · n · r: a changed file must not fill the memory


class PassphraseFileDamaged(AppError):
    """Neither copy of the file can be read."""


class PassphraseWrong(AppError):
    """It does not open this home."""

    def __init__(self) -> None:
        super().__init__("That is not the passphrase of this home", "Nothing was changed. Try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`salt`, `n`, `r`, `p`: of scrypt. `wrapped`: the home's key, encrypted under what scrypt makes of the passphrase.

    `check`: a hash of the home's key, which tells a key that was remembered for another home.
    """

    salt: bytes
    n: int
    r: int
    p: int
    nonce: bytes
    wrapped: bytes
    check: bytes
    state: State = "on"

    @property
    def memory_bytes(self) -> int:
        """Memory of one derivation."""
        return 128 * self.n * self.r


def read_header(home: Home) -> Header | None:
    """The header; None where no passphrase is set. Raises PassphraseFileDamaged."""
    contents = []
    for path in home.passphrase_files:
        with suppress(FileNotFoundError):
            contents.append(path.read_bytes())
    for content in contents:
        with suppress(ValueError, TypeError, KeyError):
            return _parsed(content)
    if contents:
        raise PassphraseFileDamaged(
            f"The file {home.passphrase_files[0]} is damaged, and so is its copy in {home.backups}",
            "Put back a copy of it from a backup of yours. Without it, nothing of this home can be opened.",
        )
    return None


def write_header(home: Home, header: Header) -> None:
    """Write the file and its copy; on return both survive a power loss. Raises OSError."""
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(header).items()}
    content = json.dumps({"version": _VERSION, "kdf": "scrypt", **fields}, indent=1).encode()
    for path in home.passphrase_files:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.new")
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        flush(path.parent)


def delete_header(home: Home) -> None:
    """Delete the copy, then the file. Raises OSError."""
    for path in reversed(home.passphrase_files):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            flush(path.parent)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, survive a power loss."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parsed(content: bytes) -> Header:
    table = json.loads(content)
    if (table["version"], table["kdf"]) != (_VERSION, "scrypt") or table["state"] not in get_args(State):
        raise ValueError("written by a newer version")
    hexes = {name: bytes.fromhex(table[name]) for name in ("salt", "nonce", "wrapped", "check")}
    header = Header(**hexes, n=int(table["n"]), r=int(table["r"]), p=int(table["p"]), state=table["state"])
    if not (0 < header.memory_bytes <= _MOST_MEMORY_BYTES and 0 < header.p <= 16 and len(header.nonce) == 12):
        raise ValueError("not what was written")
    return header
