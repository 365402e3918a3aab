"""After an upgrade, or with the extra `ocr`, what was read or refused before is looked at again, little by little."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.chunk import estimate_tokens
from knowledge.chunked_document import ChunkedDocument, chunked
from knowledge.document import Document
from knowledge.library import Library
from knowledge.sync import changes, changes as readers, indexing
from knowledge.sync.changes import ReaderVersions

Upgrade = Callable[..., None]  # given versions of the readers
LONG_AGO = 1_700_000_000  # seconds since the epoch


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, text in {"a.md": "kettle", "b.md": "teapot", "c.new": "saucer"}.items():
        (notes / name).write_text(text)
        os.utime(notes / name, (LONG_AGO, LONG_AGO))  # what has just been written is read again for that alone
    opened = Library(tmp_path / "home", lambda name: None)
    opened.add_folder(notes)
    opened.sync()
    yield opened
    opened.close()


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Upgrade:
    """A later version, which reads files that end in .new too."""

    def begin(read: str = "read-2", refused: str = "refused-2") -> None:
        monkeypatch.setattr(indexing, "reader_versions", lambda: ReaderVersions(read, refused))

    return begin


def statuses(library: Library) -> dict[str, str]:
    return {row.path.name: row.status for row in library.files()}


def test_nothing_is_read_again_while_nothing_is_newer(library: Library) -> None:
    report = library.sync()
    assert (report.indexed, report.unchanged, report.skipped) == (0, 2, 1)


def test_a_format_that_is_supported_now_is_read_without_a_change_of_the_file(
    library: Library, upgrade: Upgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statuses(library)["c.new"] == "skipped"
    monkeypatch.setattr("knowledge.sync.reading.unsupported_reason", lambda path: "")
    monkeypatch.setattr(library._indexing._parser, "parse", _as_text)
    upgrade()
    library.sync()
    assert statuses(library)["c.new"] == "indexed"
    assert [p.path.name for p in library.searcher.search("saucer").passages] == ["c.new"]
    assert library.sync().indexed == 0


def test_what_is_read_again_to_the_same_text_keeps_its_chunks(library: Library, upgrade: Upgrade) -> None:
    before = library._ledger.chunks.ids()
    upgrade()
    report = library.sync()
    assert (report.indexed, report.chunks) == (2, 0)
    assert library._ledger.chunks.ids() == before


def test_so_many_are_read_again_at_each_sync(
    library: Library, upgrade: Upgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "REREAD_FILES", 1)
    upgrade()
    left = []
    for _ in range(3):
        library.sync()
        folder = library.folders()[0]
        left.append(len(library._ledger.files.outdated(folder.id, ("read-2", "refused-2"), 9)))
    assert left == [2, 1, 0]


def test_with_text_recognition_only_what_was_refused_is_read_again(library: Library, upgrade: Upgrade) -> None:
    now = readers.reader_versions()
    upgrade(read=now.read, refused=f"{now.refused}-more")
    report = library.sync()
    assert (report.indexed, report.skipped) == (0, 1)
    folder = library.folders()[0]
    assert library._ledger.files.outdated(folder.id, (now.read, f"{now.refused}-more"), 9) == []


def _as_text(path: Path, tokenizer_file: Path | None, **conditions: Any) -> ChunkedDocument:
    return chunked(Document(text=path.read_text()), path.stem, estimate_tokens)
