"""Text → vectors, on ONNX Runtime straight from a model's official files, with no torch."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from errors import AppError

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from knowledge.onnx_bert import BertShape
    from knowledge.onnx_graph import Precision

WEIGHTS = "model.safetensors"
# Texts of one length share a run up to this many tokens in total: beyond it, a core's cache no longer holds the
# activations and each text costs 1.3-1.4 times as much.
BATCH_TOKENS = 256
_CHARACTER_RANK = 1024  # the alphabets of a BERT vocabulary hold some 1,000 to 2,000 characters


class EmbedderMissing(AppError):
    """No folder holds the embedder's files."""


class EmbedderDamaged(AppError):
    """The embedder's files are there but cannot be used."""


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
        """float32 (dimensions,), of length 1: what to compare with the texts' vectors.

        Some models want an instruction before a question and none before a text.
        """
        ...

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, the model's own marks included: comparable with `max_tokens`."""
        ...

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked.

        For `knowledge.readability`.
        """
        ...

    def close(self) -> None:
        """Free the model's memory. The embedder cannot be used after."""
        ...


class OnnxEmbedder:
    """A BERT sentence embedder with mean pooling, from a folder in the layout of sentence-transformers.

    A text's vector does not depend on the texts embedded with it. Many threads share one session, and each run is
    single-threaded on the caller's own core, so a question never waits for the texts being indexed.
    """

    def __init__(self, folder: Path, *, precision: Precision = "int8", threads: int | None = None) -> None:
        """Raises EmbedderMissing, EmbedderDamaged or WeightsUnreadable.

        `precision`: of the matrix products; `int8` is more than twice as fast and ranks alike, `float32` gives the
        model's own vectors. `threads`: how many cores `embed` uses for many texts; None: all that this process may use.
        """
        folder = folder.resolve()  # ONNX Runtime refuses weights that lie behind a symbolic link
        shape = _read_shape(folder)
        self._name = folder.name if precision == "float32" else f"{folder.name}-{precision}"
        self._dimensions = shape.hidden
        self._max_tokens = min(shape.positions, _max_sequence(folder))
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._session = _open_session(shape, folder / WEIGHTS, precision)
        helpers = (threads or _usable_cores()) - 1
        self._helpers = ThreadPoolExecutor(helpers, thread_name_prefix="embed") if helpers else None
        self._threads = helpers + 1

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
        """Tokens of a text that are read, [CLS] and [SEP] included."""
        return self._max_tokens

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`. A text of more than `max_tokens` is read up to there."""
        import numpy as np

        from knowledge.onnx_bert import INPUT

        ids = [self._cut(encoding.ids) for encoding in self._encode(texts)]
        vectors = np.empty((len(ids), self._dimensions), np.float32)
        batches = deque(equal_length_batches([len(row) for row in ids]))

        def drain() -> None:
            for batch in _popped(batches):
                rows = np.array([ids[i] for i in batch], np.int64)
                vectors[batch] = self._session.run(None, {INPUT: rows})[0]

        self._share(drain, len(batches))
        return vectors

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder.embed_question`. This model wants no instruction."""
        vector: NDArray[np.float32] = self.embed([question])[0]
        return vector

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.token_counts`."""
        return [len(encoding.ids) for encoding in self._encode(texts)]

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`.

        A BERT vocabulary holds its marks, then single characters, then from `the` on whatever is frequent, in that
        order; None when there is no such word. A single character counts as the middle of its alphabet.
        """
        first = self._tokenizer.token_to_id("the")
        if first is None:
            return None
        unknown = self._tokenizer.token_to_id("[UNK]")
        spelled = self._tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
        return [[] if unknown in e.ids else [_rank(piece, first) for piece in e.ids] for e in spelled]

    def close(self) -> None:
        """Free the model's memory once running calls have ended."""
        if self._helpers is not None:
            self._helpers.shutdown()
        del self._session

    def _share(self, drain: Callable[[], None], batches: int) -> None:
        """Drain on this thread and on as many helpers as are free; one that has not begun by the end is not awaited."""
        helpers = min(self._threads, batches) - 1
        running = [self._helpers.submit(drain) for _ in range(helpers)] if self._helpers else []
        drain()
        for future in running:
            if not future.cancel():
                future.result()

    def _encode(self, texts: Sequence[str]) -> list[Any]:
        return self._tokenizer.encode_batch_fast(list(texts))

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self._max_tokens else [*ids[: self._max_tokens - 1], ids[-1]]


def equal_length_batches(lengths: Sequence[int], most_tokens: int = BATCH_TOKENS) -> list[list[int]]:
    """Indices into `lengths`, in lists of one length each and at most `most_tokens` tokens in total; longest first.

    Every index once. A text longer than `most_tokens` is alone.
    """
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        batch = batches[-1] if batches else []
        if batch and lengths[batch[0]] == lengths[i] and (len(batch) + 1) * lengths[i] <= most_tokens:
            batch.append(i)
        else:
            batches.append([i])
    return batches


def _rank(piece: int, first: int) -> int:
    return piece - first + 1 if piece >= first else _CHARACTER_RANK


def _popped(batches: deque[list[int]]) -> Iterator[list[int]]:
    while True:
        try:
            yield batches.popleft()
        except IndexError:
            return


def _read_shape(folder: Path) -> BertShape:
    from knowledge.onnx_bert import BertShape

    if not (folder / WEIGHTS).is_file():
        raise EmbedderMissing(f"The embedder {folder.name} is not installed.", "Run `make` to bring its files.")
    try:
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text("utf-8"))
        if not pooling.get("pooling_mode_mean_tokens"):
            raise ValueError("it does not pool by the mean of its tokens")
        return BertShape.from_config(json.loads((folder / "config.json").read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error


def _max_sequence(folder: Path) -> int:
    try:
        return int(json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no narrower class
        raise _damaged(path.parent, error) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _open_session(shape: BertShape, weights: Path, precision: Precision) -> onnxruntime.InferenceSession:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

    from knowledge.onnx_bert import bert_model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it would keep a plan of memory for every size of batch ever seen
    options.log_severity_level = 3
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights.parent))
    try:
        model = bert_model(shape, weights, precision)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, RuntimeException) as error:
        raise _damaged(weights.parent, error) from error


def _damaged(folder: Path, error: Exception) -> EmbedderDamaged:
    return EmbedderDamaged(f"The embedder {folder.name} cannot be used: {error}.", f"Delete {folder} and run `make`.")


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
