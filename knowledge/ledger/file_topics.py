"""The subjects of the files changed last: names, titles, headings, languages, without reading a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.cutting.place import places_from
from knowledge.ledger.ledger import Ledger

_RECENT = (
    "SELECT files.id, files.path, files.metadata, (SELECT language FROM languages WHERE file_id = files.id LIMIT 1)"
    " AS language FROM files JOIN folders ON folders.id = folder_id"
    " WHERE persona_id IS NULL AND status = 'indexed' AND chunks > 0 ORDER BY mtime_ns < 0 DESC,"
    " mtime_ns DESC LIMIT ?"  # below 0: changed while, or just before, it was read
)
_PLACES = "SELECT heading, places FROM chunks WHERE file_id = ? AND role = 'body' ORDER BY start LIMIT ?"
_CHUNKS_PER_FILE = 12  # from its beginning; a chunk may span several short sections


@dataclass(frozen=True, slots=True)
class FileTopics:
    """A file's title, "" where it has none, its first headings, and its language as `german`, "" where unknown."""

    path: Path
    title: str
    headings: tuple[str, ...]
    language: str


def recent_topics(ledger: Ledger, files: int) -> tuple[FileTopics, ...]:
    """Return the topics of the person's own indexed files, the file changed last first; none of a persona's pages."""
    found = []
    for row in ledger.read(_RECENT, (files,)):
        headings: dict[str, None] = {}
        for chunk in ledger.read(_PLACES, (row["id"], _CHUNKS_PER_FILE)):
            trails = [
                json.loads(chunk["heading"]),
                *(place.heading for place in places_from(json.loads(chunk["places"]))),
            ]
            headings |= dict.fromkeys(trail[-1] for trail in trails if trail)
        title = str(json.loads(row["metadata"]).get("title") or "")
        found.append(FileTopics(Path(row["path"]), title, tuple(headings), row["language"] or ""))
    return tuple(found)
