"""The conversations on disk: saved, listed, searched, titled and deleted."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.composing.reach import ALL_FOLDERS, Reach, dump_reach, load_reach
from assistant.conversations import erasing, finding, store as records
from assistant.conversations.copies import ConversationCopies
from assistant.conversations.drafts import Drafts, note_answered
from assistant.conversations.restoring import open_restored
from assistant.conversations.store import ConversationSearch, translated
from assistant.conversations.titles import TITLE_CHARACTERS
from assistant.tools.tool_use import dump_tools, load_tools
from assistant.values import ConversationSummary, FoundConversation, Turn
from engines import Usage
from errors import AppError
from knowledge import Repair, UnreadFiles

if TYPE_CHECKING:
    from knowledge import DatabaseKey

_Summaries = list[ConversationSummary]
_SUMMARY = """
    SELECT c.id, c.title, c.persona_id, c.updated_at, (SELECT count(*) FROM turns t WHERE t.conversation_id = c.id),
    c.pinned, c.folder, c.deleted_at FROM conversations c WHERE
"""
_PATH_TO_ROOT = """
    WITH RECURSIVE path (number) AS (
        SELECT number FROM turns WHERE id = :leaf AND conversation_id = :conversation
        UNION ALL
        SELECT p.number FROM path JOIN turns t ON t.number = path.number JOIN turns p ON p.id = t.parent_id
    )
    SELECT * FROM turns WHERE number IN path ORDER BY number
"""
_ANSWERED = """
    SELECT t.* FROM turns t JOIN conversations c ON c.id = t.conversation_id
    WHERE t.answer_key = ? AND t.answer_key <> '' AND t.created_at > ? AND c.deleted_at IS NULL
    ORDER BY number DESC LIMIT 1
