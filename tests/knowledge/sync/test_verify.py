"""A bit that flipped in the index is found, and the index is built again without embedding a text twice."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from knowledge import open_index
from knowledge.index.table_files import Checksums
from knowledge.library import Library
from knowledge.sync import verify
from tests.embedders import WordsEmbedder

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("index .* (is|was) ")]


Start = Callable[[], Library]


@pytest.fixture
def embedder() -> WordsEmbedder:
    return WordsEmbedder()


@pytest.fixture
def start(tmp_path: Path, embedder: WordsEmbedder) -> Iterator[Start]:
    """Opens the library as a new process does; the one before is closed."""
    opened: list[Library] = []

    def begin() -> Library:
        for library in opened:
            library.close()
        opened.append(Library(tmp_path / "home", lambda name: embedder))
        return opened[-1]

    yield begin
    for library in opened:
        library.close()


@pytest.fixture
def table(tmp_path: Path, start: Start) -> Path:
    """The folder of the table in which two notes are indexed."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("one", "two"):
        (notes / f"{name}.md").write_text(f"# {name}\n\nkettle {name}\n")
    library = start()
    library.add_folder(notes)
    library.sync()
    library.close()
    (table,) = (tmp_path / "home" / "index").glob("*/*.lance")
    return table


def flip(table: Path, kind: str, position: int = -1, keep_time: bool = True) -> None:
    """Flip a bit of the first file of a kind."""
    path = sorted(path for path in (table / kind).rglob("*") if path.is_file() and path.suffix != ".json")[0]
    content, status = bytearray(path.read_bytes()), path.stat()
    content[position] ^= 1
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def found(library: Library) -> set[str]:
    return {passage.text for passage in library.searcher.search("kettle").passages}


def is_sound(table: Path, tmp_path: Path) -> bool:
    """Whether every file is what the ledger says it is."""
    with closing(sqlite3.connect(tmp_path / "home" / "ledger.db")) as ledger:
        known = dict(ledger.execute("SELECT path, crc32 FROM index_files").fetchall())
    there = {path: of.crc32 for path, of in Checksums(table).taken({}).items()}
    return bool(known) and known == there


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_ledger_knows_every_file_of_the_index(table: Path, tmp_path: Path, start: Start) -> None:
    assert is_sound(table, tmp_path)
    (tmp_path / "notes" / "one.md").write_text("# one\n\nkettle three\n")
    start().sync()
    assert is_sound(table, tmp_path)


@pytest.mark.parametrize("kind", ["data", "_versions", "_indices", "_transactions"])
def test_no_answer_comes_from_an_index_with_a_flipped_bit(
    table: Path, tmp_path: Path, start: Start, embedder: WordsEmbedder, kind: str
) -> None:
    flip(table, kind, position=40)
    embedder.embedded.clear()
    assert found(start()) == {"kettle one", "kettle two"}
    assert embedder.embedded == ["kettle"]  # the question alone
    assert is_sound(table, tmp_path)


def test_a_sync_does_not_write_to_an_index_that_lost_a_file(table: Path, tmp_path: Path, start: Start) -> None:
    next((table / "data").iterdir()).unlink()
    (tmp_path / "notes" / "one.md").write_text("# one\n\nkettle three\n")
    start().sync()
    assert is_sound(table, tmp_path)


def test_a_large_index_answers_first_and_is_read_once_a_day(
    table: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "READ_AT_ONCE_BYTES", 0)
    flip(table, "data", position=40)
    library = start()
    library.searcher.search("kettle")
    library.close()
    assert not is_sound(table, tmp_path)  # it is not a day yet
    monkeypatch.setattr(open_index, "SCRUB_EVERY_S", 0.0)
    library = start()
    library.searcher.search("kettle")
    wait_until(lambda: is_sound(table, tmp_path))
    assert found(library) == {"kettle one", "kettle two"}


def test_a_large_index_that_was_copied_is_read_once(
    table: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "READ_AT_ONCE_BYTES", 0)
    read = []
    changed = Checksums.changed

    def counted(checksums: Checksums, *rest: Any) -> str | None:
        read.append(1)
        return changed(checksums, *rest)

    monkeypatch.setattr(Checksums, "changed", counted)
    for path in table.rglob("*.lance"):
        os.utime(path, ns=(1, 1))
    for _ in range(2):
        library = start()
        library.searcher.search("kettle")
        wait_until(lambda: not [thread for thread in threading.enumerate() if thread.name == "scrub"])
    assert read == [1]


def test_a_damaged_file_that_has_another_time_is_found_at_once(
    table: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "READ_AT_ONCE_BYTES", 0)
    flip(table, "data", keep_time=False)
    start().searcher.search("kettle")
    wait_until(lambda: is_sound(table, tmp_path))
