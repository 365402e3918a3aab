"""Draws the next token from what a model predicts."""

import ctypes
import secrets
from typing import TYPE_CHECKING, Any

from engines.failures import GrammarInvalid
from engines.llama.model import LlamaModel
from engines.protocol import Sampling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]

_ROWS = 64  # of a vocabulary laid out as a table: 32 to 128 took the same time


class Candidates:
    """Tokens and their logits in native memory, which serves every draw of a context. For one thread.

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

    def logits(self, pointer: Any) -> "Logits":
        """What native code predicts at `pointer`, one number for each token. Valid until the next batch."""
        row: Any = self._row.from_address(ctypes.addressof(pointer.contents))
        logits: Logits = self._numpy.frombuffer(row, self._numpy.float32)
        return logits

    def take_all(self, logits: "Logits") -> None:
        """Choose from all tokens."""
        self._take(self._numpy.arange(self.size), logits)

    def take_likeliest(self, logits: "Logits", count: int) -> bool:
        """Choose from the `count` tokens of the highest logits, and possibly a few more, in the order of their ids.

        False, and nothing is chosen from, where looking for them is no shorter. The count-th highest of the maxima of
        disjoint sets of tokens is a bound: at least `count` tokens reach it, and so do the likeliest.
        """
        columns = self.size // _ROWS
        if count == 1:
            self._take(self._numpy.array([logits.argmax()]), logits)
            return True
        if columns < count:
            return False
        maxima = logits[: _ROWS * columns].reshape(_ROWS, columns).max(axis=0)
        maxima.partition(columns - count)
        ids = (logits >= maxima[columns - count]).nonzero()[0]
        self._take(ids, logits)
        return len(ids) >= count  # not where a logit is no number

    @property
    def differ(self) -> bool:
        """Whether no two logits are equal: sorting them can come to one order only."""
        logits = self._numpy.sort(self._tokens["logit"][: self._array.size])
        return bool((logits[1:] != logits[:-1]).all())

    @property
    def selected(self) -> int:
        """The token that a chain of samplers has chosen."""
        return int(self._array.data[self._array.selected].id)

    def _take(self, ids: "npt.NDArray[np.integer]", logits: "Logits") -> None:
        tokens = self._tokens[: len(ids)]
        tokens["id"], tokens["logit"] = ids, logits[ids]
        self._array.size, self._array.selected, self._array.sorted = len(ids), -1, False


def check_grammar(api: Any, model: LlamaModel, sampling: Sampling) -> None:
    """Raises GrammarInvalid when no answer can follow the grammar that `sampling` asks for."""
    if sampling.grammar:
        api.llama_sampler_free(model.grammar(sampling.grammar))


class GrammarSampler:
    """What a grammar allows next, of the tokens of a model.

    As llama.cpp's common/sampling.cpp has it, a chain draws from all tokens, and only where the grammar refuses its
    token is the grammar applied before the chain: a look at a whole vocabulary takes milliseconds.
    """

    def __init__(self, api: Any, model: LlamaModel, grammar: str) -> None:
        """Raises GrammarInvalid."""
        self._api = api
        self._grammar: Any = model.grammar(grammar)

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token."""
        single = self._api.llama_token_data(token, 1.0, 0.0)
        self._api.llama_sampler_apply(
            self._grammar, ctypes.byref(self._api.llama_token_data_array(ctypes.pointer(single), 1, -1, False))
        )
        return bool(single.logit != -float("inf"))

    def require(self, token: int) -> None:
        """Raises GrammarInvalid where not even the likeliest of the tokens that are left is allowed."""
        if not self.allows(token):
            raise GrammarInvalid("It leaves the model no way to go on.")

    def apply(self, candidates: Candidates) -> None:
        """Give the tokens that are not allowed a logit of minus infinity."""
        self._api.llama_sampler_apply(self._grammar, candidates.native)

    def accept(self, token: int) -> None:
        """Go on from a token of the answer."""
        self._api.llama_sampler_accept(self._grammar, token)

    def close(self) -> None:
        """Free what is native."""
        grammar, self._grammar = self._grammar, None
        if grammar is not None:
            self._api.llama_sampler_free(grammar)


_PENALTY_TOKENS = 64


