"""A ledger of an earlier version goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.chunk import Chunk
from knowledge.index.table_files import FileSum
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Refusal, Source, Stat
from tests.knowledge.stored import stored

_UNDO_5 = """
    DROP TABLE languages;
    ALTER TABLE chunks DROP COLUMN places; ALTER TABLE chunks DROP COLUMN role; PRAGMA user_version = 4;
"""
_UNDO_4 = f"""{_UNDO_5}
    DROP TRIGGER text_used; DROP TRIGGER text_unused; DROP TABLE unused_texts;
    DROP INDEX files_by_reader; ALTER TABLE files DROP COLUMN reader;
    PRAGMA user_version = 3;
"""
_UNDO_3 = "DROP TABLE index_files; ALTER TABLE indexes DROP COLUMN scrubbed_at; PRAGMA user_version = 2;"
Reopen = Callable[..., Ledger]


@pytest.fixture
def reopened(tmp_path: Path) -> Iterator[Reopen]:
    """Opens the ledger after a script was run over it."""
    opened: list[Ledger] = []

    def reopen(script: str = "") -> Ledger:
        for ledger in opened:
            ledger.close()
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
            database.executescript(script)
        opened.append(Ledger(tmp_path / "ledger.db"))
        return opened[-1]

    yield reopen
    for ledger in opened:
        ledger.close()


def shape(ledger: Ledger) -> tuple[dict[str, list[tuple[object, ...]]], list[str]]:
    """Every column, index and trigger, however it came to be."""
    tables = [r["name"] for r in ledger.read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    columns = {t: sorted(tuple(r)[1:] for r in ledger.read(f"PRAGMA table_info({t})")) for t in tables}
    others = ledger.read("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY name")
    return columns, [r["name"] for r in others]


@pytest.mark.parametrize("undo", [_UNDO_5, _UNDO_4, _UNDO_4 + _UNDO_3], ids=["from 4", "from 3", "from 2"])
def test_an_earlier_ledger_comes_to_the_shape_of_a_new_one(reopened: Reopen, undo: str) -> None:
    new = shape(reopened())
    assert shape(reopened(undo)) == new


def test_a_ledger_of_the_second_version_learns_the_files_of_an_index_with_its_next_write(reopened: Reopen) -> None:
    reopened().indexes.add("a", "ready")
    ledger = reopened(_UNDO_4 + _UNDO_3)
    assert ledger.indexes.file_sums("a") == {} and ledger.indexes.all()["a"].scrubbed_at == 0
    files = {name: FileSum(size_bytes=1, mtime_ns=2, crc32=3) for name in ("kept", "dropped")}
    ledger.indexes.mark_followed(ledger.indexes.all()["a"], [], files)
    ledger.indexes.mark_followed(ledger.indexes.all()["a"], [], {"kept": files["kept"], "new": files["dropped"]})
    assert ledger.indexes.file_sums("a") == {"kept": files["kept"], "new": files["dropped"]}


def test_what_was_refused_before_readers_had_versions_is_looked_at_again(reopened: Reopen) -> None:
    ledger = reopened()
    folder = ledger.folders.add(Path("/notes"), None)
    stat = Stat(size_bytes=1, mtime_ns=2, inode=3)
    piece = Chunk(text="one", start=0, end=3, heading=(), page=None, context="")
    ledger.files.store(Source(folder.id, Path("/notes/read.md"), stat, b"hash"), stored("one", piece))
    ledger.files.refuse(Source(folder.id, Path("/notes/refused.xyz"), stat, None), Refusal("skipped", "why"))
    ledger = reopened(_UNDO_4)
    assert ledger.files.outdated(folder.id, ("read-1.1", "refused-1.1"), 9) == [Path("/notes/refused.xyz")]


def test_vectors_that_no_text_had_before_are_unused_from_the_migration_on(reopened: Reopen) -> None:
    ledger = reopened()
    ledger.indexes.add("a", "ready")
    ledger.chunks.add_vectors("a", {b"gone": b"1234"})
    ledger = reopened(_UNDO_4)
    assert [r["hash"] for r in ledger.read("SELECT hash FROM unused_texts")] == [b"gone"]