"""
_NEWEST = "SELECT id FROM turns WHERE conversation_id = ? ORDER BY number DESC LIMIT 1"
_COLUMNS = (
    "id, conversation_id, parent_id, persona_id, question, answer, passages, citations, engine, model, finish, usage,"
    " created_at, timings_ms, read_whole, route, guards, reranked, searched_for, thoughts, thought_seconds, claims,"
    " answer_key, answered_at, saved, steps, unread, is_reread, reach, tools"
)


class ConversationNotFound(AppError):
    """No conversation or turn has this id."""


UNDO_SECONDS = 60.0  # longer than any window offers to undo: what was deleted since then is purged by its id alone

_TURNS_AT_ONCE = 100


class Conversations:
    """The database of conversations. Safe to use from any thread.

    `repair`: what to tell the person, where the database was damaged or emptied and has been restored. `drafts`: the
    questions that have no answer yet.
    """

    def __init__(self, path: Path, key: Callable[[], DatabaseKey | None] = lambda: None) -> None:
        """`key`: asked for whenever a file is opened; returns None where none is encrypted."""
        self._path, self._key = path, key
        self._lock, self._copying = threading.RLock(), threading.Lock()
        self.copies = ConversationCopies(path, key)
        self._purged: set[str] = set()
        self.drafts = Drafts(self._reading, self._writing)
        self._connection, self.repair = self._open()

    def save(self, turn: Turn) -> None:
        """Save a turn; it is on the disk when this returns. A deleted conversation stays deleted.

        Raises ConversationNotFound when its parent is missing, or its conversation was purged.
        """
        with self._writing():
            parent = "SELECT 1 FROM turns WHERE id = ? AND conversation_id = ?"
            known = (
                turn.parent_id and self._connection.execute(parent, (turn.parent_id, turn.conversation_id)).fetchone()
            )
            if turn.conversation_id in self._purged or (turn.parent_id and not known):
                raise ConversationNotFound(
                    "The turn before this one is no longer in the conversation", "Start a new conversation."
                )
            title = short_title(turn.question)
            self._connection.execute(
                "INSERT INTO conversations (id, title, persona_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE"
                " SET updated_at = excluded.updated_at, persona_id = excluded.persona_id",
                (turn.conversation_id, title, turn.persona_id, turn.created_at, turn.created_at),
            )
            row = _row(turn)
            marks = ", ".join("?" * len(row))
            number = self._connection.execute(f"INSERT INTO turns ({_COLUMNS}) VALUES ({marks})", row).lastrowid
            self._search.add(number or 0, turn.question, turn.answer)
            note_answered(self._connection, turn.conversation_id)

    def ask(
        self, conversation_id: str, persona_id: str, question: str, asked_at: float, reach: Reach = ALL_FOLDERS
    ) -> None:
        """List a conversation and keep its question until the answer is saved. `reach`: the files to answer it from."""
        self.drafts.ask(conversation_id, persona_id, short_title(question), question, asked_at, reach)

    def lengthen(self, turn: Turn) -> None:
        """Save a turn again whose answer has been continued. Raises ConversationNotFound."""
        with self._writing():
            columns = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", "))
            changed = self._connection.execute(f"UPDATE turns SET {columns} WHERE id = ?", (*_row(turn), turn.id))
            if turn.conversation_id in self._purged or not changed.rowcount:
                raise ConversationNotFound("The answer is no longer in the conversation", "Start a new conversation.")
            found = self._connection.execute("SELECT number FROM turns WHERE id = ?", (turn.id,)).fetchone()
            self._search.replace(found[0], turn.question, turn.answer)

    def turns(self, conversation_id: str, leaf_id: str | None = None) -> tuple[Turn, ...]:
        """The branch that ends at `leaf_id`, from the first turn on; None: the branch of the newest turn.

        None of a conversation whose first question has no answer yet. Raises ConversationNotFound.
        """
        known = "SELECT 1 FROM conversations WHERE id = ?"
        with self._reading():
            leaf = leaf_id or next((row[0] for row in self._connection.execute(_NEWEST, (conversation_id,))), None)
            found = self._connection.execute(_PATH_TO_ROOT, {"leaf": leaf, "conversation": conversation_id}).fetchall()
            is_begun = leaf is None and self._connection.execute(known, (conversation_id,)).fetchone()
        if not found and not is_begun:
            raise ConversationNotFound("This conversation no longer exists", "Choose another one, or start a new one.")
        return tuple(_turn(row) for row in found)

    def answered(self, answer_key: str, since: float) -> Turn | None:
        """The newest turn with this key that was answered after a time, unless its conversation is deleted."""
        with self._reading():
            row = self._connection.execute(_ANSWERED, (answer_key, since)).fetchone()
        return _turn(row) if row else None

    def every_turn(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns of all branches, oldest first; none for an unknown conversation."""
        query = "SELECT * FROM turns WHERE conversation_id = ? ORDER BY number"
        with self._reading():
            return tuple(_turn(row) for row in self._connection.execute(query, (conversation_id,)).fetchall())

    def branches(self, conversation_id: str) -> Mapping[str | None, tuple[str, ...]]:
        """The ids of the turns that follow each turn, oldest first; under None, of the first turns."""
        found: dict[str | None, tuple[str, ...]] = {}
        with self._reading():
            rows = self._connection.execute(
                "SELECT parent_id, id FROM turns WHERE conversation_id = ? ORDER BY number", (conversation_id,)
            ).fetchall()
        for parent_id, turn_id in rows:
            found[parent_id] = (*found.get(parent_id, ()), turn_id)
        return found

    def list(self) -> _Summaries:
        """Every conversation that is not deleted, newest first."""
        return self._summaries("c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.rowid DESC")

    def trash(self) -> _Summaries:
        """Every conversation that is deleted and can be restored, the last one first."""
        return self._summaries("c.deleted_at IS NOT NULL ORDER BY c.deleted_at DESC")

    def search(self, text: str) -> tuple[FoundConversation, ...]:
        """The newest conversations in which every word occurs, in the title or in one turn; newest first."""
        words = text.split()
        if not words:
            return ()
        with self._reading():
            turns = finding.turns_found(self._connection, self._search, words)
            ids = [*turns, *(one for one in finding.titles_found(self._connection, words) if one not in turns)]
            marks = ", ".join("?" * len(turns))
            query = f"SELECT conversation_id, id, question || char(10) || answer FROM turns WHERE number IN ({marks})"
            texts = {row[0]: tuple(row)[1:] for row in self._connection.execute(query, tuple(turns.values()))}
        marks = ", ".join("?" * len(ids))
        summaries = self._summaries(f"c.id IN ({marks}) ORDER BY c.updated_at DESC, c.rowid DESC", tuple(ids))
        found = [(each, *texts.get(each.id, ("", ""))) for each in summaries]
        return tuple(FoundConversation(each, turn, finding.snippet(text, words)) for each, turn, text in found)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title, which no model replaces."""
        self._change("UPDATE conversations SET title = ?, named = 1 WHERE id = ?", (title.strip(), conversation_id))

    def suggest_title(self, turn: Turn, title: str) -> bool:
        """Title a conversation that still has the words of `turn`, its first, as title. Returns False for any other."""
        with self._writing():
            update = self._connection.execute(
                "UPDATE conversations SET title = ?, named = 1 WHERE id = ? AND named = 0 AND title = ?",
                (title, turn.conversation_id, short_title(turn.question)),
            )
            return update.rowcount > 0

    def delete(self, conversation_id: str) -> None:
        """Move a conversation to the trash; `restore` brings it back until it is purged."""
        self._change("UPDATE conversations SET deleted_at = ? WHERE id = ?", (time.time(), conversation_id))

    def restore(self, conversation_id: str) -> None:
        """Undo `delete`."""
        self._change("UPDATE conversations SET deleted_at = NULL WHERE id = ?", (conversation_id,))

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._change("UPDATE conversations SET pinned = ? WHERE id = ?", (pinned, conversation_id))

    def file(self, conversation_id: str, folder: str) -> None:
        """File a conversation under a name; "": under none."""
        self._change("UPDATE conversations SET folder = ? WHERE id = ?", (folder.strip(), conversation_id))

    def rename_folder(self, folder: str, name: str) -> None:
        """Give every conversation of a folder another one; "": none."""
        with self._writing():
            self._connection.execute("UPDATE conversations SET folder = ? WHERE folder = ?", (name.strip(), folder))

    def purge_old(self, kept_seconds: float) -> tuple[str, ...]:
        """Erase what has been in the trash for so long, and for longer than a window offers to undo. Return the ids."""
        until = time.time() - max(kept_seconds, UNDO_SECONDS)
        return self.purge(*(each.id for each in self.trash() if (each.deleted_at or 0.0) < until))

    def purge(self, *ids: str) -> tuple[str, ...]:
        """Erase these deleted conversations, from the copies too. Return the erased ones; what is not deleted stays."""
        with self._reading():
            rows = self._connection.execute("SELECT id FROM conversations WHERE deleted_at IS NOT NULL")
            gone = tuple(row["id"] for row in rows.fetchall() if row["id"] in ids)
            self._purged.update(gone)
        if gone:
            self._in_copies(lambda copy: erasing.erase_conversations(copy, gone))
            with self._reading():
                erasing.erase_conversations(self._connection, gone)
        return gone

    def quoting(self, is_gone: erasing.IsGone) -> tuple[Turn, ...]:
        """The turns that hold text of such files, of any conversation."""
        found: list[Turn] = []
        last = 0
        while True:  # in pieces: all passages of 10,000 turns are some 100 MB
            with self._reading():
                query = "SELECT * FROM turns WHERE number > ? ORDER BY number LIMIT ?"
                rows = self._connection.execute(query, (last, _TURNS_AT_ONCE)).fetchall()
            if not rows:
                return tuple(found)
            found += [turn for turn in map(_turn, rows) if erasing.quotes_from(turn, is_gone)]
            last = rows[-1]["number"]

    def forget_quotes(self, is_gone: erasing.IsGone) -> tuple[Turn, ...]:
        """Erase the text of such files from saved turns, in the copies too. Return those turns as they were."""
        quoting = self.quoting(is_gone)
        blank = [erasing.without_quotes(turn, is_gone) for turn in quoting]
        if blank:
            self._in_copies(lambda copy: erasing.rewrite(copy, blank))
            with self._reading():
                erasing.rewrite(self._connection, blank)
        return quoting

    def keep_copy(self) -> None:
        """Make the day's copy, if it is due. Raises ConversationsUnavailable."""
        with self._copying, translated(self._path):
            self.copies.make_if_due()

    def close(self) -> None:
        """Close the database. May be called twice."""
        with self._lock:
            self._connection.close()

    def _summaries(self, rest: str, values: tuple[str, ...] = ()) -> _Summaries:
        with self._reading():
            rows = self._connection.execute(_SUMMARY + rest, values).fetchall()
        return [
            ConversationSummary(
                id=row[0],
                title=row[1],
                persona_id=row[2],
                updated_at=row[3],
                turns=row[4],
                pinned=bool(row[5]),
                folder=row[6],
                deleted_at=row[7],
            )
            for row in rows
        ]

    def _change(self, statement: str, values: tuple[str | float, ...]) -> None:
        with self._writing():
            if not self._connection.execute(statement, values).rowcount:
                raise ConversationNotFound("This conversation no longer exists")

    def _in_copies(self, act: Callable[[sqlite3.Connection], None]) -> None:
        """Delete from the copies, which takes half a second each for 10,000 turns; others may read and save meanwhile.

        Always before the database, which tells the next start what is to be deleted.
        """
        with self._copying, translated(self._path):
            self.copies.change(act)

    def _open(self) -> tuple[sqlite3.Connection, Repair | None]:
        connection, repair = open_restored(self._path, self.copies.newest_first(), self._key())
        connection.row_factory = sqlite3.Row
        with translated(self._path):
            self._search = ConversationSearch(connection)
            self._file = self._path.stat().st_ino
        return connection, repair

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path):
            with suppress(FileNotFoundError):
                if self._path.stat().st_ino != self._file:  # another process has repaired it
                    self._connection.close()
                    self._connection, _ = self._open()
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def short_title(question: str) -> str:
    """The question on one line, at most TITLE_CHARACTERS, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    head = line[:TITLE_CHARACTERS]
    at = head.rfind(" ") if " " in head[TITLE_CHARACTERS // 2 :] else TITLE_CHARACTERS - 1
    return head[:at].rstrip(" ,;:.-–") + "…"


def _row(turn: Turn) -> tuple[str | float | None, ...]:
    return (
        turn.id,
        turn.conversation_id,
        turn.parent_id,
        turn.persona_id,
        turn.question,
        turn.answer,
        records.dump_passages(turn.passages),
        records.dump_citations(turn.citations),
        turn.engine,
        turn.model,
        turn.finish,
        records.dump_usage(turn.usage),
        turn.created_at,
        records.dump_numbers(turn.timings_ms),
        records.dump_read_whole(turn.read_whole),
        turn.route,
        records.dump_guards(turn.guards),
        turn.reranked,
        turn.searched_for,
        turn.thoughts,
        turn.thought_seconds,
        records.dump_claims(turn.claims),
        turn.answer_key,
        turn.answered_at,
        records.dump_saved(turn.saved),
        records.dump_steps(turn.steps),
        records.dump_unread(turn.unread),
        turn.is_reread,
        dump_reach(turn.reach),
        dump_tools(turn.tools),
    )


def _turn(row: sqlite3.Row) -> Turn:
    kept = {key: row[key] for key in row.keys() if key != "number"}  # noqa: SIM118 (a Row iterates over its values)
    return Turn(
        **kept
        | {
            "passages": _loaded(records.load_passages, row["passages"], ()),
            "citations": _loaded(records.load_citations, row["citations"], ()),
            "usage": _loaded(records.load_usage, row["usage"], Usage()),
            "timings_ms": _loaded(records.load_numbers, row["timings_ms"], {}),
            "read_whole": _loaded(records.load_read_whole, row["read_whole"], ()),
            "guards": _loaded(records.load_guards, row["guards"], ()),
            "claims": _loaded(records.load_claims, row["claims"], ()),
            "saved": _loaded(records.load_saved, row["saved"], None),
            "steps": _loaded(records.load_steps, row["steps"], ()),
            "unread": _loaded(records.load_unread, row["unread"], UnreadFiles()),
            "is_reread": bool(row["is_reread"]),
            "reach": _loaded(load_reach, row["reach"], ALL_FOLDERS),
            "tools": _loaded(load_tools, row["tools"], ()),
        }
    )


def _loaded(load: Callable[[str], Any], text: str, otherwise: Any) -> Any:
    """The value of a column; of a damaged one `otherwise`, so that the question and its answer can be read."""
    try:
        return load(text)
    except (ValueError, TypeError, KeyError, AttributeError):
        return otherwise
