"""Deleting for good: conversations, and what turns quote from files that are gone. The same in a daily copy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from assistant.conversations import store as records
from assistant.tools.tool_use import dump_tools
from assistant.values import Citation, Turn
from knowledge import Passage, empty_log

_MARKER = re.compile(r"\[(\d+)\]")
_QUOTED = "*What was quoted here was forgotten, as the file is gone.*"

IsGone = Callable[[Path], bool]
"""True for a file whose words are to be forgotten."""


def erase_conversations(connection: sqlite3.Connection, ids: Collection[str]) -> None:
    """Delete conversations with their turns; nothing of them is left in the file, as far as nobody is reading it."""
    rows = [(one,) for one in ids]
    connection.execute("BEGIN IMMEDIATE")
    if has_search(connection):
        turns = "SELECT number FROM turns WHERE conversation_id = ?"
        connection.executemany(f"DELETE FROM found_turns WHERE rowid IN ({turns})", rows)
    connection.executemany("DELETE FROM turns WHERE conversation_id = ?", rows)
    if _has(connection, "drafts"):  # a copy may be of an earlier version
        connection.executemany("DELETE FROM drafts WHERE conversation_id = ?", rows)
    connection.executemany("DELETE FROM conversations WHERE id = ?", rows)
    connection.execute("COMMIT")
    empty(connection)


def empty(connection: sqlite3.Connection) -> None:
    """Leave nothing of deleted rows, in the search index neither: 0.6 s for 10,000 turns."""
    if has_search(connection):
        connection.execute("INSERT INTO found_turns (found_turns) VALUES ('optimize')")
    empty_log(connection)


def has_search(connection: sqlite3.Connection) -> bool:
    """True if the database has a full-text index."""
    return _has(connection, "found_turns")


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone() is not None


def erase_lines(history: Path, texts: Collection[str]) -> None:
    """Take these texts out of a file of typed lines; nothing where there is none.

    GNU readline writes them as they are, editline a backslash and 040 for each space.
    """
    gone = {" ".join(text.split()) for text in texts}
    with suppress(OSError):
        lines = history.read_text("utf-8", "surrogateescape").splitlines(keepends=True)
        kept = [line for line in lines if " ".join(line.replace("\\040", " ").split()) not in gone]
        if kept != lines:
            history.write_text("".join(kept), "utf-8", "surrogateescape")


def quotes_from(turn: Turn, is_gone: IsGone) -> bool:
    """True if a turn holds text of such files."""
    paths = {passage.path for passage in turn.passages if passage.text}
    cited = (*turn.citations, *(citation for claim in turn.claims for citation in claim.citations))
    paths |= {citation.path for citation in cited if citation.quote}
    return any(map(is_gone, paths | {one.path for one in turn.read_whole if one.facts}))


def without_quotes(turn: Turn, is_gone: IsGone) -> Turn:
    """The turn without the text of such files: their passages, headings and counts, and an answer's quotations.

    What a model wrote in its own words stays, but not its thoughts, which quote as they please.
    """
    gone = {number for number, passage in enumerate(turn.passages, 1) if is_gone(passage.path)}
    blank = [_blank(passage) if number in gone else passage for number, passage in enumerate(turn.passages, 1)]
    answer = _unquoted(turn, gone)

    def blanked(citations: Sequence[Citation]) -> tuple[Citation, ...]:
        return tuple(replace(one, quote="", heading=()) if is_gone(one.path) else one for one in citations)

    return replace(
        turn,
        answer=answer,
        thoughts="",
        answer_key="",
        passages=tuple(blank),
        citations=blanked(turn.citations),
        # Their spans are of the answer as it was written.
        claims=tuple(replace(claim, citations=blanked(claim.citations)) for claim in turn.claims)
        if answer == turn.answer
        else (),
        read_whole=tuple(replace(one, facts=()) if is_gone(one.path) else one for one in turn.read_whole),
        steps=tuple(replace(step, told="") for step in turn.steps),
        tools=turn.tools if turn.engine == "tools" else (),  # a model may have passed on what it read
    )


def rewrite(connection: sqlite3.Connection, turns: Sequence[Turn]) -> None:
    """Put changed turns in the place of those that were saved; nothing of these is left."""
    indexed = has_search(connection)
    there = {row[1] for row in connection.execute("PRAGMA table_info(turns)")}  # a copy may be of an earlier version
    connection.execute("BEGIN IMMEDIATE")
    for turn in turns:
        changed = {name: value for name, value in _erasable(turn).items() if name in there}
        columns = ", ".join(f"{name} = ?" for name in changed)
        connection.execute(f"UPDATE turns SET {columns} WHERE id = ?", (*changed.values(), turn.id))
        if indexed:
            connection.execute(
                "UPDATE found_turns SET text = ? WHERE rowid = (SELECT number FROM turns WHERE id = ?)",
                (f"{turn.question}\n{turn.answer}", turn.id),
            )
    connection.execute("COMMIT")
    empty(connection)


def _erasable(turn: Turn) -> dict[str, str]:
    """The columns that may quote a file, and the key by which the answer would be given again."""
    return {
        "answer": turn.answer,
        "thoughts": turn.thoughts,
        "passages": records.dump_passages(turn.passages),
        "citations": records.dump_citations(turn.citations),
        "claims": records.dump_claims(turn.claims),
        "read_whole": records.dump_read_whole(turn.read_whole),
        "steps": records.dump_steps(turn.steps),
        "tools": dump_tools(turn.tools),
        "answer_key": turn.answer_key,
    }


def _blank(passage: Passage) -> Passage:
    return replace(passage, text="", heading=(), metadata={}, places=(), table_header="")


def _unquoted(turn: Turn, gone: set[int]) -> str:
    """The answer; of one that consists of quotations, without those from the passages with these numbers."""
    answer = turn.answer
    if turn.engine == "quotes":
        parts = answer.split("\n\n")
        for place, part in enumerate(parts):
            if of_gone := gone & set(map(int, _MARKER.findall(part))):
                parts[place] = _QUOTED
                if place and parts[place - 1].startswith("**"):  # the file's name and its heading
                    parts[place - 1] = f"**{turn.passages[min(of_gone) - 1].path.name}**"
        return "\n\n".join(parts)
    for citation in turn.citations:
        if citation.n in gone and citation.quote:
            answer = answer.replace(citation.quote, "…")
    return answer
