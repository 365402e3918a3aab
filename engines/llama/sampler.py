"""Samples the next token from the logits of a model."""

from __future__ import annotations

import ctypes
import secrets
from typing import TYPE_CHECKING, Any

from engines.errors import GrammarInvalid
from engines.llama.model import LlamaModel
from engines.protocol import Sampling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]

_ROWS = 64  # of a vocabulary laid out as a table: 32 to 128 took the same time


class Candidates:
    """Tokens and their logits in native memory, reused for every token of a context. For one thread.

    `native`: a llama_token_data_array, for samplers to be applied to. `size`: tokens in the vocabulary.
    """

    def __init__(self, api: Any, size: int) -> None:
        """Allocate 12 bytes for each token."""
        import numpy as np

        self._numpy, self.size = np, size
        self._row = ctypes.c_float * size
        self._tokens = np.zeros(size, dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        data = self._tokens.ctypes.data_as(ctypes.POINTER(api.llama_token_data))
        self._array = api.llama_token_data_array(data, size, -1, False)
        self.native = ctypes.byref(self._array)

    def logits(self, pointer: Any) -> Logits:
        """The native logits at `pointer`, one for each token. Valid until the next batch."""
        row: Any = self._row.from_address(ctypes.addressof(pointer.contents))
        logits: Logits = self._numpy.frombuffer(row, self._numpy.float32)
        return logits

    def select_all(self, logits: Logits) -> None:
        """Make all tokens candidates."""
        self._set(self._numpy.arange(self.size), logits)

    def select_top(self, logits: Logits, count: int) -> bool:
        """Make the `count` tokens of the highest logits candidates, and possibly a few more, in the order of their ids.

        False, and the candidates are undefined, where finding them is no faster. The count-th highest of the maxima of
        disjoint sets of tokens is a bound: at least `count` tokens reach it, and so do the likeliest.
        """
        columns = self.size // _ROWS
        if count == 1:
            self._set(self._numpy.array([logits.argmax()]), logits)
            return True
        if columns < count:
            return False
        maxima = logits[: _ROWS * columns].reshape(_ROWS, columns).max(axis=0)
        maxima.partition(columns - count)
        ids = (logits >= maxima[columns - count]).nonzero()[0]
        self._set(ids, logits)
        return len(ids) >= count  # false where a logit is NaN

    @property
    def all_distinct(self) -> bool:
        """True if no two logits are equal, so that sorting them has one result only."""
        logits = self._numpy.sort(self._tokens["logit"][: self._array.size])
        return bool((logits[1:] != logits[:-1]).all())

    @property
    def selected(self) -> int:
        """The token that a sampler chain has chosen."""
        return int(self._array.data[self._array.selected].id)

    def _set(self, ids: npt.NDArray[np.integer], logits: Logits) -> None:
        tokens = self._tokens[: len(ids)]
        tokens["id"], tokens["logit"] = ids, logits[ids]
        self._array.size, self._array.selected, self._array.sorted = len(ids), -1, False


def check_grammar(api: Any, model: LlamaModel, sampling: Sampling) -> None:
    """Check the grammar of `sampling`. Raises GrammarInvalid."""
    if sampling.grammar:
        api.llama_sampler_free(model.grammar(sampling.grammar))


class GrammarSampler:
    """The state of a grammar within an answer.

    As in llama.cpp's common/sampling.cpp, a chain samples from all tokens, and only where the grammar refuses its
    token is the grammar applied before the chain: checking a whole vocabulary takes milliseconds.
    """

    def __init__(self, api: Any, model: LlamaModel, grammar: str) -> None:
        """Raises GrammarInvalid."""
        self._api = api
        self._grammar: Any = model.grammar(grammar)

    def allows(self, token: int) -> bool:
        """True if the answer may continue with this token."""
        single = self._api.llama_token_data(token, 1.0, 0.0)
        self._api.llama_sampler_apply(
            self._grammar, ctypes.byref(self._api.llama_token_data_array(ctypes.pointer(single), 1, -1, False))
        )
        return bool(single.logit != -float("inf"))

    def require(self, token: int) -> None:
        """Check the token that was sampled from the allowed ones: there may be none. Raises GrammarInvalid."""
        if not self.allows(token):
            raise GrammarInvalid("It leaves the model no way to continue its answer.")

    def apply(self, candidates: Candidates) -> None:
        """Set the logits of refused candidates to minus infinity."""
        self._api.llama_sampler_apply(self._grammar, candidates.native)

    def accept(self, token: int) -> None:
        """Advance by a token of the answer."""
        self._api.llama_sampler_accept(self._grammar, token)

    def close(self) -> None:
        """Free the native memory."""
        grammar, self._grammar = self._grammar, None
        if grammar is not None:
            self._api.llama_sampler_free(grammar)


_PENALTY_TOKENS = 64


class Sampler:
    """Samples tokens as a `Sampling` says. Penalties count the answer alone: sources are there to be quoted.

    The tokens are those that llama.cpp's sampler chain draws from the whole vocabulary, with the same random numbers;
    the chain is given only those candidates that it could choose.
    """

    def __init__(self, api: Any, context: Any, model: LlamaModel, sampling: Sampling, candidates: Candidates) -> None:
        """`context`: the native one whose logits are sampled. Raises GrammarInvalid."""
        self._api, self._context, self._candidates = api, context, candidates
        self._grammar = GrammarSampler(api, model, sampling.grammar) if sampling.grammar else None
        self._penalties = _penalties(api, sampling, candidates.size)
        self._chain = _chain(api, sampling)
        self._needed = _needed(sampling)

    def sample(self, at: int = -1) -> int:
        """Sample the token after the one at index `at` of the last batch; -1: its last. Raises GrammarInvalid."""
        return self.draw(self._candidates.logits(self._api.llama_get_logits_ith(self._context, at)))

    def draw(self, logits: Logits) -> int:
        """Sample a token from logits, one for each token of the vocabulary. Raises GrammarInvalid."""
        if not self._select_few(logits):
            self._candidates.select_all(logits)
            self._penalize()
        token = self._choose()
        if self._grammar is not None:
            if not self._grammar.allows(token):
                self._candidates.select_all(logits)
                self._grammar.apply(self._candidates)
                self._penalize()
                token = self._choose()
                self._grammar.require(token)
            self._grammar.accept(token)
        for sampler in (self._penalties, self._chain):
            if sampler is not None:
                self._api.llama_sampler_accept(sampler, token)
        return token

    def close(self) -> None:
        """Free the native memory."""
        samplers = self._chain, self._penalties
        self._chain = self._penalties = None
        for sampler in samplers:
            if sampler is not None:
                self._api.llama_sampler_free(sampler)
        if self._grammar is not None:
            self._grammar.close()

    def _select_few(self, logits: Logits) -> bool:
        """Make few tokens candidates. False where that may change the result: equal logits are sorted in any order."""
        if not self._needed or not self._candidates.select_top(logits, self._needed):
            return False
        self._penalize()
        return self._candidates.all_distinct

    def _penalize(self) -> None:
        if self._penalties is not None:
            self._api.llama_sampler_apply(self._penalties, self._candidates.native)

    def _choose(self) -> int:
        self._api.llama_sampler_apply(self._chain, self._candidates.native)
        return self._candidates.selected


def _needed(sampling: Sampling) -> int:
    """The number of likeliest tokens that the chain can choose from; 0: any token.

    A penalty lowers the logits of those that it counts, so that as many others may take their places.
    """
    if sampling.repeat_penalty < 1.0:
        return 0
    penalized = _PENALTY_TOKENS if sampling.repeat_penalty != 1.0 else 0
    if sampling.temperature <= 0:
        return 1 + penalized
    return sampling.top_k + penalized if sampling.top_k > 0 else 0


def _penalties(api: Any, sampling: Sampling, vocabulary: int) -> Any:
    if sampling.repeat_penalty == 1.0:
        return None
    return api.llama_sampler_init_penalties(vocabulary, _PENALTY_TOKENS, sampling.repeat_penalty, 0.0, 0.0)


def _chain(api: Any, sampling: Sampling) -> Any:
    if sampling.temperature <= 0:
        samplers = [api.llama_sampler_init_greedy()]
    else:
        seed = secrets.randbits(31) if sampling.seed is None else sampling.seed & 0xFFFFFFFF
        samplers = [
            api.llama_sampler_init_top_k(sampling.top_k),
            api.llama_sampler_init_top_p(sampling.top_p, 1),
            api.llama_sampler_init_min_p(sampling.min_p, 1),
            api.llama_sampler_init_temp(sampling.temperature),
            api.llama_sampler_init_dist(seed),
        ]
    chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
    for sampler in samplers:
        api.llama_sampler_chain_add(chain, sampler)
    return chain
