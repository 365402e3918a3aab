"""Holds what is drawn to a grammar, so that an answer is of the form that was asked for."""

import ctypes
from typing import Any

from engines.failures import GrammarInvalid
from engines.llama.model import LlamaModel
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
    """Draws with a chain of samplers what the grammar allows, as llama.cpp's common/sampling.cpp does.

    The chain draws from all tokens; only where the grammar refuses its token is the grammar put before the chain, for
    a look at a whole vocabulary takes milliseconds.
    """

    def __init__(self, api: Any, model: LlamaModel, grammar: str) -> None:
        """Raises GrammarInvalid."""
        import numpy as np

        self._api = api
        self._grammar: Any = model.grammar(grammar)
        self._all = np.zeros(model.size, dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])

    def sample(self, chain: Any, context: Any, at: int) -> int:
        """The next token. Raises GrammarInvalid where the grammar leaves none."""
        token = self._drawn(chain, context, at, held=False)
        if not self._allows(token):
            token = self._drawn(chain, context, at, held=True)
        if not self._allows(token):
            raise GrammarInvalid("It leaves the model no way to go on.")
        self._api.llama_sampler_accept(self._grammar, token)
        self._api.llama_sampler_accept(chain, token)
        return token

    def close(self) -> None:
        """Free what is native."""
        grammar, self._grammar = self._grammar, None
        if grammar is not None:
            self._api.llama_sampler_free(grammar)

    def _drawn(self, chain: Any, context: Any, at: int, *, held: bool) -> int:
        candidates = self._candidates(context, at)
        if held:
            self._api.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        self._api.llama_sampler_apply(chain, ctypes.byref(candidates))
        return int(candidates.data[candidates.selected].id)

    def _candidates(self, context: Any, at: int) -> Any:
        import numpy as np

        api, everything = self._api, self._all
        everything["id"] = np.arange(len(everything))
        everything["logit"] = np.ctypeslib.as_array(api.llama_get_logits_ith(context, at), (len(everything),))
        data = everything.ctypes.data_as(ctypes.POINTER(api.llama_token_data))
        return api.llama_token_data_array(data, len(everything), -1, False)

    def _allows(self, token: int) -> bool:
        single = self._api.llama_token_data(token, 1.0, 0.0)
        self._api.llama_sampler_apply(
            self._grammar, ctypes.byref(self._api.llama_token_data_array(ctypes.pointer(single), 1, -1, False))
        )
        return bool(single.logit != -float("inf"))
