"""The ledger: what it keeps, and what a kill cannot take from it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from knowledge.chunk import Chunk
from knowledge.document import Metadata
from knowledge.ledger.chunks import SWEEP_EVERY_S
from knowledge.ledger.database import LedgerUnreadable
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import FileRow, Folder, IndexRow, Move, Refusal, Source, Stat
from tests.knowledge.stored import stored

STAT = Stat(size_bytes=1, mtime_ns=2, inode=3)


def piece(text: str, start: int = 0, context: str = "") -> Chunk:
    return Chunk(text=text, start=start, end=start + len(text), heading=(), page=None, context=context)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def folder(ledger: Ledger) -> Folder:
    return ledger.folders.add(Path("/notes"), None)


def store(
    ledger: Ledger,
    folder: Folder,
    *texts: str,
    path: str = "/notes/a.md",
    metadata: Metadata = MappingProxyType({}),
) -> FileRow:
    ledger.files.store(
        Source(folder.id, Path(path), STAT, b"hash"), stored(" ".join(texts), *map(piece, texts), metadata=metadata)
    )
    return ledger.files.all(folder.id)[0]


def test_a_stored_file_waits_until_its_chunks_are_indexed(ledger: Ledger, folder: Folder) -> None:
    assert store(ledger, folder, "one").status == "waiting"
    ledger.files.mark_indexed()
    (row,) = ledger.files.all()
    assert (row.status, row.chunks, row.stat) == ("indexed", 1, STAT) and row.indexed_at


def test_an_unchanged_chunk_of_an_edited_file_keeps_its_id(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "one", "two")
    before = {row.text: i for i, row in ledger.chunks.get(sorted(ledger.chunks.ids())).items()}
    store(ledger, folder, "zero", "two")
    after = {row.text: i for i, row in ledger.chunks.get(sorted(ledger.chunks.ids())).items()}
    assert after["two"] == before["two"] and after["zero"] not in before.values()


def pending_ids(ledger: Ledger, name: str) -> list[int]:
    return [pending.chunk_id for pending in ledger.indexes.pending(name, 100)]


def follow(ledger: Ledger, name: str) -> None:
    ledger.indexes.mark_followed(ledger.indexes.all()[name], ledger.indexes.pending(name, 100), {})


def test_every_index_has_every_new_and_every_removed_chunk_pending(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    ledger.indexes.add("b", "building")
    store(ledger, folder, "one", "two")
    ids = sorted(ledger.chunks.ids())
    assert pending_ids(ledger, "a") == pending_ids(ledger, "b") == ids
    follow(ledger, "a")
    ledger.folders.remove(folder.id)
    assert (sorted(pending_ids(ledger, "a")), ledger.chunks.ids()) == (ids, set())


def test_an_index_that_begins_later_has_everything_pending(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "one")
    ledger.indexes.add("a", "ready")
    assert pending_ids(ledger, "a") == sorted(ledger.chunks.ids())


def test_only_the_changed_chunks_of_an_edited_file_are_pending(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    store(ledger, folder, "one", "two", "three")
    follow(ledger, "a")
    before = ledger.chunks.ids()
    store(ledger, folder, "one", "2", "three")
    assert set(pending_ids(ledger, "a")) == before ^ ledger.chunks.ids()


def test_new_metadata_and_a_new_folder_make_all_chunks_of_a_file_pending(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    row = store(ledger, folder, "one", "two")
    follow(ledger, "a")
    store(ledger, folder, "one", "two", metadata={"year": 2024})
    assert len(pending_ids(ledger, "a")) == 2
    follow(ledger, "a")
    other = ledger.folders.add(Path("/other"), None)
    ledger.files.move([Move(row.id, other.id, "/other/a.md", STAT)])
    assert len(pending_ids(ledger, "a")) == 2


def test_a_move_within_a_folder_leaves_nothing_pending(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    row = store(ledger, folder, "one")
    follow(ledger, "a")
    ledger.files.move([Move(row.id, folder.id, "/notes/b.md", STAT)])
    assert pending_ids(ledger, "a") == [] and ledger.files.all()[0].path == Path("/notes/b.md")


def test_files_that_change_places_keep_their_ids(ledger: Ledger, folder: Folder) -> None:
    a, b = store(ledger, folder, "one"), store(ledger, folder, "two", path="/notes/b.md")
    b = next(row for row in ledger.files.all() if row.path.name == "b.md")
    moves = [Move(a.id, folder.id, "/notes/b.md", STAT), Move(b.id, folder.id, "/notes/a.md", STAT)]
    ledger.files.move(moves)
    assert {row.path.name: row.id for row in ledger.files.all()} == {"b.md": a.id, "a.md": b.id}


def test_a_file_that_takes_anothers_place_replaces_it(ledger: Ledger, folder: Folder) -> None:
    a = store(ledger, folder, "one")
    store(ledger, folder, "two", path="/notes/b.md")
    ledger.files.move([Move(a.id, folder.id, "/notes/b.md", STAT)])
    assert [(row.id, row.path.name) for row in ledger.files.all()] == [(a.id, "b.md")]


def test_a_chunk_that_changes_while_it_is_written_stays_pending(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    row = store(ledger, folder, "one")
    being_written = ledger.indexes.pending("a", 100)
    ledger.files.remove([row.id])
    ledger.indexes.mark_followed(IndexRow("a", 1, "", "ready", True), being_written, {})
    assert pending_ids(ledger, "a") == [being_written[0].chunk_id]


def test_a_file_is_indexed_once_the_active_index_has_all_of_it(ledger: Ledger, folder: Folder) -> None:
    ledger.indexes.add("a", "ready")
    ledger.indexes.add("b", "building")
    ledger.indexes.activate("a")
    store(ledger, folder, "one")
    follow(ledger, "b")
    ledger.files.mark_indexed()
    assert ledger.files.all()[0].status == "waiting"
    follow(ledger, "a")
    ledger.files.mark_indexed()
    assert ledger.files.all()[0].status == "indexed"


def test_activating_keeps_one_way_back_and_forgets_the_one_before(ledger: Ledger) -> None:
    for name in ("a", "b", "c"):
        ledger.indexes.add(name, "building")
        ledger.indexes.activate(name)
    states = {row.name: (row.state, row.active) for row in ledger.indexes.all().values()}
    assert states == {"b": ("previous", False), "c": ("ready", True)}


def test_values_of_a_key_are_told_once_each_with_their_types(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "one", metadata={"year": 2024, "for": ("llama", "bert")})
    store(ledger, folder, "two", path="/notes/b.md", metadata={"year": 2024, "for": ("llama",)})
    values = ledger.files.fact_values(["year", "for", "missing"])
    assert {key: set(found) for key, found in values.items()} == {
        "year": {"2024"},
        "for": {'["llama"]', '["bert"]'},
        "missing": set(),
    }


def test_files_of_a_directory_leave_out_those_below_it_and_beside_it(ledger: Ledger, folder: Folder) -> None:
    for path in ("/notes/a.md", "/notes/sub/b.md", "/notes-2/c.md", "/notes.md"):
        store(ledger, folder, path, path=path)
    assert list(ledger.files.in_directory(folder.id, "/notes")) == ["/notes/a.md"]


def test_files_inside_a_path_are_found_by_it(ledger: Ledger, folder: Folder) -> None:
    for path in ("/notes/sub/a.md", "/notes/sub/deep/b.md", "/notes/subway.md"):
        store(ledger, folder, path, path=path)
    paths = {row.id: str(row.path) for row in ledger.files.all()}
    found = ledger.files.ids([], [Path("/notes/sub")], None)
    assert {paths[i] for i in found} == {"/notes/sub/a.md", "/notes/sub/deep/b.md"}


def test_an_indexed_file_says_what_of_it_was_lost_until_it_is_read_without_loss(ledger: Ledger, folder: Folder) -> None:
    document = replace(stored("one", piece("one")), losses="3 pictures were not read")
    for losses in (document.losses, ""):
        ledger.files.store(Source(folder.id, Path("/notes/a.md"), STAT, b"hash"), replace(document, losses=losses))
        ledger.files.mark_indexed()
        (row,) = ledger.files.all()
        assert (row.status, row.reason) == ("indexed", losses)


def test_a_repeated_text_has_a_chunk_for_each_time_it_stands(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "same", "same")
    assert len(ledger.chunks.ids()) == 2


def test_a_refused_file_loses_its_chunks_and_has_a_reason(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "one")
    ledger.files.refuse(Source(folder.id, Path("/notes/a.md"), STAT, None), Refusal("failed", "encrypted"))
    (row,) = ledger.files.all()
    assert (row.status, row.reason, ledger.chunks.ids()) == ("failed", "encrypted", set())


def test_removing_a_folder_forgets_its_chunks_but_keeps_their_vectors(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "one")
    ledger.chunks.add_vectors("m", {piece("one").hash: b"v"})
    ledger.folders.remove(folder.id)
    assert ledger.chunks.ids() == set() and ledger.chunks.vectors("m", [piece("one").hash]) == {piece("one").hash: b"v"}


def test_the_text_comes_back_whole(ledger: Ledger, folder: Folder) -> None:
    store(ledger, folder, "naïve 中文 😀")
    assert ledger.files.text(Path("/notes/a.md")) == "naïve 中文 😀"


def test_threads_share_a_ledger(ledger: Ledger, folder: Folder) -> None:
    def write(n: int) -> None:
        store(ledger, folder, f"text {n}", path=f"/notes/{n}.md")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger.files.all()) == 8


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LedgerUnreadable, match="newer"):
        Ledger(tmp_path / "ledger.db").folders.all()


def test_what_was_stored_survives_a_kill(tmp_path: Path) -> None:
    script = """
