"""Embedders and rerankers on ONNX Runtime, straight from a model's official files, with no torch."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import EmbedderMissing
from knowledge.encoders.bert import INPUT, embedding_model, reranking_model
from knowledge.encoders.encoder_catalogue import NO_INSTRUCTIONS, Instructions, Precision
from knowledge.encoders.encoder_folder import EncoderDamaged, EncoderFolder, PairTokens, TextTokens
from knowledge.rerank import RerankerMissing

if TYPE_CHECKING:
    import onnxruntime

# Texts of one length share a run up to this many tokens in total: beyond it, a core's cache no longer holds the
# activations and each text costs 1.3-1.4 times as much.
BATCH_TOKENS = 256


class EncoderSession:
    """Runs a graph of `knowledge.encoders.bert` over texts of any lengths. Safe to use from any thread.

    A text's numbers do not depend on the texts beside it. Each caller works on its own core too, so a question never
    waits for the texts being indexed.
    """

    def __init__(self, model: bytes, weights_file: Path, threads: int | None) -> None:
        """`weights_file`: where the graph takes them from. `threads`: cores for many texts; None: all of this process.

        Raises EncoderDamaged when the graph and the weights do not fit together.
        """
        self._session = _open(model, weights_file.parent)
        # A weight that the graph holds as a byte is not taken from the file, where it has four.
        self.weight_bytes = weights_file.stat().st_size - 3 * len(model)
        self._threads = threads or usable_cores()
        helpers = self._threads - 1
        self._helpers = ThreadPoolExecutor(helpers, thread_name_prefix="encode") if helpers else None

    def run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """float32 (texts, width): the graph's output for each list of token ids, in the order given."""
        rows = np.empty((len(ids), self._session.get_outputs()[0].shape[1]), np.float32)
        batches = deque(equal_length_batches([len(text) for text in ids]))

        def drain() -> None:
            while True:
                try:
                    batch = batches.popleft()
                except IndexError:
                    return
                texts = np.array([ids[i] for i in batch], np.int64)
                rows[batch] = self._session.run(None, {INPUT: texts})[0]

        helpers = min(self._threads, len(batches)) - 1
        running = [self._helpers.submit(drain) for _ in range(helpers)] if self._helpers else []
        drain()
        for future in running:
            if not future.cancel():  # a helper that has not begun by now is not awaited
                future.result()
        return rows

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        if self._helpers is not None:
            self._helpers.shutdown()
        del self._session


def equal_length_batches(lengths: Sequence[int], max_tokens: int = BATCH_TOKENS) -> list[list[int]]:
    """Return lists of indices into `lengths`, each of one length and at most `max_tokens` tokens, longest first.

    Every index occurs once. A text longer than `max_tokens` is alone.
    """
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        batch = batches[-1] if batches else []
        if batch and lengths[batch[0]] == lengths[i] and (len(batch) + 1) * lengths[i] <= max_tokens:
            batch.append(i)
        else:
            batches.append([i])
    return batches


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open(model: bytes, folder: Path) -> onnxruntime.InferenceSession:
    # From 1.29 on, merely importing it keeps an identity of this machine on disk and reports to its maker.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it would keep a plan of memory for every size of batch ever seen
    options.log_severity_level = 3
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, RuntimeException) as error:
        raise EncoderDamaged(folder, error) from error


class OnnxEmbedder:
    """A BERT or XLM-RoBERTa sentence embedder, from a folder in the layout of sentence-transformers.

    A text's vector does not depend on the texts embedded with it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        precision: Precision = "int8",
        instructions: Instructions = NO_INSTRUCTIONS,
        threads: int | None = None,
    ) -> None:
        """Raises EmbedderMissing, EncoderDamaged or WeightsUnreadable.

        `precision`: of the matrix products; `int8` is more than twice as fast and ranks alike, `float32` gives the
        model's own vectors. `instructions`: what the model wants before a text. `threads`: how many cores `embed` uses
        for many texts; None: all that this process may use.
        """
        model = EncoderFolder(folder.resolve())
        if not model.weights.is_file():
            raise EmbedderMissing(
                f"The embedder {model.name} is not installed.", f"Run `carrel models pull {model.name}`."
            )
        shape = model.shape()
        self._name = model.name if precision == "float32" else f"{model.name}-{precision}"
        self._instructions = instructions
        self._dimensions = shape.hidden
        self._tokens, self._tokenizer_file = TextTokens(model), model.tokenizer_file
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
        return self._session.run(self._tokens.ids([self._instructions.passage + text for text in texts]))

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder.embed_question`."""
        vector: NDArray[np.float32] = self.embed_questions([question])[0]
        return vector

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed_questions`."""
        return self._session.run(self._tokens.ids([self._instructions.question + text for text in questions]))

    @property
    def tokenizer_file(self) -> Path:
        """See `Embedder.tokenizer_file`."""
        return self._tokenizer_file

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`."""
        return self._tokens.piece_ranks(words)

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        self._session.close()


class OnnxReranker:
    """An XLM-RoBERTa or BERT classifier with one class, from a folder as the hub has it."""

    def __init__(self, folder: Path, *, precision: Precision = "float32", threads: int | None = None) -> None:
        """Raises RerankerMissing, EncoderDamaged or WeightsUnreadable.

        `precision`: of the matrix products; `float32` gives the model's own scores. `threads`: how many cores `scores`
        uses; None: all that this process may use.
        """
        model = EncoderFolder(folder.resolve())
        if not model.weights.is_file():
            raise RerankerMissing(
                f"The reranker {model.name} is not installed.", f"Run `carrel models pull {model.name}`."
            )
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
