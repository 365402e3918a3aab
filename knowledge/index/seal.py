"""A token shared by ledger and index, which shows that they belong together.

Before a write, first the ledger and then the index's seal record the present token with the one after the write; once
the write is done, the ledger keeps the new token alone. A ledger that records both, as the seal does, was killed during
that write and repeats it. Any other mismatch means that the index is lost, or that one of the two is another copy.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Standing = Literal["whole", "cut short", "foreign"]


@dataclass(frozen=True, slots=True)
class Seal:
    """The file `seal` in the folder of an index."""

    folder: Path

    def begin(self, transition: str) -> None:
        """Record the tokens before and after a write, as `following` made them. Durable on return."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "seal.new"
        with unfinished.open("w", encoding="ascii") as file:
            file.write(transition)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / "seal")

    def standing(self, held: str) -> Standing:
        """This index as seen by a ledger that holds a token, or the two of a write."""
        try:
            sealed = (self.folder / "seal").read_text("ascii")
        except (OSError, ValueError):
            return "foreign"
        if sealed == held and " " in held:
            return "cut short"
        return "whole" if after(sealed) == held.split(" ")[0] else "foreign"


def following(held: str) -> str:
    """The tokens before and after the next write of a ledger that holds `held`; one cut short is repeated."""
    return held if " " in held else f"{held} {secrets.token_hex(8)}"


def after(transition: str) -> str:
    """The token after a write."""
    return transition.split(" ")[-1]
