"""Folders in, passages out: the index equals the folder whatever happened to it."""

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from errors import AppError
from knowledge.index.index import TABLE
from knowledge.library import FolderRefused, Library
from knowledge.search.fuse import LIKENESS_WEIGHT
from knowledge.search.query import Scope
from knowledge.sync.indexing import LibraryBusy, folder_name
from knowledge.sync.progress import SyncProgress
from tests.embedders import WordsEmbedder
from tests.knowledge.note_files import write


class LongWordsEmbedder(WordsEmbedder):
    """Reads words of five letters and more only."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]]:
        return [[2 ** len(word)] if len(word) >= 5 else [] for word in words]


@pytest.fixture
def embedder() -> LongWordsEmbedder:
    return LongWordsEmbedder("counting", 32)


@pytest.fixture
def library(tmp_path: Path, notes: Path, embedder: LongWordsEmbedder) -> Iterator[Library]:
    opened = Library(tmp_path / "home", lambda name: embedder)
    opened.add_folder(notes)
    yield opened
    opened.close()


def texts(library: Library, question: str, **kwargs: Any) -> list[str]:
    return [p.body for p in library.searcher.search(question, **kwargs).passages]


def test_a_passage_is_a_slice_of_its_file_with_heading_and_scores(library: Library, notes: Path) -> None:
    path = write(notes, "a.md", "# Tea\n\n## Green\n\nSteep it for two minutes.\n")
    library.sync()
    (passage,) = library.searcher.search("How long to steep?").passages
    assert (passage.path, passage.heading) == (path, ("Tea", "Green"))
    assert path.read_text()[passage.start : passage.end] == passage.text == "Steep it for two minutes."
    assert passage.scores.keyword_rank == passage.scores.vector_rank == 1


def test_a_second_sync_reads_and_embeds_nothing(library: Library, notes: Path, embedder: LongWordsEmbedder) -> None:
    write(notes, "a.md", "one")
    library.sync()
    embedder.embedded.clear()
    report = library.sync()
    assert (report.unchanged, report.indexed, report.embedded, embedder.embedded) == (1, 0, 0, [])


def test_an_edited_paragraph_embeds_one_chunk(library: Library, notes: Path, embedder: LongWordsEmbedder) -> None:
    sections = [f"# S{n}\n\nparagraph number {n} {'about things ' * 40}\n\n" for n in range(10)]
    write(notes, "a.md", "".join(sections))
    library.sync()
    embedder.embedded.clear()
    sections[4] = f"# S4\n\nsomething quite different{' of it' * 80}\n\n"
    (notes / "a.md").write_text("".join(sections))
    assert library.sync().embedded == 1
    assert texts(library, "quite different")[0].startswith("something quite different")


def test_a_rename_embeds_nothing_and_the_passage_has_the_new_path(
    library: Library, notes: Path, embedder: LongWordsEmbedder
) -> None:
    write(notes, "a.md", "unique words here")
    library.sync()
    embedder.embedded.clear()
    (notes / "a.md").rename(notes / "b.md")
    report = library.sync()
    assert (report.embedded, report.removed) == (0, 0)
    assert [p.path.name for p in library.searcher.search("unique words").passages] == ["b.md"]


def test_a_deleted_file_is_not_answered_from(library: Library, notes: Path) -> None:
    write(notes, "a.md", "secret recipe").unlink()
    write(notes, "b.md", "secret garden")
    library.sync()
    (notes / "b.md").unlink()
    report = library.sync()
    assert report.removed == 1 and texts(library, "secret") == []


def test_a_touched_file_is_unchanged(library: Library, notes: Path) -> None:
    path = write(notes, "a.md", "one")
    library.sync()
    os.utime(path)
    assert library.sync().unchanged == 1


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.xyz", b"data", "skipped"),
        ("a.md", b"", "skipped"),
        ("a.pdf", b"%PDF-1.7 broken", "failed"),
        ("a.docx", b"PK\x03\x04 broken", "failed"),
        ("a.txt", bytes(range(256)) * 8, "failed"),
    ],
)
def test_a_file_that_gives_no_text_is_a_row_with_a_reason_every_time(
    library: Library, notes: Path, name: str, content: bytes, status: str
) -> None:
    (notes / name).write_bytes(content)
    for _ in range(2):
        report = library.sync()
        (row,) = library.files()
        assert (row.status, getattr(report, status)) == (status, 1)
        assert row.reason and report.failures == ((notes / name, row.reason),)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_file_that_may_be_read_at_last_is_indexed(library: Library, notes: Path) -> None:
    path = write(notes, "a.md", "kettle")
    path.chmod(0)
    assert library.sync().failed == 1
    path.chmod(0o600)
    assert library.sync().indexed == 1


def test_a_missing_folder_keeps_what_was_indexed(library: Library, notes: Path, tmp_path: Path) -> None:
    write(notes, "a.md", "precious words")
    library.sync()
    notes.rename(tmp_path / "away")
    report = library.sync()
    assert report.removed == 0 and report.failures[0][0] == notes
    assert texts(library, "precious") == ["precious words"]


def test_a_folder_that_cannot_be_listed_keeps_what_was_indexed_of_it(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(notes, "sub/deep/a.md", "precious words")
    library.sync()
    listing = os.scandir

    def refuse(path: Path) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert library.sync().removed == 0
    assert texts(library, "precious") == ["precious words"]


def test_a_persona_sees_its_own_knowledge_and_others_do_not(library: Library, notes: Path, tmp_path: Path) -> None:
    write(notes, "a.md", "kettle at home")
    own = tmp_path / "persona"
    write(own, "k.md", "kettle of the persona")
    library.add_folder(own, persona_id="410")
    library.sync()
    assert set(texts(library, "kettle")) == {"kettle at home"}
    assert set(texts(library, "kettle", scope=Scope(persona_id="410"))) == {"kettle at home", "kettle of the persona"}
    assert texts(library, "kettle", scope=Scope(folders=(), persona_id="410")) == ["kettle of the persona"]


def test_a_scope_can_be_part_of_a_folder(library: Library, notes: Path) -> None:
    write(notes, "one/a.md", "kettle one")
    write(notes, "two/a.md", "kettle two")
    library.add_folder(notes / "two")
    library.sync()
    assert [f.path for f in library.folders()] == [notes]
    assert texts(library, "kettle", scope=Scope(folders=(notes / "two",))) == ["kettle two"]


def test_a_filter_restricts_by_front_matter(library: Library, notes: Path) -> None:
    write(notes, "a.md", "---\ndifficulty: advanced\n---\nkettle one\n")
    write(notes, "b.md", "---\ndifficulty: beginner\n---\nkettle two\n")
    library.sync()
    assert texts(library, "kettle", where="difficulty = 'beginner'") == ["kettle two"]


def test_vectors_count_for_nothing_where_the_embedder_cannot_read(library: Library, notes: Path) -> None:
    write(notes, "a.md", "xy pq rs kettle tu vw")
    write(notes, "b.md", "kettle teapot saucer kettle")
    library.sync()
    best = library.searcher.search("xy kettle pq rs tu vw xy pq rs tu vw").passages[0]
    assert best.scores.fused == pytest.approx(1.0 + LIKENESS_WEIGHT)  # BM25 alone, and a sentence that says all of it


def test_a_question_too_short_to_judge_is_judged_by_what_it_finds(library: Library, notes: Path) -> None:
    write(notes, "a.md", "kettle teapot saucer")
    library.sync()
    assert library.searcher.search("xy kettle").passages[0].scores.fused < 1.0


def test_the_same_text_in_two_files_is_embedded_and_returned_once(
    library: Library, notes: Path, embedder: LongWordsEmbedder
) -> None:
    write(notes, "a.md", "twice told tale")
    write(notes, "b.md", "twice told tale")
    assert library.sync().embedded == 1
    assert texts(library, "tale") == ["twice told tale"]


def test_a_removed_folder_is_not_answered_from_after_the_next_sync(library: Library, notes: Path) -> None:
    write(notes, "a.md", "kettle")
    library.sync()
    library.remove_folder(notes)
    assert texts(library, "kettle") == []
    library.sync()
    assert library.files() == []


def test_cancelling_stops_early_and_the_next_run_finishes(library: Library, notes: Path) -> None:
    for n in range(20):
        write(notes, f"{n}.md", f"note {n}")
    cancelled = threading.Event()
    library.sync(cancelled=cancelled, on_progress=lambda p: cancelled.set() if p.done_files == 5 else None)
    assert 0 < sum(not row.is_unread for row in library.files()) < 20
    library.sync()
    assert {row.status for row in library.files()} == {"indexed"} and len(library.files()) == 20


def test_cancelling_between_embeddings_loses_none_of_them(
    library: Library, notes: Path, embedder: LongWordsEmbedder
) -> None:
    write(notes, "a.md", "".join(f"# S{n}\n\nnumber {n} of {'many ' * 80}\n\n" for n in range(400)))
    cancelled = threading.Event()
    library.sync(cancelled=cancelled, on_progress=lambda p: cancelled.set() if p.embedded else None)
    assert 0 < len(embedder.embedded) < 400 and library.files()[0].status == "waiting"
    library.sync()
    assert len(embedder.embedded) == len(set(embedder.embedded)) == 400
    assert library.files()[0].status == "indexed"


def test_progress_ends_with_every_file_read_and_every_passage_ready(library: Library, notes: Path) -> None:
    for n in range(3):
        write(notes, f"{n}.md", f"# One\n\n{f'note {n} ' * 80}\n\n# Two\n\nthe same in {'all ' * 80}\n")
    seen: list[SyncProgress] = []
    library.sync(on_progress=seen.append)
    assert (seen[-1].done_files, seen[-1].total_files) == (3, 3)
    assert (seen[-1].ready, seen[-1].chunks, seen[-1].embedded) == (6, 6, 4)


@pytest.mark.logs("built again")
def test_a_lost_index_is_built_again_without_embedding(
    library: Library, notes: Path, embedder: LongWordsEmbedder, tmp_path: Path
) -> None:
    write(notes, "a.md", "kettle")
    library.sync()
    library.close()
    shutil.rmtree(tmp_path / "home" / "index")
    embedder.embedded.clear()
    again = Library(tmp_path / "home", lambda name: embedder)
    again.sync()
    assert texts(again, "kettle") == ["kettle"] and embedder.embedded == ["kettle"]  # the question alone
    again.close()


@pytest.mark.logs("index")
def test_a_damaged_index_heals_itself_on_the_next_search(
    library: Library, notes: Path, embedder: LongWordsEmbedder, tmp_path: Path
) -> None:
    write(notes, "a.md", "kettle")
    library.sync()
    library.close()
    for manifest in (tmp_path / "home" / "index" / folder_name("counting") / f"{TABLE}.lance" / "_versions").iterdir():
        manifest.write_bytes(b"\0" * 8)
    again = Library(tmp_path / "home", lambda name: embedder)
    assert texts(again, "kettle") == ["kettle"]
    again.close()


def test_another_embedder_than_the_last_time_is_used_at_once(library: Library, notes: Path, tmp_path: Path) -> None:
    write(notes, "a.md", "kettle")
    library.sync()
    library.close()
    again = Library(tmp_path / "home", lambda name: None)
    assert texts(again, "kettle") == ["kettle"]
    again.close()


def test_who_does_not_want_to_wait_is_told_that_another_is_indexing(library: Library, notes: Path) -> None:
    write(notes, "a.md", "kettle")

    def busy(progress: object) -> None:
        with pytest.raises(LibraryBusy):
            library.sync(wait=False)

    assert library.sync(on_progress=busy).indexed == 1


def test_without_an_embedder_words_are_still_found(tmp_path: Path, notes: Path) -> None:
    write(notes, "a.md", "kettle")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(notes)
    library.sync()
    (passage,) = library.searcher.search("kettle").passages
    assert passage.scores.vector is None
    library.close()


def test_the_text_behind_the_spans_is_kept_after_the_file_is_gone(library: Library, notes: Path) -> None:
    write(notes, "a.md", "# T\n\nbody\n").rename(notes / "c.md")
    library.sync()
    assert library.document_text(notes / "c.md") == "# T\n\nbody\n"
    with pytest.raises(AppError):
        library.document_text(notes / "a.md")


@pytest.mark.parametrize("name", ["missing", "file.md"])
def test_what_is_not_a_folder_is_refused(library: Library, notes: Path, name: str) -> None:
    write(notes, "file.md", "x")
    with pytest.raises(FolderRefused):
        library.add_folder(notes / name)


def test_watching_tells_of_a_new_file(library: Library, notes: Path) -> None:
    told = threading.Event()
    watcher = library.watch(told.set)
    write(notes, "a.md", "x")
    assert told.wait(5)
    watcher.stop()


def test_secrets_that_were_skipped_are_indexed_once_everything_is_asked_for(library: Library, notes: Path) -> None:
    write(notes, "passwords.txt", "the shed opens with kingfisher")
    library.sync()
    assert texts(library, "kingfisher") == []
    library.add_folder(notes, everything=True)
    library.sync()
    assert texts(library, "kingfisher") == ["the shed opens with kingfisher"]


def test_what_is_prepared_is_not_waited_for(
    library: Library, notes: Path, embedder: LongWordsEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(notes, "a.md", "kettle")
    library.sync()
    library.close()
    again = Library(tmp_path / "home", lambda name: embedder)
    again.searcher.prepare()
    again.expect_files()
    monkeypatch.setattr("knowledge.parse.process.parser_process.ParserChild", None)  # another is not started
    monkeypatch.setattr("knowledge.index.index.IndexTable._connect", None)
    write(notes, "b.md", "kettle too")
    assert again.sync().indexed == 1
    assert set(texts(again, "kettle")) == {"kettle", "kettle too"}
    again.close()


def test_preparing_for_the_first_file_leaves_no_trace(library: Library, tmp_path: Path) -> None:
    library.searcher.prepare()
    assert not (tmp_path / "home" / "index").exists()


def test_a_parser_that_nothing_came_for_ends_and_the_next_file_starts_another(library: Library, notes: Path) -> None:
    library.expect_files()
    library._indexing._parser._children[False].end()
    write(notes, "a.md", "kettle")
    assert library.sync().indexed == 1
    library.expect_files()


def test_what_is_kept_of_the_index_is_told_as_memory(library: Library, notes: Path) -> None:
    write(notes, "cats.md", "# Cats\n\nKittens purr.\n")
    library.sync()
    assert library.memory() == {"index": 0}
    for question in ("kittens", "bread", "tides"):
        library.searcher.search(question)
    deadline = time.monotonic() + 5
    while not library.memory()["index"] and time.monotonic() < deadline:  # it is loaded beside the searches
        time.sleep(0.01)
    assert library.memory()["index"] > 0
