"""Many questions at once: what each finds is what it finds alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from knowledge import searcher
from knowledge.index.where import FilterInvalid
from knowledge.library import Library
from knowledge.passage import Retrieval
from knowledge.search.query import ALL_STAGES, Stage
from tests.embedders import WordsEmbedder
from tests.knowledge.note_files import write

WORDS = "kettle stove teapot saucer spoon copper water steam handle lid spout flame".split()
QUESTIONS = [f"{one} {other}?" for one in WORDS for other in WORDS]


class WordCounter:
    """A reranker that likes long texts."""

    name, batch_pairs = "long", 4

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(len(text)) for text in texts]

    def close(self) -> None:
        pass


@pytest.fixture
def embedder() -> WordsEmbedder:
    return WordsEmbedder("words", 32)


@pytest.fixture
def open_library(tmp_path: Path, notes: Path, embedder: WordsEmbedder) -> Iterator[Callable[..., Library]]:
    for n, word in enumerate(WORDS):
        write(notes, f"{n}.md", f"---\nnumber: {n}\n---\n# {word}\n\nThe {word} stands by the {WORDS[n - 1]}.\n")
    opened: list[Library] = []

    def open_one(reranker: WordCounter | None = None) -> Library:
        opened.append(Library(tmp_path / "home", lambda name: embedder, lambda: reranker))
        opened[-1].add_folder(notes)
        opened[-1].sync()
        list(opened[-1].searcher.search_many(QUESTIONS[:2]))  # the second loads the rows, which break ties another way
        wait_until(lambda: opened[-1].memory()["index"] > 0)
        return opened[-1]

    yield open_one
    for library in opened:
        library.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def found(retrieval: Retrieval) -> list[tuple[int, str | None]]:
    return [(passage.chunk_id, passage.text) for passage in retrieval.passages] + [
        (candidate.chunk_id, candidate.cut) for candidate in retrieval.candidates
    ]


@pytest.mark.parametrize("reranker", [None, WordCounter()])
@pytest.mark.parametrize("stages", [ALL_STAGES, frozenset({"keyword"}), frozenset({"vector", "rerank"})])
def test_each_question_finds_what_it_finds_alone(
    open_library: Callable[..., Library], reranker: WordCounter | None, stages: frozenset[Stage]
) -> None:
    library = open_library(reranker)
    alone = [library.searcher.search(q, k=3, stages=stages - {"cache"}) for q in QUESTIONS]
    together = list(library.searcher.search_many(QUESTIONS, k=3, stages=stages))
    assert [found(one) for one in together] == [found(one) for one in alone]
    assert not any(one.cached for one in together)


def test_questions_are_embedded_in_batches(open_library: Callable[..., Library], embedder: WordsEmbedder) -> None:
    library, batches = open_library(), list[int]()
    embedder.on_embed = lambda: batches.append(1)
    list(library.searcher.search_many(QUESTIONS))
    assert len(batches) == -(-len(QUESTIONS) // searcher.QUESTIONS_TOGETHER)
    assert embedder.embedded[-len(QUESTIONS) :] == QUESTIONS


def test_a_filter_holds_for_all_of_them(open_library: Callable[..., Library]) -> None:
    library = open_library()
    for retrieval in library.searcher.search_many(QUESTIONS[:5], where="number = 3"):
        assert {passage.path.name for passage in retrieval.passages} <= {"3.md"}
    with pytest.raises(FilterInvalid):
        next(library.searcher.search_many(QUESTIONS, where="nonsense"))


def test_no_questions_find_nothing(open_library: Callable[..., Library]) -> None:
    assert list(open_library().searcher.search_many([])) == []
