"""Joins what a second server writes to what the first has said before it died: nothing is shown twice."""

from __future__ import annotations

_RESTARTED_CHARACTERS = 40  # of the beginning said again: no continuation repeats as much by chance
_TAIL_CHARACTERS = 400  # of what was said, in which a continuation may begin again
_LEAST_OVERLAP = 3  # characters: shorter words follow each other, as "that that" does not


class Diverged(Exception):
    """The second answer began anew and differs from the first."""


class Resumption:
    """The text to show after `said`, of what a server writes that was asked to go on with it."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._held: str | None = ""

    def feed(self, text: str) -> str:
        """What can be shown now; the rest is held until it is known to be new. Raises Diverged."""
        if self._held is None:
            return text
        self._held += text
        if self._may_repeat(self._held):
            return ""
        return self.flush()

    def flush(self) -> str:
        """What was held, without what has been said. Raises Diverged."""
        held, self._held = self._held, None
        if not held:
            return ""
        fresh = held.lstrip()
        if fresh.startswith(self._said.lstrip()):
            return fresh[len(self._said.lstrip()) :]
        if _common(fresh, self._said.lstrip()) >= _RESTARTED_CHARACTERS:
            raise Diverged
        if overlap := self._overlap(fresh):
            return fresh[overlap:]
        if self._said[-1:].isspace():
            return fresh
        return f" {held}" if self._said[-1:].isalnum() and held[:1].isalnum() else held

    def _may_repeat(self, held: str) -> bool:
        """True while all that is held stands at the beginning of what was said, or near its end."""
        fresh, said = held.strip(), self._said.lstrip()
        return len(fresh) < len(said) and (said.startswith(fresh) or fresh in said[-_TAIL_CHARACTERS:])

    def _overlap(self, fresh: str) -> int:
        """Characters of the end of what was said with which the continuation begins, in whole words."""
        for count in range(min(len(fresh), len(self._said)), _LEAST_OVERLAP - 1, -1):
            before = self._said[-count - 1 : -count] if count < len(self._said) else ""
            whole = not before.isalnum() and not (fresh[count - 1].isalnum() and fresh[count : count + 1].isalnum())
            if whole and self._said.endswith(fresh[:count]):
                return count
        return 0


def _common(one: str, other: str) -> int:
    """The characters with which both begin."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
