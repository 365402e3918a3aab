"""Draws the next token from what a model predicts."""

import secrets
from typing import Any

from engines.llama.model import LlamaModel
from engines.llama.writing.grammar import GrammarSampler, grammar_of
from engines.protocol import Sampling

_PENALTY_TOKENS = 64


class Sampler:
    """Draws tokens as a `Sampling` says. Penalties count the answer alone: sources are there to be quoted."""

    def __init__(self, api: Any, context: Any, model: LlamaModel, sampling: Sampling) -> None:
        """`context`: the native one that predicts. Raises GrammarInvalid."""
        grammar = grammar_of(sampling)
        self._api, self._context = api, context
        self._grammar = GrammarSampler(api, model, grammar) if grammar else None
        self._chain: Any = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        for link in self._links(sampling, model.size):
            api.llama_sampler_chain_add(self._chain, link)

    def sample(self, at: int = -1) -> int:
        """The token to follow the one at place `at` of the last batch; -1: its last. Raises GrammarInvalid."""
        if self._grammar is not None:
            return self._grammar.sample(self._chain, self._context, at)
        return int(self._api.llama_sampler_sample(self._chain, self._context, at))

    def close(self) -> None:
        """Free what is native."""
        chain, self._chain = self._chain, None
        if chain is not None:
            self._api.llama_sampler_free(chain)
        if self._grammar is not None:
            self._grammar.close()

    def _links(self, sampling: Sampling, vocabulary: int) -> list[Any]:
        api, penalty = self._api, sampling.repeat_penalty
        seed = secrets.randbits(31) if sampling.seed is None else sampling.seed & 0xFFFFFFFF
        links = []
        if penalty != 1.0:
            links.append(api.llama_sampler_init_penalties(vocabulary, _PENALTY_TOKENS, penalty, 0.0, 0.0))
        if sampling.temperature <= 0:
            return [*links, api.llama_sampler_init_greedy()]
        return [
            *links,
            api.llama_sampler_init_top_k(sampling.top_k),
            api.llama_sampler_init_top_p(sampling.top_p, 1),
            api.llama_sampler_init_min_p(sampling.min_p, 1),
            api.llama_sampler_init_temp(sampling.temperature),
            api.llama_sampler_init_dist(seed),
        ]
