"""Text → vectors, on ONNX Runtime straight from a model's official files, with no torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import EmbedderMissing
from knowledge.encoders.bert import embedding_model
from knowledge.encoders.graph import Precision
from knowledge.encoders.model_folder import ModelFolder
from knowledge.encoders.session import EncoderSession

MOST_TOKENS = 512  # of a text: chunks are made to fit, and a longer one is too coarse to cite
_CHARACTER_RANK = 1024  # the alphabets of a BERT vocabulary hold some 1,000 to 2,000 characters


class OnnxEmbedder:
    """A BERT or XLM-RoBERTa sentence embedder, from a folder in the layout of sentence-transformers.

    A text's vector does not depend on the texts embedded with it.
    """

    def __init__(
        self, folder: Path, *, precision: Precision = "int8", instruction: str = "", threads: int | None = None
    ) -> None:
        """Raises EmbedderMissing, ModelDamaged or WeightsUnreadable.

        `precision`: of the matrix products; `int8` is more than twice as fast and ranks alike, `float32` gives the
        model's own vectors. `instruction`: what the model wants before a question. `threads`: how many cores `embed`
        uses for many texts; None: all that this process may use.
        """
        model = ModelFolder(folder.resolve())
        if not model.weights.is_file():
            raise EmbedderMissing(f"The embedder {model.name} is not installed.", f"`carrel models pull {model.name}`")
        shape = model.shape()
        self._name = model.name if precision == "float32" else f"{model.name}-{precision}"
        self._instruction = instruction
        self._dimensions = shape.hidden
        self._max_tokens = min(shape.positions, model.max_sequence(), MOST_TOKENS)
        self._tokenizer = model.tokenizer()
        graph = embedding_model(shape, model.weights, precision, model.pooling())
        self._session = EncoderSession(graph, model.path, threads)

    @property
    def name(self) -> str:
        """The folder's name, and the precision where it is not the model's own."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, the model's own marks included."""
        return self._max_tokens

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`. A text of more than `max_tokens` is read up to there."""
        return self._session.run([self._cut(encoding.ids) for encoding in self._encode(texts)])

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder.embed_question`."""
        vector: NDArray[np.float32] = self.embed([self._instruction + question])[0]
        return vector

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.token_counts`."""
        return [len(encoding.ids) for encoding in self._encode(texts)]

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`.

        A BERT vocabulary holds its marks, then single characters, then from `the` on whatever is frequent, in that
        order; a single character counts as the middle of its alphabet. None for other vocabularies: XLM-RoBERTa's
        was made of a hundred languages and reads them all.
        """
        first, unknown = self._tokenizer.token_to_id("the"), self._tokenizer.token_to_id("[UNK]")
        if first is None or unknown is None:
            return None
        spelled = self._tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
        return [[] if unknown in e.ids else [_rank(piece, first) for piece in e.ids] for e in spelled]

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        self._session.close()

    def _encode(self, texts: Sequence[str]) -> list[Any]:
        return self._tokenizer.encode_batch_fast(list(texts))

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self._max_tokens else [*ids[: self._max_tokens - 1], ids[-1]]


def _rank(piece: int, first: int) -> int:
    return piece - first + 1 if piece >= first else _CHARACTER_RANK
