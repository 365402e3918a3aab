"""Encoders that give their memory back when they are told to, and take it again when they are needed."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from assistant.models.memory_ledger import resident_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from knowledge import InstalledEmbedder, InstalledReranker


class _Model(Protocol):
    @property
    def weight_bytes(self) -> int: ...

    def close(self) -> None: ...


M = TypeVar("M", bound=_Model)


class Unloadable(Generic[M]):
    """A model that is open, or is opened again by its next user. Safe to use from any thread.

    `bytes`: what the process grew by when it was opened, tokenizer and all, or its weights where that is more.
    """

    def __init__(self, open_model: Callable[[], M]) -> None:
        """Open the model. Raises what `open_model` raises, and so does every use after `unload`."""
        self._open_model = open_model
        self._lock = Lock()
        self._users = 0
        self._is_unwanted = False
        self.bytes = 0
        self._model: M | None = self._opened()

    @contextmanager
    def use(self) -> Iterator[M]:
        """Keep the model in memory while the block runs."""
        with self._lock:
            model = self._model = self._model or self._opened()
            self._users += 1
        try:
            yield model
        finally:
            with self._lock:
                self._users -= 1
                self._close_if_unwanted()

    def unload(self) -> None:
        """Free the memory, once its present users have ended."""
        with self._lock:
            self._is_unwanted = self._model is not None
            self._close_if_unwanted()

    def _opened(self) -> M:
        before = resident_bytes()
        model = self._open_model()
        self.bytes = max(model.weight_bytes, resident_bytes() - before)
        return model

    def _close_if_unwanted(self) -> None:
        if self._is_unwanted and not self._users and self._model is not None:
            self._model.close()
            self._model, self.bytes, self._is_unwanted = None, 0, False
            _return_freed_memory()


class UnloadableEmbedder:
    """Implements knowledge.Embedder; its name and shape are known while it is unloaded."""

    def __init__(self, open_model: Callable[[], InstalledEmbedder]) -> None:
        self.held = Unloadable(open_model)
        with self.held.use() as model:
            self._name, self._dimensions, self._max_tokens = model.name, model.dimensions, model.max_tokens
            self._tokenizer_file = model.tokenizer_file

    @property
    def name(self) -> str:
        """See `Embedder`."""
        return self._name

    @property
    def dimensions(self) -> int:
        """See `Embedder`."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """See `Embedder`."""
        return self._max_tokens

    @property
    def tokenizer_file(self) -> Path | None:
        """See `Embedder`."""
        return self._tokenizer_file

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        with self.held.use() as model:
            return model.embed(texts)

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder`."""
        with self.held.use() as model:
            return model.embed_question(question)

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        with self.held.use() as model:
            return model.embed_questions(questions)

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder`."""
        with self.held.use() as model:
            return model.piece_ranks(words)

    def close(self) -> None:
        """Free the memory."""
        self.held.unload()


class UnloadableReranker:
    """Implements knowledge.Reranker; its name is known while it is unloaded."""

    def __init__(self, open_model: Callable[[], InstalledReranker]) -> None:
        self.held = Unloadable(open_model)
        with self.held.use() as model:
            self._name, self._batch_pairs = model.name, model.batch_pairs

    @property
    def name(self) -> str:
        """See `Reranker`."""
        return self._name

    @property
    def batch_pairs(self) -> int:
        """See `Reranker`."""
        return self._batch_pairs

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker`."""
        with self.held.use() as model:
            return model.scores(question, texts)

    def close(self) -> None:
        """Free the memory."""
        self.held.unload()


def _return_freed_memory() -> None:
    """Return what was freed to the system: the C library of Linux keeps it for the next request."""
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        if hasattr(c_library, "malloc_trim"):  # glibc has it, musl does not need it
            c_library.malloc_trim(0)