class Sampler:
    """Draws tokens as a `Sampling` says. Penalties count the answer alone: sources are there to be quoted.

    The tokens are those that llama.cpp's chain of samplers draws from the whole vocabulary, with the same random
    numbers; it is given only those candidates that it could choose.
    """

    def __init__(self, api: Any, context: Any, model: LlamaModel, sampling: Sampling, candidates: Candidates) -> None:
        """`context`: the native one that predicts. Raises GrammarInvalid."""
        self._api, self._context, self._candidates = api, context, candidates
        self._grammar = GrammarSampler(api, model, sampling.grammar) if sampling.grammar else None
        self._penalties = _penalties(api, sampling, candidates.size)
        self._chain = _chain(api, sampling)
        self._needed = _needed(sampling)

    def sample(self, at: int = -1) -> int:
        """The token to follow the one at place `at` of the last batch; -1: its last. Raises GrammarInvalid."""
        return self.draw(self._candidates.logits(self._api.llama_get_logits_ith(self._context, at)))

    def draw(self, logits: "Logits") -> int:
        """The token to follow where these are predicted, one for each token. Raises GrammarInvalid."""
        token = self._draw_free(logits)
        if self._grammar is not None:
            if not self._grammar.allows(token):
                token = self._draw_allowed(logits, self._grammar)
            self._grammar.accept(token)
        for sampler in (self._penalties, self._chain):
            if sampler is not None:
                self._api.llama_sampler_accept(sampler, token)
        return token

    def close(self) -> None:
        """Free what is native."""
        samplers = self._chain, self._penalties
        self._chain = self._penalties = None
        for sampler in samplers:
            if sampler is not None:
                self._api.llama_sampler_free(sampler)
        if self._grammar is not None:
            self._grammar.close()

    def _draw_free(self, logits: "Logits") -> int:
        if not self._take_few(logits):
            self._candidates.take_all(logits)
            self._penalise()
        return self._chosen()

    def _draw_allowed(self, logits: "Logits", grammar: GrammarSampler) -> int:
        self._candidates.take_all(logits)
        grammar.apply(self._candidates)
        self._penalise()
        token = self._chosen()
        grammar.require(token)
        return token

    def _take_few(self, logits: "Logits") -> bool:
        """Choose from few tokens. False where that could come to another token: equals are sorted in any order."""
        if not self._needed or not self._candidates.take_likeliest(logits, self._needed):
            return False
        self._penalise()
        return self._candidates.differ

    def _penalise(self) -> None:
        if self._penalties is not None:
            self._api.llama_sampler_apply(self._penalties, self._candidates.native)

    def _chosen(self) -> int:
        self._api.llama_sampler_apply(self._chain, self._candidates.native)
        return self._candidates.selected


def _needed(sampling: Sampling) -> int:
    """How many of the likeliest tokens the chain can choose from; 0: any token.

    A penalty lowers the logits of those that it counts, so that as many others may take their places.
    """
    if sampling.repeat_penalty < 1.0:
        return 0
    penalised = _PENALTY_TOKENS if sampling.repeat_penalty != 1.0 else 0
    if sampling.temperature <= 0:
        return 1 + penalised
    return sampling.top_k + penalised if sampling.top_k > 0 else 0


def _penalties(api: Any, sampling: Sampling, vocabulary: int) -> Any:
    if sampling.repeat_penalty == 1.0:
        return None
    return api.llama_sampler_init_penalties(vocabulary, _PENALTY_TOKENS, sampling.repeat_penalty, 0.0, 0.0)


def _chain(api: Any, sampling: Sampling) -> Any:
    chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
    for link in _links(api, sampling):
        api.llama_sampler_chain_add(chain, link)
    return chain


def _links(api: Any, sampling: Sampling) -> list[Any]:
    if sampling.temperature <= 0:
        return [api.llama_sampler_init_greedy()]
    seed = secrets.randbits(31) if sampling.seed is None else sampling.seed & 0xFFFFFFFF
    return [
        api.llama_sampler_init_top_k(sampling.top_k),
        api.llama_sampler_init_top_p(sampling.top_p, 1),
        api.llama_sampler_init_min_p(sampling.min_p, 1),
        api.llama_sampler_init_temp(sampling.temperature),
        api.llama_sampler_init_dist(seed),
    ]
