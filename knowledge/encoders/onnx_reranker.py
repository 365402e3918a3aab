"""Question and text → a relevance logit by a BGE cross-encoder, on ONNX Runtime from the model's official files."""

from collections.abc import Sequence
from pathlib import Path

from knowledge.encoders.bert import reranking_model
from knowledge.encoders.graph import Precision
from knowledge.encoders.model_folder import ModelFolder
from knowledge.encoders.session import EncoderSession, usable_cores
from knowledge.encoders.tokens import PairTokens
from knowledge.rerank import RerankerMissing


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
