"""Places within a chunk: the page and the heading that its words stand on and under, which may change inside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast, get_args

# `header`: the lines of a mail's header, which the parser wrote; `comment`: hidden from readers by the author; `links`:
# menus and other lists of links; `properties`: front matter; the others as their names say.
Role = Literal["body", "header", "comment", "contents", "links", "references", "properties"]
_ROLES: frozenset[object] = frozenset(get_args(Role))


class Place(NamedTuple):
    """A stretch under one heading, on one page, from character `start` of its chunk or passage up to the next place."""

    start: int
    heading: tuple[str, ...] = ()
    page: int | None = None
    role: Role = "body"


def place_at(places: Sequence[Place], offset: int) -> Place:
    """The place that holds the character at `offset`; `places` are in order, and one at least."""
    return next((place for place in reversed(places) if place.start <= offset), places[0])


def moved(places: Sequence[Place], by: int) -> tuple[Place, ...]:
    """The places, each start `by` characters further on."""
    return tuple(place._replace(start=place.start + by) for place in places)


def places_json(places: Sequence[Place]) -> str:
    """The places as JSON."""
    return json.dumps(places, ensure_ascii=False)


def places_from(values: object) -> tuple[Place, ...]:
    """The places in what JSON gave back. Raises ValueError where it holds none."""
    if not isinstance(values, list | tuple):
        raise ValueError("no places")
    return tuple(map(_place, values))


def role_from(value: object) -> Role:
    """The role. Raises ValueError for anything else."""
    if value not in _ROLES:
        raise ValueError("not a role")
    return cast(Role, value)


def _place(values: object) -> Place:
    match values:
        case [int(start), [*heading], None | int() as page, role] if start >= 0:
            titles = tuple(title for title in heading if isinstance(title, str))
            if len(titles) == len(heading) and (page is None or page > 0):
                return Place(start, titles, page, role_from(role))
    raise ValueError("not a place")
