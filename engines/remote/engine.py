"""The remote engine: any server with OpenAI's chat completions, streamed."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from engines.engine_settings import RemoteSettings
from engines.errors import PromptEmpty, PromptTooLong, SamplingUnsupported, ServerRefused, ThinkingUnlimited
from engines.markers import break_markers
from engines.protocol import Message, Reply, Sampling
from engines.remote.client import CancelToken, RejectedError, RemoteClient
from engines.remote.reply import EmptyReply, RemoteReply, without_surrogates
from engines.remote.server_load import requests_told
from engines.repetition import end_repetition
from engines.sampling_choice import SamplingChoice
from engines.thoughts import thought_room
from network import Connections

# Prose, German, Chinese and code: bytes per token on these approximate those on real documents.
SAMPLE = (
    "The desk by the window is older than the house; nobody remembers who had it carried up the stairs in 1931. "
    "Die Bestellung wurde am 3. März geprüft und freigegeben. 合同自双方签字之日起生效，有效期为三年。 "
    "def total(rows: list[Row]) -> float:\n    return sum(row.price * row.count for row in rows)\n"
)
_SAFETY = 1.15  # other texts take a few more tokens than the sample; counting too many costs room, too few the answer
_UNMEASURED = 1 / 3  # tokens per byte: more than common tokenizers produce from prose, about as many as from code
_AROUND = len("<|im_start|>assistant\n<|im_end|>\n")  # bytes that ChatML puts around a message


class TokenEstimate:
    """Estimates token counts, rather too high. `sample_tokens`: the server's count of SAMPLE; None: unknown."""

    def __init__(self, sample_tokens: int | None) -> None:
        measured = sample_tokens / _bytes(SAMPLE) * _SAFETY if sample_tokens else _UNMEASURED
        self._tokens_per_byte = measured

    def of_text(self, text: str) -> int:
        """Tokens of a text; 0 only for the empty one."""
        return math.ceil(_bytes(text) * self._tokens_per_byte)

    def of_prompt(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole prompt, with a template around its messages."""
        around = _AROUND * (len(messages) + 1)
        return math.ceil((sum(_bytes(message.text) for message in messages) + around) * self._tokens_per_byte)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


_CONTINUE = (
    "Your answer was cut off. Go on with it exactly where it stops, in the same language and format. Repeat nothing, "
    "and say nothing about this message."
)
_WINDOW_TOKENS = 8192  # if neither the settings nor the server tell
_MAX_WINDOW_TOKENS = 1 << 31
_MAX_MODELS, _MAX_NAME_CHARACTERS = 10_000, 300  # of a server's list: a router of many providers has some thousand
_CHAT, _METRICS = "/v1/chat/completions", "/metrics"
_METRICS_SECONDS = 5.0
# Parameters beyond OpenAI's own, by the name that a server gives itself in its list of models.
_EXTRA: Mapping[str, Mapping[str, str]] = {
    "vllm": {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
    "llamacpp": {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repeat_penalty"},
}


_TOLD = frozenset({"vllm", "llamacpp", "sglang"})  # makers whose servers pass on variables of chat templates
_GPT_OSS = "gpt-oss"  # always thinks, more or less


def _thinking(maker: str, model: str, thinks: bool) -> dict[str, Any]:
    """The fields that tell a server whether its model may think; none where it could refuse them."""
    if maker not in _TOLD:
        return {}
    values: dict[str, object] = {"enable_thinking": thinks, "thinking": thinks}
    effort = {"reasoning_effort": "medium" if thinks else "low"} if _GPT_OSS in model.lower() else {}
    if maker == "vllm":
        return {"chat_template_kwargs": values, **effort}
    return {"chat_template_kwargs": {**values, **effort}}


def _unmarked(message: Message) -> str:
    """The text with role markers broken: a server's template is unknown, and it drops the thoughts of answers."""
    return break_markers(message.text, thoughts=message.role != "assistant")


def _go_on(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What continues an answer that the messages end with: the protocol has no way but to ask for it."""
    return (Message("user", _CONTINUE),) if messages and messages[-1].role == "assistant" else ()


class RemoteEngine:
    """A model on a server; see `Engine`. All questions leave this machine."""

    def __init__(self, settings: RemoteSettings, connections: Connections, key: str = "") -> None:
        """Ask the server for its models. `key`: from `engines.remote.server.find_key`.

        Raises AddressRefused, ServerUnreachable, ServerRefused, Offline.
        """
        self._client = RemoteClient(settings, connections, key)
        self._answer_seconds = settings.answer_seconds
        entry = self._find_model(settings.model)
        self._model, self._is_named = str(entry["id"]), bool(settings.model)
        self._maker = str(entry.get("owned_by", "")).lower()
        window = entry.get("max_model_len")
        told = window if isinstance(window, int) and 0 < window < _MAX_WINDOW_TOKENS else _WINDOW_TOKENS
        self._context_tokens = settings.context_tokens or told
        self._estimate = TokenEstimate(self._count_sample())
        self._running = weakref.WeakSet[RemoteReply]()
        self._closed = self._has_thought = False

    @property
    def name(self) -> str:
        """`remote`."""
        return "remote"

    @property
    def model(self) -> str:
        """The model and the machine that it runs on."""
        return f"{without_surrogates(self._model)} at {self._client.address.host}"

    @property
    def served_model(self) -> str:
        """The server's name for the model."""
        return without_surrogates(self._model)

    @property
    def is_named(self) -> bool:
        """True if the settings name the model; else it is the first that the server has."""
        return self._is_named

    @property
    def recommended(self) -> SamplingChoice:
        """None: the server has defaults of its own, but does not tell them."""
        return SamplingChoice()

    @property
    def context_tokens(self) -> int:
        """The window: the settings', or the server's."""
        return self._context_tokens

    @property
    def keeps_thoughts(self) -> bool:
        """False: no server is sent any."""
        return False

    def count_tokens(self, text: str) -> int:
        """An estimate of the tokens of a text, rather too high. Nothing is sent to the server for it."""
        self._require_open()
        return self._estimate.of_text(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate of the tokens of a whole prompt, rather too high."""
        self._require_open()
        return self._estimate.of_prompt(messages)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message. The server has its own cache, so `keep` changes nothing.

        The iteration raises ServerUnreachable, ServerRefused, Offline, and PromptTooLong where only the server knows.
        """
        self.check(messages, sampling)
        thoughts = 0
        if sampling.thinks or self._has_thought:
            thoughts = thought_room(sampling, "", max(0, self._context_tokens - self._estimate.of_prompt(messages)))
        body = self._body(messages, sampling, sampling.max_tokens + thoughts)

        def ask(token: CancelToken, read: Callable[[Iterator[bytes]], None]) -> None:
            self._ask(body, token, read)

        most, host = sampling.max_tokens + thoughts, self._client.address.host
        reply = RemoteReply(host, ask, sampling.max_tokens, most, self._note_thought)
        self._running.add(reply)
        return end_repetition(reply, sampling)

    def check(self, messages: Sequence[Message], sampling: Sampling) -> None:
        """Raises what `reply` does, and begins nothing."""
        if sampling.thinking_tokens:
            raise ThinkingUnlimited("A server")
        if sampling.grammar:
            raise SamplingUnsupported("A server")
        self._check_prompt(messages)

    def requests_told(self) -> int | None:
        """The requests that the server runs and that wait for it; None where it does not tell.

        Raises ServerUnreachable, AddressRefused, Offline.
        """
        try:
            text = self._client.whole("GET", _METRICS, None, "how busy the server is", _METRICS_SECONDS)
        except (RejectedError, ServerRefused):
            return None
        return requests_told(text.decode("utf-8", "replace"))

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> EmptyReply:
        """Compute nothing: no question leaves this machine before it has been asked."""
        self._check_prompt(messages)
        return EmptyReply()

    def forget(self, messages: Sequence[Message]) -> None:
        """Do nothing: no chat is cached here, and the server's cache is out of reach."""

    def memory(self) -> Mapping[str, int]:
        """Nothing: the model is in the memory of another machine."""
        return {}

    def close(self) -> None:
        """End what runs. Any number of times; the engine cannot be used after."""
        self._closed = True
        for reply in tuple(self._running):
            reply.stop()

    def _note_thought(self) -> None:
        """From now on leave room for thoughts: the model may think although it was told not to."""
        self._has_thought = True

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the engine has been closed")

    def _check_prompt(self, messages: Sequence[Message]) -> None:
        self._require_open()
        if not messages:
            raise PromptEmpty
        # The estimate errs by a fifth or so: at twice the window there is no doubt.
        if (tokens := self._estimate.of_prompt(messages)) > 2 * self._context_tokens:
            raise PromptTooLong(tokens, self._context_tokens)

    def _body(self, messages: Sequence[Message], sampling: Sampling, max_tokens: int) -> dict[str, Any]:
        extra = {name: getattr(sampling, field) for field, name in _EXTRA.get(self._maker, {}).items()}
        body = {
            "model": self._model,
            "messages": [{"role": one.role, "content": _unmarked(one)} for one in (*messages, *_go_on(messages))],
            "stream": True,
            "stream_options": {"include_usage": True, **({"continuous_usage_stats": True} if extra else {})},
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": max_tokens,
            **extra,
            **_thinking(self._maker, self._model, sampling.thinks),
        }
        if sampling.seed is not None:
            body["seed"] = sampling.seed
        if stops := [stop for stop in sampling.stop if stop]:
            body["stop"] = stops
        return body

    def _ask(self, body: dict[str, Any], token: CancelToken, read: Callable[[Iterator[bytes]], None]) -> None:
        try:
            purpose, seconds = f"question to {self._model}", self._answer_seconds
            with self._client.answer("POST", _CHAT, body, purpose, token, seconds) as received:
                read(received)
        except RejectedError as rejected:
            if "chat_template" in rejected.message and "chat_template_kwargs" in body:  # as vLLM of Mistral's own form
                return self._ask(_without(body, "chat_template_kwargs"), token, read)
            if not _is_too_long(rejected):
                raise rejected.refused from rejected
            if "max_tokens" in body:
                # vLLM refuses more than fits; without a number it writes as much as does.
                return self._ask(_without(body, "max_tokens"), token, read)
            counted = rejected.details.get("n_prompt_tokens")
            if not isinstance(counted, int):
                counted = self._estimate.of_prompt([Message(one["role"], one["content"]) for one in body["messages"]])
            raise PromptTooLong(max(counted, self._context_tokens + 1), self._context_tokens) from rejected

    def _find_model(self, wanted: str) -> Mapping[str, Any]:
        """The server's entry for the model. A server that lists nothing is trusted to have it."""
        host = self._client.address.host
        try:
            listing = self._client.json("GET", "/v1/models", None, "which models the server has")
        except RejectedError as rejected:
            if rejected.status == 404 and wanted:
                return {"id": wanted}
            raise rejected.refused from rejected
        listed = listing.get("data") if isinstance(listing, dict) else None
        if not isinstance(listed, list):
            raise self._client.not_understood()
        named = [one for one in listed[:_MAX_MODELS] if isinstance(one, dict) and isinstance(one.get("id"), str)]
        entries = {one["id"]: one for one in named if 0 < len(one["id"]) <= _MAX_NAME_CHARACTERS}
        if not entries:
            raise ServerRefused(f"{host} has no model", "Start it with one.")
        if wanted and wanted not in entries:
            names = get_close_matches(wanted, entries, cutoff=0) or list(entries)
            raise ServerRefused(f"{host} does not have the model {wanted}", f"It has {', '.join(names[:5])}.")
        return entries[wanted] if wanted else next(iter(entries.values()))

    def _count_sample(self) -> int | None:
        """The tokens of SAMPLE if the server counts them, as vLLM and llama.cpp do."""
        body = {"model": self._model, "prompt": SAMPLE, "content": SAMPLE}
        try:
            counted = self._client.json("POST", "/tokenize", body, "how the model counts tokens")
        except (RejectedError, ServerRefused):
            return None
        tokens = counted.get("tokens") if isinstance(counted, dict) else None
        return len(tokens) if isinstance(tokens, list) else None


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _is_too_long(rejected: RejectedError) -> bool:
    """True if prompt and answer do not fit: OpenAI and vLLM call it context length, llama.cpp context size."""
    text = f"{rejected.message} {rejected.details.get('code')} {rejected.details.get('type')}".lower()
    return rejected.status in (400, 413, 422) and any(
        words in text for words in ("context length", "context_length", "context size", "exceed_context", "max_tokens")
    )
