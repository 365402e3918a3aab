"""Draws the next token from what a model predicts."""

import secrets
from typing import TYPE_CHECKING, Any

from engines.llama.model import LlamaModel
from engines.llama.writing.candidates import Candidates
from engines.llama.writing.grammar import GrammarSampler, grammar_of
from engines.protocol import Sampling

if TYPE_CHECKING:
    from engines.llama.writing.candidates import Logits

_PENALTY_TOKENS = 64


class Sampler:
    """Draws tokens as a `Sampling` says. Penalties count the answer alone: sources are there to be quoted.

    The tokens are those that llama.cpp's chain of samplers draws from the whole vocabulary, with the same random
    numbers; it is given only those candidates that it could choose.
    """

    def __init__(self, api: Any, context: Any, model: LlamaModel, sampling: Sampling, candidates: Candidates) -> None:
        """`context`: the native one that predicts. Raises GrammarInvalid."""
        grammar = grammar_of(sampling)
        self._api, self._context, self._candidates = api, context, candidates
        self._grammar = GrammarSampler(api, model, grammar) if grammar else None
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
