"""Questions that are not answered yet, on disk: typed and not sent, or sent and waiting. One for each conversation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from assistant.composing.reach import Reach, dump_reach, load_reach
from assistant.values import Draft

NEW_CHAT = ""  # the key of what is typed before a conversation begins

_BEGIN = """
    INSERT INTO conversations (id, title, persona_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET title = excluded.title, persona_id = excluded.persona_id
    WHERE named = 0 AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation_id = excluded.id)
"""
_ASK = """
    INSERT INTO drafts (conversation_id, asked, reach) SELECT ?1, ?2, ?4
    WHERE NOT EXISTS (SELECT 1 FROM turns WHERE conversation_id = ?1 AND question = ?2 AND created_at >= ?3)
    ON CONFLICT (conversation_id) DO UPDATE SET asked = excluded.asked, typed = '', reach = excluded.reach
"""
_TYPE = """
    INSERT INTO drafts (conversation_id, typed, reach) VALUES (?, ?, ?)
    ON CONFLICT (conversation_id) DO UPDATE SET typed = excluded.typed, reach = excluded.reach
"""
_TAKE_BACK = """
    UPDATE drafts SET typed = trim(asked || char(10) || typed, char(10)), asked = '' WHERE conversation_id = ?
"""
_NOTE_ANSWERED = """
    UPDATE drafts SET asked = '', reach = CASE typed WHEN '' THEN NULL ELSE reach END WHERE conversation_id = ?
"""
_FORGET_EMPTY = "DELETE FROM drafts WHERE conversation_id = ? AND asked = '' AND typed = '' AND reach IS NULL"
_FORGET_UNUSED = """
    DELETE FROM conversations WHERE id = ?1 AND deleted_at IS NULL AND pinned = 0 AND folder = '' AND named = 0
    AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM drafts WHERE conversation_id = ?1)
"""

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Drafts:
    """The drafts in the database of conversations; each is on the disk when its call returns.

    `reading` and `writing`: lend the connection, translate SQLite's errors; `writing` is a transaction.
    """

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading, self._writing = reading, writing

    def read(self, conversation_id: str) -> Draft:
        """Return the draft of a conversation; an empty one where there is none."""
        query = "SELECT asked, typed, reach FROM drafts WHERE conversation_id = ?"
        with self._reading() as connection:
            row = connection.execute(query, (conversation_id,)).fetchone()
        return Draft(row[0], row[1], None if row[2] is None else load_reach(row[2])) if row else Draft()

    def ask(
        self, conversation_id: str, persona_id: str, title: str, question: str, asked_at: float, reach: Reach
    ) -> None:
        """List the conversation, and keep the question until a turn that answers it is saved."""
        with self._writing() as connection:
            connection.execute(_BEGIN, (conversation_id, title, persona_id, asked_at, asked_at))
            connection.execute(_ASK, (conversation_id, question, asked_at, dump_reach(reach)))

    def take_back(self, conversation_id: str) -> None:
        """Let a question that got no answer be one that was typed and not sent."""
        with self._writing() as connection:
            connection.execute(_TAKE_BACK, (conversation_id,))

    def write(self, conversation_id: str, typed: str, reach: Reach | None = None) -> None:
        """Keep what is typed. An empty draft is forgotten, with the conversation if nothing was ever said in it.

        `reach`: the files chosen for it; None: those of the turn before.
        """
        with self._writing() as connection:
            connection.execute(_TYPE, (conversation_id, typed, None if reach is None else dump_reach(reach)))
            connection.execute(_FORGET_EMPTY, (conversation_id,))
            connection.execute(_FORGET_UNUSED, (conversation_id,))


def note_answered(connection: sqlite3.Connection, conversation_id: str) -> None:
    """Forget the question that was kept until now, within the caller's transaction."""
    connection.execute(_NOTE_ANSWERED, (conversation_id,))
    connection.execute(_FORGET_EMPTY, (conversation_id,))
