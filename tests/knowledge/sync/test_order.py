"""The order of indexing, and what is still unread: a book holds up no note, and nobody is told that all was read."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from knowledge.ledger.rows import LEFT_OUT, UnreadFiles
from knowledge.library import Library
from knowledge.sync.progress import SyncProgress, seconds_left
from tests.embedders import WordsEmbedder
from tests.knowledge.sync.sync_library import write

DAY_S = 86_400


def book(paragraphs: int) -> str:
    return "\n\n".join(f"# Chapter {n}\n\n" + f"Of whales and the sea, number {n}. " * 40 for n in range(paragraphs))


def order_of(library: Library) -> list[str]:
    """The names of the files, in the order in which they are read."""
    names: list[str] = []

    def note(at: SyncProgress) -> None:
        if at.current and at.current.name not in names:
            names.append(at.current.name)

    library.sync(on_progress=note)
    return names


def states(library: Library) -> list[str]:
    return [line.state for lines in library.file_lines({library.folders()[0].id}) for line in lines]


def stopped_after(library: Library, files: int) -> None:
    cancelled = threading.Event()
    library.sync(cancelled=cancelled, on_progress=lambda at: cancelled.set() if at.done_files >= files else None)


def test_small_files_are_read_first_and_of_these_the_newest(library: Library, notes: Path) -> None:
    write(notes / "a-book.txt", book(60), seconds_ago=90 * DAY_S)
    write(notes / "b-old.md", "old", seconds_ago=60 * DAY_S)
    write(notes / "c-new.md", "new", seconds_ago=2 * DAY_S)
    write(notes / "d-film.mp4", "no text", seconds_ago=3 * DAY_S)
    assert order_of(library) == ["d-film.mp4", "c-new.md", "b-old.md", "a-book.txt"]


def test_a_long_file_of_today_comes_before_a_long_one_of_last_year(library: Library, notes: Path) -> None:
    write(notes / "a.txt", book(60), seconds_ago=300 * DAY_S)
    write(notes / "b.txt", book(60), seconds_ago=3600)
    assert order_of(library) == ["b.txt", "a.txt"]


def test_files_that_a_question_names_jump_ahead(library: Library, notes: Path) -> None:
    for n in range(6):
        write(notes / f"{n}.md", f"note {n}", seconds_ago=(2 + n) * DAY_S)
    write(notes / "insurance policy.txt", book(60), seconds_ago=90 * DAY_S)
    names: list[str] = []

    def ask_meanwhile(at: SyncProgress) -> None:
        if at.current and at.current.name not in names:
            names.append(at.current.name)
        if at.done_files == 2:
            library.read_first("What does my insurance policy cover?")

    library.sync(on_progress=ask_meanwhile)
    assert names.index("insurance policy.txt") < names.index("4.md")


def test_passages_of_a_book_do_not_hold_up_a_note(library: Library, notes: Path, embedder: WordsEmbedder) -> None:
    """The book is read, and in the midst of being embedded; then a note comes."""
    write(notes / "book.txt", book(600), seconds_ago=90 * DAY_S)
    stopped_after(library, 1)
    read = len(embedder.embedded)
    assert library.unread() == UnreadFiles(1, 1)
    write(notes / "note.md", "the kettle is in the attic", seconds_ago=5)
    library.sync()
    at = next(at for at, text in enumerate(embedder.embedded[read:]) if "kettle" in text)
    assert len(embedder.embedded) - read > 1000 and at < 600


def test_a_book_that_a_question_names_is_embedded_before_the_others(
    library: Library, notes: Path, embedder: WordsEmbedder
) -> None:
    for name in ("ahab", "queequeg"):
        write(notes / f"the story of {name}.txt", book(350).replace("whales", name), seconds_ago=90 * DAY_S)
    stopped_after(library, 2)
    read = len(embedder.embedded)
    first = "ahab" if any("queequeg" in text for text in embedder.embedded) else "queequeg"
    library.read_first(f"What is the story of {first} about?")
    library.sync()
    left = [text for text in embedder.embedded[read:] if "number" in text]
    assert len(left) > 200 and first in left[0]


def test_what_is_unread_is_counted_from_the_first_moment(library: Library, notes: Path, tmp_path: Path) -> None:
    assert library.unread() == UnreadFiles(0, 0, folders=1)
    for n in range(5):
        write(notes / f"{n}.md", f"note {n}")
    stopped_after(library, 2)
    counted = library.unread()
    assert 3 <= counted.files <= 5 and counted.of_files == 5 and not counted.folders
    assert counted.says == f"{counted.files} of 5 files are still unread"
    assert library.unread([notes]) == counted
    assert library.unread([tmp_path / "elsewhere"]) == UnreadFiles()
    library.sync()
    assert not library.unread() and library.unread().says == ""


def test_a_part_of_a_folder_has_a_count_of_its_own(library: Library, notes: Path) -> None:
    write(notes / "sub" / "a.md", "a", seconds_ago=9 * DAY_S)
    write(notes / "b.md", "b", seconds_ago=2 * DAY_S)
    stopped_after(library, 1)
    assert library.unread([notes / "sub"]) == UnreadFiles(1, 1)


def test_an_edited_file_is_unread_and_can_still_be_searched(library: Library, notes: Path) -> None:
    path = write(notes / "a.md", "kettle in the attic")
    library.sync()
    write(path, "kettle in the cellar", seconds_ago=2)
    seen: list[tuple[str, str]] = []

    def look(at: SyncProgress) -> None:
        if at.total_files and not at.done_files:
            ids = [row.id for row in library.files()]
            seen.extend(zip((r.status for r in library.files()), (r.state for r in library.lines_of(ids)), strict=True))

    library.sync(on_progress=look)
    assert seen[0] == ("indexed", "waiting")
    assert states(library) == ["indexed"]


def test_a_file_that_was_only_touched_is_read_once_and_not_unread(library: Library, notes: Path) -> None:
    path = write(notes / "a.md", "kettle")
    library.sync()
    write(path, "kettle", seconds_ago=2)
    library.sync()
    assert not library.unread()
    assert order_of(library) == []


def test_a_file_that_is_gone_before_it_is_read_leaves_no_row(library: Library, notes: Path) -> None:
    write(notes / "a.md", "a", seconds_ago=2 * DAY_S)
    gone = write(notes / "b.md", "b", seconds_ago=9 * DAY_S)
    library.sync(on_progress=lambda at: gone.unlink(missing_ok=True) if at.total_files else None)
    assert [row.path.name for row in library.files()] == ["a.md"]


def test_after_a_restart_progress_counts_the_passages_that_are_left(library: Library, notes: Path) -> None:
    write(notes / "book.txt", book(300))
    stopped_after(library, 1)
    seen: list[SyncProgress] = []
    library.sync(on_progress=seen.append)
    begun = next(at for at in seen if at.chunks)
    assert begun.ready == 0 and begun.total_files == 0 and begun.chunks > 100
    assert seen[-1].ready == begun.chunks


def test_files_that_change_their_state_are_announced(library: Library, notes: Path) -> None:
    for n in range(3):
        write(notes / f"{n}.md", f"note {n}")
    changed: set[int] = set()
    library.sync(on_progress=lambda at: changed.update(at.changed))
    assert changed == {row.id for row in library.files()}
    assert {row.state for row in library.lines_of(tuple(changed))} == {"indexed"}


@pytest.mark.parametrize(
    ("at", "worked_s", "left_s"),
    [
        (SyncProgress(total_files=2, total_bytes=200, done_bytes=100), 1.0, None),
        (SyncProgress(total_files=2, total_bytes=200), 10.0, None),
        (SyncProgress(total_files=2, total_bytes=200, done_bytes=100), 10.0, 10.0),
        (SyncProgress(chunks=300, ready=100), 10.0, 20.0),
        (SyncProgress(chunks=300), 10.0, None),
        (SyncProgress(total_files=2, total_bytes=200, done_bytes=100, chunks=100, ready=50), 10.0, 30.0),
    ],
)
def test_the_time_left_counts_what_is_to_be_read_and_embedded(
    at: SyncProgress, worked_s: float, left_s: float | None
) -> None:
    assert seconds_left(at, worked_s) == left_s


def test_a_file_is_left_out_until_it_is_to_be_read_again(library: Library, notes: Path) -> None:
    path = write(notes / "a.md", "kettle")
    write(notes / "b.md", "teapot")
    library.sync()
    library.leave_out([path])
    library.sync()
    write(path, "kettle and more", seconds_ago=2)
    library.sync()
    row = next(row for row in library.files() if row.path == path)
    assert (row.status, row.reason, row.chunks) == ("skipped", LEFT_OUT, 0)
    assert not library.searcher.search("kettle").passages
    library.read_again([path])
    library.sync()
    assert states(library) == ["indexed", "indexed"]
    assert library.searcher.search("kettle").passages
