"""A passage is found by the one sentence that answers, and a sentence is embedded once."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.library import Library
from knowledge.search import closest
from knowledge.search.closest import SentenceVectors
from tests.embedders import WordsEmbedder
from tests.knowledge.note_files import write


class Warmth(WordsEmbedder):
    """Tells texts that are about warmth, in whatever words, from all others."""

    def __init__(self) -> None:
        super().__init__("warmth", 2)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        words = [text.lower().replace(".", " ").split() for text in texts]
        warm = [sum(word in {"heating", "boiler"} for word in some) > len(some) / 8 for some in words]
        return np.array([[1.0, 0.0] if is_warm else [0.0, 1.0] for is_warm in warm], np.float32)


def test_a_sentence_that_answers_in_other_words_brings_its_passage_first(tmp_path: Path) -> None:
    filler = " ".join(f"Valley {n} keeps a mill and a chapel by the river." for n in range(9))
    write(tmp_path, "notes/apart.md", f"Room four is painted green. {filler} A boiler.")
    write(tmp_path, "notes/together.md", f"{filler} Room four has a boiler. A green door.")
    assert first(tmp_path, "Which heating does room four have?") == "together.md"


def test_sentences_are_embedded_once() -> None:
    embedder = Warmth()
    vectors = SentenceVectors(embedder)
    question = embedder.embed_question("heating")
    found = vectors.closest(question, {1: ["Heating.", "A mill."], 2: ["A mill."], 3: []})
    assert found == {1: 1.0, 2: 0.0}
    del embedder.embedded[:]
    assert vectors.closest(question, {1: ["A mill."], 2: ["A chapel."]}) == {1: 0.0, 2: 0.0}
    assert embedder.embedded == ["A chapel."]


def test_the_sentences_compared_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closest, "KEPT_SENTENCES", 2)
    embedder = Warmth()
    vectors = SentenceVectors(embedder)
    question = embedder.embed_question("heating")
    for sentence in ("One.", "Two.", "One.", "Three."):
        vectors.closest(question, {1: [sentence]})
    del embedder.embedded[:]
    vectors.closest(question, {1: ["One.", "Two."]})
    assert embedder.embedded == ["Two."]


def first(folder: Path, question: str) -> str:
    library = Library(folder / "home", lambda name: Warmth())
    library.add_folder(folder / "notes")
    library.sync()
    found = library.searcher.search(question, stages=frozenset({"vector", "keyword"}))
    library.close()
    return found.passages[0].path.name
