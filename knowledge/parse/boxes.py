"""What stands on a slide in the order in which a person reads it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing")


class Box(NamedTuple):
    """Where something stands, from the slide's upper left corner, in any unit of length."""

    top: float
    left: float
    height: float


def in_rows(placed: Iterable[tuple[Box | None, Thing]]) -> Iterator[Thing]:
    """Things from the top down and, side by side, from the left; what has no box follows what stands before it.

    A thing belongs to a row when it begins above the middle of the row's first one.
    """
    rows: list[list[tuple[Box, int]]] = []
    boxes, things = _all_boxed(placed)
    for box, number in sorted(zip(boxes, range(len(boxes)), strict=True)):
        first = rows[-1][0][0] if rows else None
        if first and box.top < first.top + first.height / 2:
            rows[-1].append((box, number))
        else:
            rows.append([(box, number)])
    for row in rows:
        for _, number in sorted(row, key=lambda entry: (entry[0].left, entry[0].top, entry[1])):
            yield things[number]


def _all_boxed(placed: Iterable[tuple[Box | None, Thing]]) -> tuple[list[Box], list[Thing]]:
    last = Box(0, 0, 0)
    boxes, things = [], []
    for box, thing in placed:
        last = box or last
        boxes.append(last)
        things.append(thing)
    return boxes, things
