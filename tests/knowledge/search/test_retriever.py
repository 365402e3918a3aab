"""Questions over a small library: what comes back, and what the inspector says of the rest."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embed import Embedder
from knowledge.library import Library
from knowledge.passage import Retrieval
from knowledge.rerank import Reranker, RerankLimits
from knowledge.search.query import ALL_STAGES
from knowledge.search_index import SearchLimits
from tests.embedders import WordsEmbedder
from tests.knowledge.note_files import write

OpenLibrary = Callable[..., Library]  # given an embedder, a reranker, both or neither
PARAGRAPH = " ".join(f"kettle {chr(97 + n % 26)}{chr(97 + n // 26)}x" for n in range(40))


class WordOverlap:
    """A reranker that counts shared words, and scores `rubbish` as surely wrong."""

    name, batch_pairs = "overlap", 8

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read += texts
        words = set(question.lower().split())
        return [-9.0 if "rubbish" in t else float(len(words & set(t.lower().split()))) for t in texts]

    def close(self) -> None:
        pass


class Axes(WordsEmbedder):
    """Knows two directions: hot and everything else. Counts the questions that it reads."""

    def __init__(self) -> None:
        super().__init__("axes", 2)
        self.questions: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0] if "hot" in t.lower() else [0.0, 1.0] for t in texts], np.float32)

    def embed_question(self, question: str) -> NDArray[np.float32]:
        self.questions.append(question)
        return super().embed_question(question)


@pytest.fixture
def reranker() -> WordOverlap:
    return WordOverlap()


@pytest.fixture
def open_library(tmp_path: Path, notes: Path) -> Iterator[OpenLibrary]:
    opened: list[Library] = []

    def open_one(
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        limits: Callable[[], SearchLimits] = SearchLimits,
    ) -> Library:
        library = Library(tmp_path / "home", lambda name: embedder, lambda: reranker, limits=limits)
        library.add_folder(notes)
        library.sync()
        opened.append(library)
        return library

    yield open_one
    for library in opened:
        library.close()


def names(found: Retrieval) -> list[str]:
    return [passage.path.name for passage in found.passages]


def cuts(found: Retrieval) -> dict[str, str | None]:
    return {candidate.path.name: candidate.cut for candidate in found.candidates}


def test_a_version_of_a_file_collapses_into_the_other_and_says_so(notes: Path, open_library: OpenLibrary) -> None:
    write(notes, "a.md", PARAGRAPH)
    write(notes, "b.md", PARAGRAPH.replace("abx", "other"))
    found = open_library().searcher.search("kettle abx")
    assert names(found) == ["a.md"]
    assert cuts(found) == {"a.md": None, "b.md": "near-duplicate of #1"}


def test_neighbours_that_were_cut_apart_come_back_as_one_exact_passage(notes: Path, open_library: OpenLibrary) -> None:
    text = "\n\n".join(
        f"The kettle number {n} stands on shelf {n}. " + "It is made of fine iron. " * 30 for n in range(2)
    )
    path = write(notes, "a.md", f"# Kitchen\n\n{text}\n")
    found = open_library().searcher.search("kettle shelf")
    (passage,) = found.passages
    assert "number 0" in passage.text and "number 1" in passage.text
    assert path.read_text()[passage.start : passage.end] == passage.text
    assert sorted(str(c.cut) for c in found.candidates) == ["None", "joined into #1"]


def test_a_table_that_was_cut_goes_on_into_rows_that_were_not_found(notes: Path, open_library: OpenLibrary) -> None:
    rows = "\n".join(f"| item {n} | a description of it in some more words than a few |" for n in range(25))
    path = write(notes, "a.md", f"# Stock\n\n| name | what |\n|---|---|\n| kettle | iron |\n{rows}\n")
    (passage,) = open_library().searcher.search("kettle iron", k=1).passages
    assert passage.text.startswith("| name") and passage.text.endswith(rows[-60:])
    assert path.read_text()[passage.start : passage.end] == passage.text


def test_where_nothing_answers_nothing_is_found_and_the_inspector_says_why(
    notes: Path, open_library: OpenLibrary
) -> None:
    write(notes, "a.md", "The kettle stands on the stove and whistles.")
    library = open_library()
    asked = "Which volcano buried Pompeii under ash, and when did the kettle of lava erupt before our era began?"
    found = library.searcher.search(asked)
    assert found.passages == () and "threshold" in (cuts(found)["a.md"] or "")
    assert names(library.searcher.search(asked, stages=ALL_STAGES - {"threshold"})) == ["a.md"]


def test_a_clause_is_found_by_its_number_alone(notes: Path, open_library: OpenLibrary) -> None:
    write(notes, "lease.md", "2.1 Rent is payable monthly.\n\n2.3 Late payment bears interest.")
    library = open_library()
    question = "Which volcano buried Pompeii under ash, says clause {} of that long and very old agreement of ours?"
    assert names(library.searcher.search(question.format("2.3"))) == ["lease.md"]
    assert names(library.searcher.search(question.format("3.2"))) == []


def test_what_the_embedder_reads_is_found_without_a_shared_word(notes: Path, open_library: OpenLibrary) -> None:
    write(notes, "a.md", "A hot drink.")
    write(notes, "b.md", "Something else.")
    assert names(open_library(Axes()).searcher.search("HOTTEST?"))[0] == "a.md"


def test_a_named_file_comes_first_and_a_rename_renames_it_without_a_vector(
    notes: Path, open_library: OpenLibrary
) -> None:
    write(notes, "meeting-notes.md", "We spoke of the roof.")
    write(notes, "other.md", "A roof keeps the rain out: the roof of a house, the roof of a shed.")
    library = open_library()
    assert names(library.searcher.search("what do the meeting notes say of the roof"))[0] == "meeting-notes.md"
    (notes / "meeting-notes.md").rename(notes / "garden-log.md")
    assert library.sync().embedded == 0
    assert names(library.searcher.search("the garden log"))[0] == "garden-log.md"


def test_reranked_passages_come_first_with_their_scores(
    notes: Path, open_library: OpenLibrary, reranker: WordOverlap
) -> None:
    write(notes, "a.md", "kettle kettle kettle kettle")
    write(notes, "b.md", "the kettle of my aunt in Jutland, of which there is much to tell")
    asked = "kettle of my aunt"
    library = open_library(reranker=reranker)
    found = library.searcher.search(asked)
    assert names(found)[0] == "b.md"
    assert [(p.scores.rerank_rank, p.scores.rerank) for p in found.passages] == [(1, 4.0), (2, 1.0)]
    assert "rerank" in found.timings_ms
    left_out = library.searcher.search(asked, stages=ALL_STAGES - {"rerank"})
    assert [p.scores.rerank for p in left_out.passages] == [None, None]


def test_what_the_reranker_is_sure_is_wrong_is_cut(
    notes: Path, open_library: OpenLibrary, reranker: WordOverlap
) -> None:
    write(notes, "a.md", "a kettle")
    write(notes, "b.md", "rubbish kettle")
    found = open_library(reranker=reranker).searcher.search("kettle")
    assert names(found) == ["a.md"] and cuts(found)["b.md"] == "below the reranker's threshold"


def test_how_many_were_reranked_is_told(notes: Path, open_library: OpenLibrary, reranker: WordOverlap) -> None:
    for n in range(9):
        write(notes, f"{n}.md", f"a kettle of {n} litres")
    limits = SearchLimits(rerank=RerankLimits(candidates=3))
    library = open_library(reranker=reranker, limits=lambda: limits)
    assert library.searcher.search("kettle").reranked == "3 of 9"
    assert library.searcher.search("kettle", stages=ALL_STAGES - {"rerank"}).reranked == ""


@pytest.mark.parametrize(("least", "expected"), [(0.0, ["a.md", "b.md"]), (0.8, [])])
def test_the_rerankers_threshold_can_be_set(
    notes: Path, open_library: OpenLibrary, reranker: WordOverlap, least: float, expected: list[str]
) -> None:
    write(notes, "a.md", "a kettle")
    write(notes, "b.md", "rubbish kettle")
    limits = SearchLimits(rerank=RerankLimits(least_relevance=least))
    assert names(open_library(reranker=reranker, limits=lambda: limits).searcher.search("kettle")) == expected


def test_beyond_what_was_asked_for_says_so(notes: Path, open_library: OpenLibrary) -> None:
    for n in range(3):
        write(notes, f"{n}.md", f"kettle {'x' * (n + 3)}")
    found = open_library().searcher.search("kettle", k=2)
    assert len(found.passages) == 2 and list(cuts(found).values()).count("beyond the 2 asked for") == 1


def test_the_same_question_is_answered_from_memory_until_something_is_indexed(
    notes: Path, open_library: OpenLibrary
) -> None:
    write(notes, "a.md", "a kettle")
    library = open_library()
    assert [library.searcher.search("kettle").cached for _ in range(2)] == [False, True]
    assert not library.searcher.search("kettle", stages=ALL_STAGES - {"cache"}).cached
    write(notes, "b.md", "another kettle")
    library.sync()
    found = library.searcher.search("kettle")
    assert not found.cached and len(found.passages) == 2


def test_what_another_process_indexes_is_noticed(notes: Path, open_library: OpenLibrary) -> None:
    write(notes, "a.md", "a kettle")
    library = open_library()
    library.searcher.search("kettle")
    write(notes, "b.md", "another kettle")
    open_library().sync()
    assert len(library.searcher.search("kettle").passages) == 2


def test_a_question_that_was_anticipated_is_there_at_once(notes: Path, open_library: OpenLibrary) -> None:
    write(notes, "a.md", "a kettle")
    embedder = Axes()
    library = open_library(embedder)
    library.searcher.search("another")
    library.searcher.anticipate("hot kettle")
    deadline = threading.Event()
    while embedder.questions != ["another", "hot kettle"] and not deadline.wait(0.01):
        pass
    library.searcher.search("hot kettle")
    assert embedder.questions == ["another", "hot kettle"]


def test_an_index_of_other_terms_is_built_anew_from_the_ledger(
    notes: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(notes, "a.md", "a kettle")
    open_library().close()
    (notes / "a.md").unlink()
    monkeypatch.setattr("knowledge.sync.indexing.ANALYZER_VERSION", 999)
    library = Library(notes.parent / "home", lambda name: None)
    assert names(library.searcher.search("kettle")) == ["a.md"]
    library.close()


def test_the_index_is_brought_into_memory_from_the_second_search_on(
    open_library: OpenLibrary, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed = threading.Event()
    monkeypatch.setattr("knowledge.index.index.IndexTable.warm", lambda self: warmed.set())
    (notes / "a.md").write_text("kettle\n", "utf-8")
    library = open_library()
    library.searcher.search("kettle")
    assert not warmed.wait(0.2)
    library.searcher.search("boiling kettle")
    assert warmed.wait(5)


def test_what_is_meant_in_a_conversation_is_reranked_once(
    notes: Path, open_library: OpenLibrary, reranker: WordOverlap
) -> None:
    write(notes, "a.md", "The kettle boils at noon.")
    write(notes, "b.md", "The teapot breaks at noon.")
    library = open_library(reranker=reranker)
    found = library.searcher.search("When does it?", in_context="kettle\nWhen does it?")
    assert (names(found), found.searched_for) == (["a.md"], "kettle\nWhen does it?")
    assert found.passages[0].scores.rerank is not None and len(reranker.read) == 1
