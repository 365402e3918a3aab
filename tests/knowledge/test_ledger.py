"""The ledger: what it keeps, and what a kill cannot take from it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from knowledge.chunk import Chunk
from knowledge.document import Document
from knowledge.ledger import Ledger, LedgerUnreadable
from knowledge.rows import Stat

STAT = Stat(size_bytes=1, mtime_ns=2, inode=3)


def piece(text, start=0, context=""):
    return Chunk(text=text, start=start, end=start + len(text), heading=(), page=None, context=context)


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger(tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def folder(ledger):
    return ledger.add_folder(Path("/notes"), None)


def store(ledger, folder, *texts, path="/notes/a.md"):
    chunks = [piece(t) for t in texts]
    ledger.store(folder.id, Path(path), STAT, b"hash", Document(text=" ".join(texts)), chunks)
    return ledger.files(folder.id)[0]


def test_a_stored_file_waits_until_its_chunks_are_indexed(ledger, folder):
    assert store(ledger, folder, "one").status == "waiting"
    ledger.mark_indexed()
    (row,) = ledger.files()
    assert (row.status, row.chunks, row.stat) == ("indexed", 1, STAT) and row.indexed_at


def test_an_unchanged_chunk_of_an_edited_file_keeps_its_id(ledger, folder):
    store(ledger, folder, "one", "two")
    before = {row.text: i for i, row in ledger.chunks(sorted(ledger.chunk_ids())).items()}
    store(ledger, folder, "zero", "two")
    after = {row.text: i for i, row in ledger.chunks(sorted(ledger.chunk_ids())).items()}
    assert after["two"] == before["two"] and after["zero"] not in before.values()


def test_a_repeated_text_has_a_chunk_for_each_time_it_stands(ledger, folder):
    store(ledger, folder, "same", "same")
    assert len(ledger.chunk_ids()) == 2


def test_a_refused_file_loses_its_chunks_and_has_a_reason(ledger, folder):
    store(ledger, folder, "one")
    ledger.refuse(folder.id, Path("/notes/a.md"), STAT, "failed", "encrypted", None)
    (row,) = ledger.files()
    assert (row.status, row.reason, ledger.chunk_ids()) == ("failed", "encrypted", set())


def test_removing_a_folder_forgets_its_chunks_but_keeps_their_vectors(ledger, folder):
    store(ledger, folder, "one")
    ledger.add_vectors("m", {piece("one").hash: b"v"})
    ledger.remove_folder(folder.id)
    assert ledger.chunk_ids() == set() and ledger.vectors("m", [piece("one").hash]) == {piece("one").hash: b"v"}


def test_the_text_comes_back_whole(ledger, folder):
    store(ledger, folder, "naïve 中文 😀")
    assert ledger.text(Path("/notes/a.md")) == "naïve 中文 😀"


def test_threads_share_a_ledger(ledger, folder):
    def write(n):
        store(ledger, folder, f"text {n}", path=f"/notes/{n}.md")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger.files()) == 8


def test_a_damaged_database_is_an_error_with_a_hint(tmp_path):
    (tmp_path / "ledger.db").write_bytes(b"not a database at all, but long enough to look" * 100)
    with pytest.raises(LedgerUnreadable) as failure:
        Ledger(tmp_path / "ledger.db").folders()
    assert "Move" in failure.value.hint


def test_a_newer_ledger_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LedgerUnreadable, match="newer"):
        Ledger(tmp_path / "ledger.db").folders()


def test_what_was_stored_survives_a_kill(tmp_path):
    script = """
import sys; from pathlib import Path
from knowledge.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for n in range(10_000):
    ledger.add_folder(Path(f"/folder/{n}"), None)
    print(n, flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", script, tmp_path / "ledger.db"], stdout=subprocess.PIPE)
    told = [int(child.stdout.readline()) for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    ledger = Ledger(tmp_path / "ledger.db")
    assert len(ledger.folders()) >= len(told)
    ledger.close()
