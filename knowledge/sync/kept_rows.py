"""The rows of an index in memory, encrypted in a file between two processes: no start has to build them again.

The file names the seal of the ledger at which it was written. Once the ledger holds another, the file is of no use.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.search_index import SearchIndex
from knowledge.sync.verify import Seal

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey

_MOST_BYTES = 1 << 30  # AES-GCM encrypts 2 GiB at once; so large an index is built again
_SEAL_BYTES = 16  # hexadecimal digits


class KeptRows:
    """The file of one index. `key`: of the ledger that the index follows."""

    def __init__(self, path: Path, key: DatabaseKey) -> None:
        self._path, self._key = path, key

    def restore(self, index: SearchIndex, seal: Seal) -> bool:
        """Fill the index, if the file holds it as the ledger records it."""
        held = index.ledger.indexes.all()[index.name].seal
        try:
            content = self._key.decrypted(self._path.read_bytes())
        except (OSError, ValueError):
            return False
        if len(held) != _SEAL_BYTES or content[:_SEAL_BYTES] != held.encode():
            return False
        index.table.fill(content[_SEAL_BYTES:])
        seal.begin(held)
        return True

    def keep(self, index: SearchIndex, seal: Seal) -> None:
        """Write the file, unless there is one of this state, or the index is incomplete. Raises OSError."""
        row = index.ledger.indexes.all().get(index.name)
        mark = self._path.with_suffix(".seal")
        if row is None or len(row.seal) != _SEAL_BYTES or seal.standing(row.seal) != "complete":
            return
        with suppress(OSError):
            if mark.read_text() == row.seal and self._path.exists():
                return
        content = index.table.content()
        if len(content) > _MOST_BYTES:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for path, data in ((self._path, self._key.encrypted(row.seal.encode() + content)), (mark, row.seal.encode())):
            unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)

    def delete(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)
