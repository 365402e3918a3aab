"""Tells an index that is ours, with at most one write cut short, from one that is lost, foreign or of another time.

Before every write the seal names two tokens: the one that the ledger holds now, and the one that it will hold once the
write is in. A ledger whose token is the second has the write; one whose token is the first was killed during it, and
writes the same once more. Any other ledger, as a restored older copy, does not belong to this index.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Standing = Literal["whole", "cut short", "foreign"]


@dataclass(frozen=True, slots=True)
class Seal:
    """The file `seal` within the folder of an index."""

    folder: Path

    def begin(self, token: str) -> str:
        """The token that follows `token`, once both are durable."""
        following = secrets.token_hex(8)
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "seal.new"
        with unfinished.open("w", encoding="ascii") as file:
            file.write(f"{token} {following}")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / "seal")
        return following

    def standing(self, token: str) -> Standing:
        """What this index is to a ledger that holds `token`."""
        try:
            previous, current = (self.folder / "seal").read_text("ascii").split(" ")
        except (OSError, ValueError):
            return "foreign"
        if current == token:
            return "whole"
        return "cut short" if previous == token else "foreign"