import sys; from pathlib import Path
from knowledge.ledger.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for n in range(10_000):
    ledger.folders.add(Path(f"/folder/{n}"), None)
    print(n, flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", script, tmp_path / "ledger.db"], stdout=subprocess.PIPE)
    assert child.stdout
    told = [int(child.stdout.readline()) for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    ledger = Ledger(tmp_path / "ledger.db")
    assert len(ledger.folders.all()) >= len(told)
    ledger.close()


def test_vectors_of_a_text_that_no_chunk_has_any_more_are_dropped_after_their_time(
    ledger: Ledger, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.indexes.add("a", "ready")
    for text in ("one", "two"):
        store(ledger, folder, text, path=f"/notes/{text}.md")
        store(ledger, folder, text, path=f"/notes/{text} again.md")
    hashes = {text: piece(text).hash for text in ("one", "two")}
    ledger.chunks.add_vectors("a", dict.fromkeys(hashes.values(), b"1234"))
    ids = {row.path.name: row.id for row in ledger.files.all()}
    ledger.files.remove([ids["one.md"], ids["one again.md"], ids["two.md"]])
    ledger.chunks.delete_unused_vectors(100.0)
    assert len(ledger.chunks.vectors("a", list(hashes.values()))) == 2  # it is not time yet
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100 + SWEEP_EVERY_S + 5)
    ledger.chunks.delete_unused_vectors(100.0)
    assert ledger.chunks.vectors("a", list(hashes.values())).keys() == {hashes["two"]}  # one chunk has it still


def test_a_vector_whose_text_came_back_is_kept(ledger: Ledger, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.indexes.add("a", "ready")
    store(ledger, folder, "one")
    ledger.chunks.add_vectors("a", {piece("one").hash: b"1234"})
    store(ledger, folder, "other")
    store(ledger, folder, "one")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 10 * SWEEP_EVERY_S)
    ledger.chunks.delete_unused_vectors(100.0)
    assert ledger.chunks.vectors("a", [piece("one").hash])


def test_files_of_another_reader_are_told_those_that_are_not_indexed_first(ledger: Ledger, folder: Folder) -> None:
    def source(name: str, reader: str) -> Source:
        return Source(folder.id, Path(f"/notes/{name}"), STAT, b"hash", reader)

    ledger.files.store(source("a old", "read-1"), stored("one", piece("one")))
    ledger.files.store(source("b new", "read-2"), stored("two", piece("two")))
    ledger.files.refuse(source("c old", "refused-1"), Refusal("skipped", "why"))
    ledger.files.refuse(source("d new", "refused-2"), Refusal("skipped", "why"))
    ledger.files.refuse(source("e new", "read-2a"), Refusal("skipped", "why"))
    assert [p.name for p in ledger.files.outdated(folder.id, ("read-2", "refused-2"), 9)] == ["c old", "e new", "a old"]
    assert [p.name for p in ledger.files.outdated(folder.id, ("read-2", "refused-2"), 1)] == ["c old"]
    assert ledger.files.outdated(folder.id + 1, ("read-2", "refused-2"), 9) == []
