"""Embedders that are small, fast and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class WordsEmbedder:
    """Bags of words hashed to a few numbers: texts that share words are near each other. Words have no ranks.

    `on_embed` is called before each batch. `embedded`: every text so far, questions too.
    """

    max_tokens = 256
    tokenizer_file = Path(__file__).with_name("words_tokenizer.json")

    def __init__(
        self, name: str = "words", dimensions: int = 16, on_embed: Callable[[], object] = lambda: None
    ) -> None:
        self.name, self.dimensions, self.on_embed = name, dimensions, on_embed
        self.embedded: list[str] = []
        self.closed = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.on_embed()
        self.embedded += texts
        rows = np.full((len(texts), self.dimensions), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(word.encode("utf-8", "replace")) % self.dimensions] += 1
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def embed_question(self, question: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embed([question])[0]
        return vector

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return self.embed(questions)

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        return None

    def close(self) -> None:
        self.closed = True


class RankedWordsEmbedder(WordsEmbedder):
    """Reads every word; the longer, the rarer."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]]:
        return [[2 ** min(len(word), 20)] for word in words]
