"""Another embedder: built beside the one that answers, swapped in whole, and with a way back."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embedders import NoPreviousEmbedder
from knowledge.index.index import IndexTable
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from knowledge.sync.indexing import LibraryBusy, folder_name
from tests.embedders import WordsEmbedder


class OpenWordsEmbedder(WordsEmbedder):
    """Embeds only until it is closed."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert not self.closed
        return super().embed(texts)


DIMENSIONS = {"small": 16, "large": 48}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for n in range(5):
        (folder / f"{n}.md").write_text(f"note number {n} about kettles")
    return folder


@pytest.fixture
def opened() -> list[WordsEmbedder]:
    """Every embedder that the library asked for."""
    return []


@pytest.fixture
def library(tmp_path: Path, notes: Path, opened: list[WordsEmbedder]) -> Iterator[Library]:
    def open_embedder(name: str | None) -> WordsEmbedder:
        opened.append(OpenWordsEmbedder(name or "small", DIMENSIONS[name or "small"]))
        return opened[-1]

    made = Library(tmp_path / "home", open_embedder)
    made.add_folder(notes)
    made.sync()
    yield made
    made.close()


def names(library: Library, question: str = "kettles") -> set[str]:
    return {p.path.name for p in library.searcher.search(question).passages}


def index_ids(tmp_path: Path, name: str) -> set[int]:
    return IndexTable(tmp_path / "home" / "index" / folder_name(name), DIMENSIONS[name]).ids()


def test_while_the_new_index_is_built_the_old_one_answers(library: Library, opened: list[WordsEmbedder]) -> None:
    answers: list[set[str]] = []
    large = OpenWordsEmbedder("large", 48)
    large.on_embed = lambda: answers.append(names(library)) if not answers else None
    assert library.embedders.change(large)
    assert answers == [{f"{n}.md" for n in range(5)}] and opened[0].embedded[-1] == "kettles"
    assert names(library) == answers[0] and large.embedded[-1] == "kettles"
    assert len(large.embedded) == 6 and opened[0].closed


def test_the_new_embedder_is_the_one_that_is_asked_for_at_the_next_start(
    library: Library, notes: Path, tmp_path: Path
) -> None:
    library.embedders.change(OpenWordsEmbedder("large", 48))
    library.close()
    asked = []

    def open_embedder(name: str | None) -> WordsEmbedder:
        asked.append(name)
        assert name
        return OpenWordsEmbedder(name, DIMENSIONS[name])

    again = Library(tmp_path / "home", open_embedder)
    assert names(again) == {f"{n}.md" for n in range(5)} and asked == ["large"]
    again.close()


def test_going_back_embeds_only_what_changed_since(library: Library, opened: list[WordsEmbedder], notes: Path) -> None:
    library.embedders.change(OpenWordsEmbedder("large", 48))
    (notes / "new.md").write_text("a new note about kettles")
    library.sync()
    assert (library.embedders.names().previous, library.embedders.names().previous_pending) == ("small", 1)
    assert library.embedders.revert()
    assert library.embedders.names().previous_pending == 0
    assert opened[-1].name == "small" and opened[-1].embedded == ["a new note about kettles"]
    assert "new.md" in names(library)


def test_without_a_change_there_is_no_way_back(library: Library) -> None:
    with pytest.raises(NoPreviousEmbedder):
        library.embedders.revert()


def test_forgetting_the_way_back_frees_its_index_and_vectors(library: Library, tmp_path: Path) -> None:
    library.embedders.change(OpenWordsEmbedder("large", 48))
    library.embedders.forget_previous()
    ledger = Ledger(tmp_path / "home" / "ledger.db")
    assert {row["model"] for row in ledger.read("SELECT model FROM vectors")} == {"large"}
    ledger.close()
    assert not (tmp_path / "home" / "index" / folder_name("small")).exists()
    with pytest.raises(NoPreviousEmbedder):
        library.embedders.revert()


def test_a_file_that_comes_during_the_change_is_in_both_indexes(library: Library, notes: Path, tmp_path: Path) -> None:
    def add() -> None:
        if not (notes / "new.md").exists():
            (notes / "new.md").write_text("a new note about kettles")

    library.embedders.change(OpenWordsEmbedder("large", 48, on_embed=add))
    library.sync()
    assert "new.md" in names(library)
    library.embedders.revert()
    assert "new.md" in names(library)
    assert index_ids(tmp_path, "small") == index_ids(tmp_path, "large")


def test_a_cancelled_change_leaves_the_old_one_and_loses_no_vector(
    library: Library, opened: list[WordsEmbedder]
) -> None:
    cancelled = threading.Event()
    large = OpenWordsEmbedder("large", 48, on_embed=cancelled.set)
    assert not library.embedders.change(large, cancelled=cancelled)
    assert large.closed and not opened[0].closed and len(names(library)) == 5
    again = OpenWordsEmbedder("large", 48)
    library.embedders.change(again)
    assert again.embedded == []


def test_an_interrupted_change_is_carried_on_by_the_next_sync(library: Library, opened: list[WordsEmbedder]) -> None:
    interrupted = threading.Event()
    assert not library.embedders.change(
        OpenWordsEmbedder("large", 48, on_embed=interrupted.set), interrupted=interrupted
    )
    assert library.embedders.names().building == "large"
    library.sync()
    assert (library.embedders.names().active, opened[-1].name) == ("large", "large")
    assert len(names(library)) == 5


def test_a_sync_that_is_stopped_leaves_the_change_to_the_next(library: Library) -> None:
    interrupted, stopped = threading.Event(), threading.Event()
    library.embedders.change(OpenWordsEmbedder("large", 48, on_embed=interrupted.set), interrupted=interrupted)
    library.sync(on_progress=lambda progress: stopped.set(), cancelled=stopped)
    assert library.embedders.names().building == "large"
    library.sync()
    assert library.embedders.names().active == "large"


def test_a_change_that_was_killed_is_carried_on_by_the_next_sync(
    library: Library, opened: list[WordsEmbedder], tmp_path: Path
) -> None:
    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        library.embedders.change(OpenWordsEmbedder("large", 48, on_embed=kill))
    library.sync()
    assert opened[-1].name == "large" and len(opened[-1].embedded) == 5
    assert len(names(library)) == 5 and not opened[-1].closed


def test_only_one_change_goes_on_at_a_time(library: Library) -> None:
    def change_too() -> None:
        with pytest.raises(LibraryBusy):
            library.embedders.change(OpenWordsEmbedder("other", 8))

    assert library.embedders.change(OpenWordsEmbedder("large", 48, on_embed=change_too))
