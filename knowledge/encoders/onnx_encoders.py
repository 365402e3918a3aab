"""Text → vectors, on ONNX Runtime straight from a model's official files, with no torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import EmbedderMissing
from knowledge.encoders.bert import embedding_model, reranking_model
from knowledge.encoders.encoder_folder import ModelFolder
from knowledge.encoders.graph import Precision
from knowledge.encoders.session import EncoderSession, usable_cores
from knowledge.encoders.tokens import PairTokens, TextTokens
from knowledge.rerank import RerankerMissing


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
        self._tokens = TextTokens(model)
        graph = embedding_model(shape, model.weights, precision, model.pooling())
        self._session = EncoderSession(graph, model.weights, threads)

    @property
    def name(self) -> str:
        """The folder's name, and the precision where it is not the model's own."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return self._dimensions

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        return self._session.weight_bytes

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, the model's own marks included."""
        return self._tokens.max_tokens

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`. A text of more than `max_tokens` is read up to there."""
        return self._session.run(self._tokens.ids(texts))

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder.embed_question`."""
        vector: NDArray[np.float32] = self.embed([self._instruction + question])[0]
        return vector

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.token_counts`."""
        return self._tokens.counts(texts)

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`."""
        return self._tokens.piece_ranks(words)

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        self._session.close()


class OnnxReranker:
    """An XLM-RoBERTa or BERT classifier with one class, from a folder as the hub has it."""

    def __init__(self, folder: Path, *, precision: Precision = "float32", threads: int | None = None) -> None:
        """Raises RerankerMissing, ModelDamaged or WeightsUnreadable.

        `precision`: of the matrix products; `float32` gives the model's own scores. `threads`: how many cores `scores`
        uses; None: all that this process may use.
        """
        model = ModelFolder(folder.resolve())
        if not model.weights.is_file():
            raise RerankerMissing(f"The reranker {model.name} is not installed.", f"`carrel models pull {model.name}`")
        shape = model.shape()
        self._name = model.name if precision == "float32" else f"{model.name}-{precision}"
        self._tokens = PairTokens(model)
        self._batch_pairs = threads or usable_cores()
        self._session = EncoderSession(reranking_model(shape, model.weights, precision), model.weights, threads)

    @property
    def name(self) -> str:
        """The folder's name, and the precision where it is not the model's own."""
        return self._name

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        return self._session.weight_bytes

    @property
    def batch_pairs(self) -> int:
        """One pair for each core."""
        return self._batch_pairs

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker.scores`. A text is read as far as the model's window has room behind the question."""
        logits: list[float] = self._session.run(self._tokens.ids(question, texts))[:, 0].tolist()
        return logits

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        self._session.close()
