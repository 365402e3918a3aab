"""A note on what a guard rail of a turn found or did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuardNote:
    """`layer`: question, sources, markers, topics, format, links, toxicity or length. `says`: a sentence for people.

    `passages`: the numbers, from 1, of the passages that it is about.
    """

    layer: str
    says: str
    passages: tuple[int, ...] = ()
