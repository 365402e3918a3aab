"""The ledger's chunks, and the vectors of their texts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from knowledge.cutting.place import role_from
from knowledge.ledger.database import LedgerDatabase, slices
from knowledge.ledger.rows import ChunkLocation, ChunkRow, chunk_row

SWEEP_EVERY_S = 86_400.0


class Chunks:
    """Chunks by id, vectors by model and text hash."""

    def __init__(self, database: LedgerDatabase) -> None:
        self._db = database

    def ids(self) -> set[int]:
        """Return the id of every chunk: an index must hold exactly these."""
        return {r["id"] for r in self._db.read("SELECT id FROM chunks")}

    def exist(self) -> bool:
        """True when there is at least one chunk."""
        return bool(self._db.read("SELECT 1 FROM chunks LIMIT 1"))

    def count(self, folder_ids: Sequence[int]) -> int:
        """Count the chunks in these folders."""
        marks = ",".join("?" * len(folder_ids))
        (row,) = self._db.read(f"SELECT total(chunks) AS n FROM files WHERE folder_id IN ({marks})", folder_ids)
        return int(row["n"])

    def get(self, ids: Sequence[int]) -> dict[int, ChunkRow]:
        """Chunks by id; an id that is gone is left out."""
        found: dict[int, ChunkRow] = {}
        for some in slices(ids):
            rows = self._db.read(
                'SELECT chunks.id, file_id, folder_id, path, metadata, start, "end", heading, page, places, role,'
                " context, text, hash FROM chunks JOIN files ON files.id = file_id"
                f" WHERE chunks.id IN ({','.join('?' * len(some))})",
                some,
            )
            found |= {r["id"]: chunk_row(r) for r in rows}
        return found

    def locations(self, ids: Sequence[int]) -> dict[int, ChunkLocation]:
        """Return the locations of chunks by id; an id that is gone is left out."""
        rows = self._db.read(
            'SELECT chunks.id, file_id, path, heading, start, "end", hash, role FROM chunks'
            f" JOIN files ON files.id = file_id WHERE chunks.id IN ({','.join('?' * len(ids))})",
            ids,
        )
        return {
            row["id"]: ChunkLocation(
                file_id=row["file_id"],
                raw_path=row["path"],
                raw_heading=row["heading"],
                start=row["start"],
                end=row["end"],
                hash=row["hash"],
                role=role_from(row["role"]),
            )
            for row in rows
        }

    def next_in_section(self, location: ChunkLocation) -> int | None:
        """Return the id of the next chunk of the same file and heading."""
        rows = self._db.read(
            "SELECT id, heading FROM chunks WHERE file_id = ? AND start >= ? ORDER BY start LIMIT 1",
            (location.file_id, location.end),
        )
        return int(rows[0]["id"]) if rows and rows[0]["heading"] == location.raw_heading else None

    def first_in_files(self, file_ids: Sequence[int], limit: int) -> list[int]:
        """Return the ids of the chunks that stand first in these files, at most `limit` in all."""
        rows = self._db.read(
            f"SELECT id FROM chunks WHERE file_id IN ({','.join('?' * len(file_ids))}) ORDER BY start LIMIT ?",
            (*file_ids, limit),
        )
        return [row["id"] for row in rows]

    def file_ids(self, ids: Sequence[int]) -> dict[int, int]:
        """Return the file of each chunk by id; an id that is gone is left out."""
        rows = self._db.read(f"SELECT id, file_id FROM chunks WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {row["id"]: row["file_id"] for row in rows}

    def openings(self, ids: Sequence[int], length_chars: int) -> list[str]:
        """Return the beginnings of these chunks' texts; an id that is gone is left out."""
        sql = f"SELECT substr(text, 1, ?) AS opening FROM chunks WHERE id IN ({','.join('?' * len(ids))})"
        return [row["opening"] for row in self._db.read(sql, (length_chars, *ids))]

    def vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Vectors by text hash, as bytes of float32; a text that was never embedded is left out."""
        found: dict[bytes, bytes] = {}
        for some in slices(hashes):
            marks = ",".join("?" * len(some))
            rows = self._db.read(
                f"SELECT hash, vector FROM vectors WHERE model = ? AND hash IN ({marks})", [model, *some]
            )
            found |= {r["hash"]: r["vector"] for r in rows}
        return found

    def vectors_by_chunk(self, model: str, ids: Sequence[int]) -> dict[int, bytes]:
        """Vectors by chunk id; a chunk without one is left out."""
        found: dict[int, bytes] = {}
        for some in slices(ids):
            rows = self._db.read(
                "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash"
                f" WHERE model = ? AND chunks.id IN ({','.join('?' * len(some))})",
                [model, *some],
            )
            found |= {r["id"]: r["vector"] for r in rows}
        return found

    def add_vectors(self, model: str, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors by the hash of their text."""
        with self._db.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors (model, hash, vector) VALUES (?, ?, ?)",
                [(model, key, vector) for key, vector in vectors.items()],
            )

    def delete_unused_vectors(self, unused_for_s: float) -> None:
        """Drop the vectors of texts that no chunk has had for so long, in seconds: once a day at most, as all chunks
        are looked at for it. The room is used again; the file does not shrink."""
        until = time.time() - unused_for_s
        if not self._db.read("SELECT 1 FROM unused_texts WHERE since < ? LIMIT 1", (until - SWEEP_EVERY_S,)):
            return
        with self._db.transaction() as db:
            db.execute(
                "DELETE FROM vectors WHERE model IN (SELECT name FROM indexes) AND hash IN"
                " (SELECT hash FROM unused_texts WHERE since < ? EXCEPT SELECT hash FROM chunks)",
                (until,),
            )
            db.execute("DELETE FROM unused_texts WHERE since < ?", (until,))

    def delete_orphaned_vectors(self) -> None:
        """Drop every vector of a model that no index is named after."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM vectors WHERE model NOT IN (SELECT name FROM indexes)")
