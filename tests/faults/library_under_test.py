"""The library whose truth is tested: walk = ledger = index, and what they hold is what a fresh library would."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.library import Library
from tests.embedders import RankedWordsEmbedder

Row = tuple[Any, ...]


def open_library(home: Path) -> Library:
    """A library with an embedder that costs nothing; `home` is the folder of its ledger."""
    return Library(home, lambda name: RankedWordsEmbedder(name or "words"))


@dataclass(frozen=True, slots=True)
class State:
    """What a library holds. `files`: path → status, reason, text; `chunks`: what ledger and index say of each."""

    files: dict[str, tuple[str, str, str]]
    chunks: Counter[Row]
    strangers: frozenset[int]
    """Chunks that only one of ledger and index knows."""


def state(home: Path) -> State:
    """Read ledger and index from disk, by no code of the product."""
    with _ledger(home) as ledger:
        files = {row["path"]: (row["status"], row["reason"], _text(row["body"])) for row in ledger.execute(_FILES)}
        chunks = {row["id"]: tuple(row)[1:] for row in ledger.execute(_CHUNKS)}
        places = {row["id"]: (row["file_id"], row["folder_id"]) for row in ledger.execute(_PLACES)}
        active = [row["name"] for row in ledger.execute("SELECT name FROM indexes WHERE active")]
    indexed = {row["id"]: row for name in active for row in _index_rows(home, name)}
    both = chunks.keys() & indexed.keys()
    misplaced = {i for i in both if (indexed[i]["file_id"], indexed[i]["folder_id"]) != places[i]}
    held = Counter((*chunks[i], *_searchable(indexed[i])) for i in both)
    return State(files, held, frozenset((chunks.keys() ^ indexed.keys()) | misplaced))


def assert_true(home: Path, folders: Sequence[Path]) -> None:
    """Walk, ledger and index say the same; a library that reads the folders for the first time says it too."""
    found = state(home)
    there = {os.fsdecode(_printable(p)) for f in folders for p in walked(f)}
    assert not found.files.keys() - there, "the ledger has files that are not there"
    assert not there - found.files.keys(), "the ledger lacks files"
    assert not {path: row for path, row in found.files.items() if row[0] == "waiting"}
    assert not {path: row for path, row in found.files.items() if row[0] in ("skipped", "failed") and not row[1]}
    assert not found.strangers, "ledger and index differ"
    fresh = fresh_state(tuple(folders), _digest(folders))
    # Without the reasons: those of a file that may not be opened can be older than the last change around it.
    assert {p: (s, text) for p, (s, _, text) in found.files.items()} == {
        p: (s, text) for p, (s, _, text) in fresh.files.items()
    }
    assert found.chunks == fresh.chunks, "the index holds other contents than a fresh one"


def walked(folder: Path) -> Iterator[bytes]:
    """What a folder holds and a ledger must have a row for: all but folders and hidden names.

    A folder is a row too where it cannot be entered: it cannot be listed, or its name is no text.
    """
    for entry in os.scandir(os.fsencode(folder)):
        if entry.name.startswith(b"."):
            continue
        if not _is_unicode(entry.name):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _listed(entry.path)
        else:
            yield entry.path


@lru_cache(maxsize=64)
def fresh_state(folders: tuple[Path, ...], digest: str) -> State:
    """What a new library holds after its first sync. `digest` tells one content of the folders from another."""
    home = Path(tempfile.mkdtemp(prefix="carrel-fresh-"))
    try:
        library = open_library(home)
        for folder in folders:
            library.add_folder(folder)
        library.sync()
        library.close()
        return state(home)
    finally:
        shutil.rmtree(home)


_FILES = "SELECT path, status, reason, body FROM files LEFT JOIN texts ON file_id = id"
_CHUNKS = """
    SELECT chunks.id, path, start, "end", heading, page, context, text, metadata
    FROM chunks JOIN files ON files.id = file_id
"""
_PLACES = "SELECT chunks.id, file_id, folder_id FROM chunks JOIN files ON files.id = file_id"


def _ledger(home: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def _text(body: bytes | None) -> str:
    return zlib.decompress(body).decode() if body else ""


def _index_rows(home: Path, name: str) -> list[dict[str, Any]]:
    import lancedb

    rows: list[dict[str, Any]] = []
    for table in home.glob(f"index/{name}*/*.lance"):
        if ".damaged" not in table.parent.name:
            rows += lancedb.connect(table.parent).open_table(table.stem).to_arrow().to_pylist()
    return rows


def _searchable(row: dict[str, Any]) -> Row:
    return (row["terms"], tuple(row.get("vector") or ()), tuple(sorted(row.get("facts") or ())))


def _listed(folder: bytes) -> Iterator[bytes]:
    try:
        os.scandir(folder).close()
    except OSError:
        yield folder
    else:
        yield from walked(Path(os.fsdecode(folder)))


def _is_unicode(name: bytes) -> bool:
    return b"\xef\xbf\xbd" not in _printable(name)


def _printable(path: bytes) -> bytes:
    return path.decode("utf-8", "replace").encode()


def _digest(folders: Iterable[Path]) -> str:
    """One value for all that a sync can see of the folders."""
    digest = hashlib.blake2b()
    for folder in folders:
        for path in sorted(walked(folder)):
            digest.update(path + b"\0")
            status = Path(os.fsdecode(path)).lstat()
            digest.update(f"{status.st_mode} {status.st_size}".encode())
            if os.access(path, os.R_OK) and Path(os.fsdecode(path)).is_file() and status.st_size < 1 << 20:
                digest.update(Path(os.fsdecode(path)).read_bytes())
    return digest.hexdigest()
