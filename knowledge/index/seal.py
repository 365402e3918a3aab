"""Tells an index that is ours, with at most one write cut short, from one that is lost, foreign or of another time.

Ledger and index hold the same token. Before a write, first the ledger and then the seal of the index name the token of
after it beside the one of now; once the write is in, the ledger keeps the new one alone. So a ledger that names both as
the seal does was killed during that very write, and writes the same once more. A ledger that does neither, as an older
copy that was put back, does not belong to this index.
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

    def begin(self, transition: str) -> None:
        """Name the tokens of before and after a write, as `following` made them. Durable on return."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "seal.new"
        with unfinished.open("w", encoding="ascii") as file:
            file.write(transition)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / "seal")

    def standing(self, held: str) -> Standing:
        """What this index is to a ledger that holds a token, or the two of a write."""
        try:
            sealed = (self.folder / "seal").read_text("ascii")
        except (OSError, ValueError):
            return "foreign"
        if sealed == held and " " in held:
            return "cut short"
        return "whole" if after(sealed) == held.split(" ")[0] else "foreign"


def following(held: str) -> str:
    """The tokens of before and after the next write, of a ledger that holds this; a write cut short is the next one."""
    return held if " " in held else f"{held} {secrets.token_hex(8)}"


def after(transition: str) -> str:
    """The token of after a write."""
    return transition.split(" ")[-1]
