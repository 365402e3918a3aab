"""Finds personal data in text: what has a recognisable form, a checksum, or a word before it that says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from assistant import guards
from assistant.guards.contacts import find_contacts
from assistant.guards.data_labels import find_labels
from assistant.guards.identity import find_checked, find_labelled
from assistant.guards.kinds import PersonalData
from assistant.guards.money import find_money
from assistant.guards.normal import normalise
from assistant.guards.people import find_people
from assistant.guards.phones import find_phones
from assistant.guards.tokens import find_tokens


def find_personal(text: str) -> tuple[PersonalData, ...]:
    """The personal data in a text, in its order, without overlaps. 1 MB takes about a second."""
    plain = normalise(text)
    taken = bytearray(len(plain.text))
    found = []
    for kind, start, end in _spans(plain.text):
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            found.append(PersonalData(kind, *plain.span(start, end)))
    return tuple(sorted(found, key=lambda one: one.start))


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Every find, the surest first: where two overlap, the first counts."""
    labels = tuple(find_labels(text))
    yield from find_tokens(text, labels)
    contacts = list(find_contacts(text, labels))
    yield from (one for one in contacts if one[0] == "EMAIL")
    money = list(find_money(text))
    yield from (one for one in money if one[0] != "CARD")
    yield from find_labelled(text, labels)
    yield from money
    yield from (one for one in contacts if one[0] != "GPS")
    yield from find_checked(text, labels)
    yield from contacts
    yield from find_people(text, labels)
    yield from find_phones(text, labels)
    if _reads_names():
        yield from guards.find_names(text)


@cache
def _reads_names() -> bool:
    """True where the extra `privacy` is installed."""
    return find_spec("presidio_analyzer") is not None
