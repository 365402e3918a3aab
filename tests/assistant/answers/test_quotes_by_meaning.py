"""Quotations chosen by what sentences mean, and as long as they are unsure."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.answers.quotes import best_quotes
from assistant.answers.writer import QuotesWriter
from assistant.values import PromptContext
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.passage import Passage, StageScores
from tests.assistant.samples import make_passage
from tests.embedders import WordsEmbedder

NEAR = StageScores(vector_rank=1, meaning=0.5)
FILLER = (
    "Outside it rains on the roofs of the harbour, as it has rained for most of this long and tiresome winter, and "
)
LONG = FILLER * 4
SENTENCES = (
    "Guests come by the coast road.",
    "Ferries leave the quay at dawn.",
    "The kitchen closes before midnight.",
    "Towels lie in the lower drawer.",
)


def nearest(*texts: str) -> Callable[[str, Sequence[str]], list[float]]:
    """An embedder that finds those with one of these texts near, and others far."""
    return lambda question, asked: [0.9 if any(text in one for text in texts) else 0.0 for one in asked]


def first(question: str, passages: Sequence[Passage], *near: str) -> str:
    return best_quotes(question, passages, nearest(*near))[0].citation.quote


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_near_in_meaning_is_quoted_without_a_common_word(sentence: str) -> None:
    passage = make_passage("\n\n".join(SENTENCES), scores=NEAR)
    assert first("바다 건너는 배는 언제 있나요?", [passage], sentence) == sentence


def test_passage_with_the_nearer_sentence_goes_first() -> None:
    passages = [
        make_passage("The mill stands by the old river.", path="/mill.md", scores=NEAR),
        make_passage("Its owner was a baker called Lund.", path="/owner.md", scores=NEAR),
    ]
    assert first("Who had the mill?", passages, "baker") == passages[1].text
    assert first("Who had the mill?", passages) == passages[0].text


def test_quotation_ends_where_its_sentence_is_surely_the_one() -> None:
    passage = make_passage(" ".join(SENTENCES), scores=NEAR)
    assert first("When does the boat sail?", [passage], "Ferries") == SENTENCES[1]
    assert first("When does the boat sail?", [passage], *SENTENCES) == passage.text  # any of them may be


def test_long_sentence_is_quoted_with_the_one_that_goes_on() -> None:
    passage = make_passage(f"{LONG}the mill by the river burned. It was rebuilt in 1854. Bread was sold.", scores=NEAR)
    assert "1854" in first("When was the mill by the river rebuilt?", [passage], "1854", "the mill")


def test_weaker_passage_is_not_quoted_beside_a_strong_one() -> None:
    passages = [make_passage(f"{one}", path=f"/{n}.md", scores=NEAR) for n, one in enumerate(SENTENCES)]
    question = "When do the ferries leave?"
    assert [quote.citation.quote for quote in best_quotes(question, passages, nearest("Ferries"))] == [SENTENCES[1]]
    assert len(best_quotes(question, passages, nearest(*SENTENCES))) > 1


def test_only_sentences_of_the_best_passages_found_by_meaning_are_compared() -> None:
    compared: list[str] = []

    def compare(question: str, texts: Sequence[str]) -> list[float]:
        compared.extend(texts)
        return [0.1] * len(texts)

    table = "| Mill | Owner |\n|---|---|\n| Old | Lund |\n\nThe mill is old."
    by_words = StageScores(keyword_rank=1)
    passages = [make_passage(table, path="/0", scores=NEAR), make_passage("A mill.", path="/1", scores=by_words)]
    passages += [make_passage(f"Mill number {n}.", path=f"/{n}", scores=NEAR) for n in range(2, 9)]
    best_quotes("Which mill is old?", passages, compare)
    assert compared == ["The mill is old."]


def test_stopped_answer_compares_nothing_more() -> None:
    compared: list[str] = []
    writer = QuotesWriter(meanings=lambda question, texts: compared.extend(texts) or [])  # type: ignore[func-returns-value]
    parts = writer.write("Is it open?", PromptContext((make_passage("It is open.", scores=NEAR),)))
    writer.stop()
    assert (list(parts), compared) == ([], [])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "house.md").write_text("\n\n".join(SENTENCES), "utf-8")
    return folder


def opened(notes: Path, embedder: WordsEmbedder | None) -> Library:
    library = Library(notes.parent / "home", lambda name: embedder)
    library.add_folder(notes)
    library.sync()
    return library


def test_meaning_is_highest_for_the_same_words(notes: Path) -> None:
    library = opened(notes, WordsEmbedder())
    same, other = library.searcher.meanings("towels lie", ["towels lie", "ferries leave"])
    library.close()
    assert same == pytest.approx(1.0, abs=1e-3)
    assert other < 0.9


def test_no_meaning_is_known_without_an_embedder(notes: Path) -> None:
    library = opened(notes, None)
    assert library.searcher.meanings("towels", ["Towels lie in the drawer."]) == []
    library.close()


class EnglishEmbedder(WordsEmbedder):
    def piece_ranks(self, words: Sequence[str]) -> list[list[int]]:
        return [[50] if word.isascii() else [] for word in words]


def test_no_meaning_is_known_of_a_language_that_the_embedder_cannot_read(notes: Path) -> None:
    library = opened(notes, EnglishEmbedder())
    assert library.searcher.meanings("수건은 어디에?", ["수건은 서랍에 있다."]) == []
    assert library.searcher.meanings("towels", ["Towels lie there."]) != []
    library.close()


@pytest.mark.timeout(60)  # the embedder takes a second to open
def test_sentence_that_answers_in_another_language_is_the_nearest(notes: Path) -> None:
    library = Library(
        notes.parent / "home", lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())
    )
    library.add_folder(notes)
    library.sync()
    questions = {
        "Um wie viel Uhr schließt die Küche?": SENTENCES[2],
        "キッチンは何時に閉まりますか？": SENTENCES[2],
        "¿A qué hora sale el ferry?": SENTENCES[1],
        "Где лежат полотенца?": SENTENCES[3],
    }
    near = {question: library.searcher.meanings(question, SENTENCES) for question in questions}
    library.close()
    assert {question: SENTENCES[meanings.index(max(meanings))] for question, meanings in near.items()} == questions
