"""Holds what is drawn to a grammar, so that an answer is of the form that was asked for."""

import ctypes
from typing import Any

from engines.failures import GrammarInvalid
from engines.llama.model import LlamaModel
from engines.llama.writing.candidates import Candidates
from engines.llama.writing.json_grammar import json_grammar
from engines.protocol import Sampling


def grammar_of(sampling: Sampling) -> str:
    """The grammar in GBNF that the answer is to follow; "" for none. Raises GrammarInvalid."""
    if sampling.json_schema and sampling.grammar:
        raise GrammarInvalid("There is both a schema and a grammar. Give one of them.")
    return json_grammar(sampling.json_schema) if sampling.json_schema else sampling.grammar


def check_grammar(api: Any, model: LlamaModel, sampling: Sampling) -> None:
    """Raises GrammarInvalid when no answer can be held to what `sampling` asks for."""
    if grammar := grammar_of(sampling):
        api.llama_sampler_free(model.grammar(grammar))


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
