"""The interface of embedders, which turn texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from errors import AppError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EmbedderMissing(AppError):
    """No folder has the embedder's files."""


class Embedder(Protocol):
    """Text → vectors that are near when meanings are near. Every method may be called from any thread."""

    @property
    def name(self) -> str:
        """The model's name: vectors of different names are not comparable."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, the model's own marks included; what follows is ignored."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (texts, dimensions), in the order of `texts`, each row of length 1; the dot product is the cosine."""
        ...

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """float32 (dimensions,), of length 1, comparable with the texts' vectors.

        Some models need an instruction before a question and none before a text.
        """
        ...

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """float32 (questions, dimensions): the vector of each, as `embed_question` gives it, in less time together."""
        ...

    @property
    def tokenizer_file(self) -> Path | None:
        """The `tokenizer.json` that counts a text's tokens as `max_tokens` does; None: they are estimated.

        The parser's process, which cuts documents into chunks, reads it.
        """
        ...

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked.

        See `knowledge.search.fuse`.
        """
        ...

    def close(self) -> None:
        """Free the model's memory. The embedder cannot be used after."""
        ...
