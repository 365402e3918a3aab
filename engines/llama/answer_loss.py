"""Measures how well a GGUF model foretells given answers, and how fast it reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from engines.chat_tokens import TokenSequence
from engines.errors import GenerationFailed
from engines.llama.bindings import llama_library
from engines.llama.model import LlamaModel


@dataclass(frozen=True, slots=True)
class AnswerLoss:
    """`loss`: the mean negative log-likelihood of a token of the answers, in nats; less is better.

    `tokens_per_second`: of whole conversations, as they are read.
    """

    loss: float
    tokens_per_second: float

    @property
    def perplexity(self) -> float:
        """The number of equally likely tokens that would be as hard to foretell; less is better."""
        return math.exp(self.loss)


def measure_answer_loss(path: Path, sequences: Sequence[TokenSequence], threads: int) -> AnswerLoss:
    """The loss of the model at `path` on each token of the answers. Raises ModelUnreadable, GenerationFailed."""
    api = llama_library().api
    total, answer_tokens, tokens, began = 0.0, 0, 0, 0.0
    model = LlamaModel(llama_library(), path)
    try:
        with _context(api, model.handle, max(map(len, sequences)), threads) as context:
            began = perf_counter()
            for one in sequences:
                total += _loss(api, context, one, model.size)
                answer_tokens, tokens = answer_tokens + one.answer_tokens, tokens + len(one)
            seconds = perf_counter() - began
    finally:
        model.close()
    return AnswerLoss(total / answer_tokens, tokens / seconds)


@contextmanager
def _context(api: Any, model: Any, tokens: int, threads: int) -> Iterator[Any]:
    parameters = api.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = parameters.n_outputs_max = tokens
    parameters.n_threads = parameters.n_threads_batch = threads
    context = api.llama_init_from_model(model, parameters)
    if not context:
        raise MemoryError
    try:
        yield context
    finally:
        api.llama_free(context)


def _loss(api: Any, context: Any, one: TokenSequence, vocabulary: int) -> float:
    """The sum of the losses of a conversation's answers, in nats."""
    api.llama_memory_clear(api.llama_get_memory(context), False)
    batch = api.llama_batch_init(len(one), 0, 1)
    try:
        batch.n_tokens = len(one)
        for at, token in enumerate(one.tokens):
            batch.token[at], batch.pos[at], batch.n_seq_id[at], batch.seq_id[at][0] = token, at, 1, 0
            batch.logits[at] = at + 1 < len(one) and one.in_answer[at + 1]
        if code := api.llama_decode(context, batch):
            raise GenerationFailed(code)
    finally:
        api.llama_batch_free(batch)
    total = 0.0
    for at in range(1, len(one)):
        if one.in_answer[at]:
            logits = np.ctypeslib.as_array(api.llama_get_logits_ith(context, at - 1), (vocabulary,)).astype(np.float64)
            highest = logits.max()
            total += float(highest + np.log(np.exp(logits - highest).sum()) - logits[one.tokens[at]])
    return total
