"""The file being read, noted where a death of the whole process leaves it: the next run then knows what it was at."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Suspect:
    """A file that was in hand when a process died. `content`: the hash of its bytes."""

    path: Path
    content: bytes


class FileInHand:
    """A small file beside the ledger. Only the process that holds the writer's lock uses it.

    A file is in hand until it is in the ledger. A death while its chunks are embedded or indexed is not counted against
    it: of whatever file, native code then reads texts of at most `encoder_folder.MAX_CHARACTERS` characters and the
    embedder's `max_tokens`, so that none can ask for more than any other.

    Written and not flushed: the system keeps it through the death of a process, at some microseconds a file where a
    commit takes a millisecond. Where it cannot be written, neither can the ledger, which says so.
    """

    def __init__(self, note: Path) -> None:
        self._note = note

    def suspect(self) -> Suspect | None:
        """The file that was in hand when the last process died; None where it ended well."""
        try:
            path, content = json.loads(self._note.read_bytes())
            return Suspect(Path(path), bytes.fromhex(content))
        except (OSError, ValueError, TypeError):
            return None

    def begin(self, path: Path, content: bytes) -> None:
        """Note the file that is in hand from now on."""
        with suppress(OSError):
            descriptor = os.open(self._note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as note:
                note.write(json.dumps([str(path), content.hex()]).encode())

    def end(self) -> None:
        """Note that none is in hand."""
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
