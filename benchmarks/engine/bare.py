"""llama.cpp with nothing around it: what the engine is compared with."""

import os
import random
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from engines.llama.bindings import llama_library

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Bare:
    """One context of `window` tokens on the low-level bindings; `batch`: tokens of one call, `ubatch`: of one graph.

    `library`: a file; None: the best that is installed.
    """

    def __init__(
        self,
        model: Path,
        *,
        window: int,
        threads: int,
        batch: int = 512,
        ubatch: int = 128,
        library: Path | None = None,
    ) -> None:
        self._library = llama_library(library)  # with its log
        api = self._library.api
        self._api: Any = api
        self._model = api.llama_model_load_from_file(os.fsencode(model), api.llama_model_default_params())
        parameters = api.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_ubatch = window, batch, ubatch
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = 0
        parameters.no_perf = True
        self._context = api.llama_init_from_model(self._model, parameters)
        self._memory = api.llama_get_memory(self._context)
        self._batch = batch
        self._random = random.Random(0)
        self._vocabulary = int(api.llama_vocab_n_tokens(api.llama_model_get_vocab(self._model)))

    def tokens(self, count: int) -> list[int]:
        """Any tokens."""
        return [self._random.randrange(100, self._vocabulary) for _ in range(count)]

    def seconds_to_read(self, tokens: Sequence[int], after: int = 0) -> float:
        """Reads `tokens` after the first `after` that are in memory, in as few calls as the batch allows."""
        self._api.llama_memory_seq_rm(self._memory, 0, after, -1)
        begun = perf_counter()
        for start in range(0, len(tokens), self._batch):
            part = tokens[start : start + self._batch]
            array = (self._api.llama_token * len(part))(*part)
            if self._api.llama_decode(self._context, self._api.llama_batch_get_one(array, len(part))):
                raise SystemExit("llama_decode failed")
        self._api.llama_synchronize(self._context)
        seconds = perf_counter() - begun
        self._library.release_threads()  # otherwise the engine that it is compared with would be slower for it
        return seconds

    def close(self) -> None:
        """Free it."""
        self._api.llama_free(self._context)
        self._api.llama_model_free(self._model)


def letters(count: int, seed: int) -> str:
    """Text of `count` tokens in the random model's vocabulary, where each letter is one."""
    drawn = random.Random(seed)
    return "".join(drawn.choice(LETTERS) for _ in range(count))
