"""A request for a chat completion, read from OpenAI's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engines import Engine, Message, Sampling, SamplingChoice, decide, sampling_of
from serving.http_failures import RequestInvalid
from serving.openai_protocol.schema_grammar import SchemaUnsupported, grammar_of
from serving.openai_protocol.tool_calls import ToolOffer, tool_offer, tool_text
from serving.recent_chats import Exchange
from serving.requests import RequestFields

_MAX_TOKENS = 32_768
_JSON_OBJECT: Mapping[str, Any] = {"type": "object"}
_EFFORT_TOKENS: Mapping[str, int | None] = {"none": 0, "minimal": 256, "low": 1024, "medium": 4096, "high": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What a client asks for. `schema`: that the answer must follow; None: any text."""

    model: str
    messages: tuple[Message, ...]
    sampling: SamplingChoice
    stream: bool = False
    tells_usage: bool = False
    stop: tuple[str, ...] = ()
    seed: int | None = None
    thinking_tokens: int | None = 0
    schema: Mapping[str, Any] | None = None
    tools: ToolOffer | None = None

    @property
    def question(self) -> str:
        """The last message, which is a user's. Raises RequestInvalid for another."""
        if not self.messages or self.messages[-1].role != "user":
            raise RequestInvalid("The last message must be the user's", "A persona answers what it is asked.")
        return self.messages[-1].text

    @property
    def exchanges(self) -> list[Exchange]:
        """The questions before the last and their answers; messages of the system are left out."""
        found: list[Exchange] = []
        asked: list[str] = []
        for message in self.messages[:-1]:
            if message.role == "user":
                asked.append(message.text)
            elif message.role == "assistant" and asked:
                found.append(("\n\n".join(asked), message.text))
                asked = []
        return found

    def prompt(self) -> tuple[Message, ...]:
        """The messages for a model that is asked directly, with the tools and the format in words."""
        wishes = [self.tools.request] if self.tools else []
        if self.schema is not None:
            wishes.append(f"Answer with JSON alone that follows this JSON Schema:\n{json.dumps(self.schema)}")
        if not wishes:
            return self.messages
        first = [m for m in self.messages if m.role == "system"][:1]
        told = Message("system", "\n\n".join([*(m.text for m in first), *wishes]))
        return (told, *(m for m in self.messages if m not in first))

    def sampling_for(self, engine: Engine) -> Sampling:
        """The sampling: what is asked for, else what the model's files recommend."""
        whole = sampling_of(decide(self.sampling, engine.recommended))
        grammar = _grammar(self.tools.forced if self.tools and self.tools.forced else self.schema)
        return replace(whole, stop=self.stop, seed=self.seed, thinking_tokens=self.thinking_tokens, grammar=grammar)


def _grammar(schema: Mapping[str, Any] | None) -> str:
    if schema is None:
        return ""
    try:
        return grammar_of(schema)
    except SchemaUnsupported:
        return ""  # the model is told in words, and what it writes is checked


def chat_request(fields: RequestFields) -> ChatRequest:
    """Read a request. Raises RequestInvalid for what it lacks or what nothing here can do."""
    fields.integer("n", 1, 1, 1)  # one answer
    messages = fields.objects("messages")
    if not messages:
        raise RequestInvalid("`messages` is missing", "It must be a list with one message at least.")
    options = RequestFields(fields.get("stream_options", dict, {}), "stream_options.")
    return ChatRequest(
        model=fields.text("model", ""),
        messages=tuple(_message(one) for one in messages),
        sampling=_sampling(fields),
        stream=fields.get("stream", bool, False),
        tells_usage=options.get("include_usage", bool, False),
        stop=tuple(fields.texts("stop")),
        seed=fields.get("seed", int, 0) if "seed" in fields.values else None,
        thinking_tokens=_thinking(fields.text("reasoning_effort", "none")),
        schema=_schema(RequestFields(fields.get("response_format", dict, {}), "response_format.")),
        tools=tool_offer(fields),
    )


def _sampling(fields: RequestFields) -> SamplingChoice:
    values = fields.values
    limit = "max_completion_tokens" if values.get("max_completion_tokens") is not None else "max_tokens"
    given = {
        "temperature": fields.number("temperature", 0, 0, 2) if values.get("temperature") is not None else None,
        "top_p": fields.number("top_p", 1, 0.01, 1) if values.get("top_p") is not None else None,
        "max_tokens": fields.integer(limit, 1, 1, _MAX_TOKENS) if values.get(limit) is not None else None,
    }
    return SamplingChoice(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _thinking(effort: str) -> int | None:
    if effort not in _EFFORT_TOKENS:
        raise RequestInvalid(f"`reasoning_effort` cannot be {effort}", f"It is one of {', '.join(_EFFORT_TOKENS)}.")
    return _EFFORT_TOKENS[effort]


def _schema(wanted: RequestFields) -> Mapping[str, Any] | None:
    kind = wanted.text("type", "text")
    if kind == "json_object":
        return _JSON_OBJECT
    if kind == "json_schema":
        schema: Mapping[str, Any] = RequestFields(wanted.get("json_schema", dict, {}), "").get("schema", dict, {})
        return schema
    if kind != "text":
        raise RequestInvalid(f"`response_format.type` cannot be {kind}", "It is text, json_object or json_schema.")
    return None


def _message(fields: RequestFields) -> Message:
    role = fields.text("role")
    text = _text(fields)
    if role == "tool":
        return Message("user", f"<tool_response>\n{text}\n</tool_response>")
    if role == "assistant":
        return Message("assistant", "\n".join(filter(None, [text, tool_text(fields.objects("tool_calls"))])))
    if role in ("system", "developer"):
        return Message("system", text)
    if role == "user":
        return Message("user", text)
    raise RequestInvalid(f"`{fields.where}role` cannot be {role}", "It is system, user, assistant or tool.")


def _text(fields: RequestFields) -> str:
    content = fields.values.get("content")
    if content is None or isinstance(content, str):
        return content or ""
    parts = fields.objects("content")
    return "\n".join(_part(part) for part in parts)


def _part(part: RequestFields) -> str:
    if part.text("type", "text") not in ("text", "input_text", "output_text"):
        raise RequestInvalid(f"`{part.where}type` cannot be {part.text('type')}", "Models here read text alone.")
    return part.text("text", "")
