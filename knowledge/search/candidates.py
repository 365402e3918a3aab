"""Every chunk that a stage of retrieval found, what each stage said of it, and why it was cut if it was."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.ledger.ledger import Ledger
from knowledge.passage import StageScores


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chunk's file, span and heading, and the hash of its text. `raw_` is as the ledger keeps it: few are looked at.

    `start`, `end`: characters of the document's text.
    """

    file_id: int
    raw_path: str
    raw_heading: str
    start: int
    end: int
    hash: bytes

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.raw_path)

    @property
    def heading(self) -> tuple[str, ...]:
        """Titles from the outermost to the innermost."""
        return tuple(json.loads(self.raw_heading))

    @property
    def section(self) -> tuple[int, str]:
        """The same for chunks under one heading of one file."""
        return self.file_id, self.raw_heading


def places(ledger: Ledger, ids: Sequence[int]) -> dict[int, Place]:
    """The place of each chunk by id; an id that is gone is left out."""
    rows = ledger.read(
        'SELECT chunks.id, file_id, path, heading, start, "end", hash FROM chunks'
        f" JOIN files ON files.id = file_id WHERE chunks.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    return {
        row["id"]: Place(
            file_id=row["file_id"],
            raw_path=row["path"],
            raw_heading=row["heading"],
            start=row["start"],
            end=row["end"],
            hash=row["hash"],
        )
        for row in rows
    }


def following(ledger: Ledger, place: Place) -> int | None:
    """The id of the next chunk of the same file and heading."""
    rows = ledger.read(
        "SELECT id, heading FROM chunks WHERE file_id = ? AND start >= ? ORDER BY start LIMIT 1",
        (place.file_id, place.end),
    )
    return int(rows[0]["id"]) if rows and rows[0]["heading"] == place.raw_heading else None


def first_chunks(ledger: Ledger, file_ids: Sequence[int], limit: int) -> list[int]:
    """Ids of the chunks that stand first in these files, at most `limit` in all."""
    rows = ledger.read(
        f"SELECT id FROM chunks WHERE file_id IN ({','.join('?' * len(file_ids))}) ORDER BY start LIMIT ?",
        (*file_ids, limit),
    )
    return [row["id"] for row in rows]


def files_of(ledger: Ledger, ids: Sequence[int]) -> dict[int, int]:
    """The file of each chunk by id; an id that is gone is left out."""
    rows = ledger.read(f"SELECT id, file_id FROM chunks WHERE id IN ({','.join('?' * len(ids))})", ids)
    return {row["id"]: row["file_id"] for row in rows}


def openings(ledger: Ledger, ids: Sequence[int], length_chars: int) -> list[str]:
    """How the texts of these chunks begin; an id that is gone is left out."""
    sql = f"SELECT substr(text, 1, ?) AS opening FROM chunks WHERE id IN ({','.join('?' * len(ids))})"
    return [row["opening"] for row in ledger.read(sql, (length_chars, *ids))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`cut`: why it is no passage of the result, for people; None when it is one."""

    chunk_id: int
    place: Place
    scores: StageScores
    cut: str | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.place.path

    @property
    def heading(self) -> tuple[str, ...]:
        """Titles from the outermost to the innermost."""
        return self.place.heading
