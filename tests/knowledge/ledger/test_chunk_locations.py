import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.chunk import Chunk
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Source, Stat
from tests.knowledge.stored import stored

HEADINGS = (("A",), ("A",), ("B",))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    folder = opened.folders.add(Path("/notes"), None)
    chunks = [
        Chunk(text=f"text {n}", start=n * 10, end=n * 10 + 6, heading=heading, page=None, context="")
        for n, heading in enumerate(HEADINGS)
    ]
    stat = Stat(size_bytes=1, mtime_ns=1, inode=1)
    opened.files.store(Source(folder.id, Path("/notes/a.md"), stat, b"hash"), stored("x" * 40, *chunks))
    yield opened
    opened.close()


def test_a_location_has_path_heading_and_span(ledger: Ledger) -> None:
    found = ledger.chunks.locations([1, 2, 99])
    assert [(i, p.path, p.heading, p.start, p.end) for i, p in found.items()] == [
        (1, Path("/notes/a.md"), ("A",), 0, 6),
        (2, Path("/notes/a.md"), ("A",), 10, 16),
    ]
    assert ledger.chunks.file_ids([1, 99]) == {1: found[1].file_id}


def test_a_section_ends_what_follows(ledger: Ledger) -> None:
    found = ledger.chunks.locations([1, 2, 3])
    assert [ledger.chunks.next_in_section(found[i]) for i in (1, 2, 3)] == [2, None, None]


def test_the_first_chunks_of_a_file_come_in_order(ledger: Ledger) -> None:
    assert ledger.chunks.first_in_files([ledger.chunks.locations([1])[1].file_id], 2) == [1, 2]


def test_the_version_moves_with_every_commit_of_any_thread_or_process_and_only_then(
    ledger: Ledger, tmp_path: Path
) -> None:
    before = ledger.data_version()
    assert ledger.data_version() == before
    ledger.folders.add(Path("/one"), None)
    own = ledger.data_version()
    thread = threading.Thread(target=lambda: ledger.folders.add(Path("/two"), None))
    thread.start()
    thread.join()
    threads = ledger.data_version()
    other = Ledger(tmp_path / "ledger.db")
    other.folders.add(Path("/three"), None)
    other.close()
    assert len({before, own, threads, ledger.data_version()}) == 4
