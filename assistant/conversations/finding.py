"""Searching conversations: the newest turn of each that has every word, with the text around the first of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from itertools import islice

from assistant.conversations.store import ConversationSearch, like_pattern

MOST_FOUND = 200  # conversations; whoever wants fewer types another word
_MOST_TURNS = 20_000  # looked at: a word that every turn has is found in 200 conversations long before
_BEFORE, _AFTER = 16, 120  # characters of a snippet around the first word
_MARKUP = re.compile(r"[#*`>|]+")  # of Markdown, which says nothing in one line


def turns_found(connection: sqlite3.Connection, search: ConversationSearch, words: Sequence[str]) -> Mapping[str, int]:
    """The number of the newest turn with every word, by conversation, newest first."""
    newest: dict[str, int] = {}
    there = {row[0] for row in connection.execute("SELECT id FROM conversations WHERE deleted_at IS NULL")}
    for number, conversation_id in islice(search.turns(words), _MOST_TURNS):
        if conversation_id in there:
            newest.setdefault(conversation_id, number)
            if len(newest) == MOST_FOUND:
                break
    return newest


def titles_found(connection: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """The conversations whose titles have every word, newest first."""
    condition = " AND ".join(["title LIKE ? ESCAPE '\\'"] * len(words))
    query = f"SELECT id FROM conversations WHERE deleted_at IS NULL AND {condition} ORDER BY updated_at DESC LIMIT ?"
    return [row[0] for row in connection.execute(query, (*map(like_pattern, words), MOST_FOUND))]


def snippet(text: str, words: Sequence[str]) -> str:
    """The text around the first of the words on one line, with `…` where it was cut; "" without any of them."""
    place = re.search("|".join(map(re.escape, words)), text, re.IGNORECASE)
    if place is None:
        return ""
    start, end = max(0, place.start() - _BEFORE), place.end() + _AFTER
    if start:
        start = max(text.find(" ", start, place.start()) + 1, start)  # at a word, where there are spaces
    line = " ".join(_MARKUP.sub(" ", text[start:end]).split())
    return f"{'…' * bool(start)}{line}{'…' * (end < len(text))}"
