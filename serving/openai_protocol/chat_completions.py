"""`/v1/chat/completions`: a persona answers with citations, or a model as it is."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from sse_starlette import ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.values import Answered, Citation, Running, Thought, Turn, Wrote
from engines import Engine, Piece, Reply, SamplingUnsupported, Usage
from errors import AppError
from knowledge import Retrieval
from serving.access import ApiKey
from serving.event_streams import event, event_stream, stepped
from serving.host import PERSONA_PREFIX, Host
from serving.openai_protocol.chat_request import ChatRequest, chat_request
from serving.openai_protocol.tool_calls import CallSplitter, ClientToolCall, read_calls
from serving.recent_chats import address_of
from serving.requests import body_of

_FINISH: Mapping[str, str] = {"length": "length"}  # of Carrel's and OpenAI's; all others are `stop`
_MARK = "[{n}]"


@dataclass(frozen=True, slots=True)
class Delta:
    """A stretch of the answer, or of the thoughts before it."""

    kind: Literal["answer", "thought"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an answer ended. `turn`: a persona's."""

    text: str
    thoughts: str
    finish: str
    usage: Usage
    model: str
    calls: tuple[ClientToolCall, ...] = ()
    turn: Turn | None = None


Answer = AsyncGenerator[Delta | Outcome]


async def chat_completions(request: Request) -> Response:
    """Answer a chat, in one piece or streamed."""
    host: Host = request.app.state.host
    key: ApiKey = request.state.key
    wanted = chat_request(await body_of(request))
    key.check_writing()
    host.turnstile.check(key.digest)
    answer = await begin(host, key, wanted)
    identity = f"chatcmpl-{uuid.uuid4().hex}"
    if wanted.stream:
        return event_stream(_chunks(host, key, answer, identity, wanted))
    async with host.turnstile.turn(key.digest), aclosing(answer):
        outcome = await ending(answer)
    return JSONResponse(completion_view(identity, outcome))


async def ending(answer: Answer) -> Outcome:
    """How an answer ends, which nobody watches."""
    async for one in answer:
        if isinstance(one, Outcome):
            return one
    raise AppError("The answer ended without a result", "Ask again; the log of Carrel may say why.")


async def begin(host: Host, key: ApiKey, wanted: ChatRequest, found: Retrieval | None = None) -> Answer:
    """The answer to a chat, which has not started. `found`: what `find_many` found for a persona's question.

    Raises what `ask` and `reply` do, AccessRefused and NotFound.
    """
    key.check_writing()
    if wanted.model.startswith(PERSONA_PREFIX) or wanted.model == "":
        return await _begin_persona(host, key, wanted, found)
    key.check_unrestricted()
    engine, reply = await host.run(lambda: _reply(host.engine(wanted.model), wanted))
    return _model_answer(host, engine, wanted, reply)


async def _begin_persona(host: Host, key: ApiKey, wanted: ChatRequest, found: Retrieval | None) -> Answer:
    persona = await host.run(lambda: host.persona_id(key, wanted.model.removeprefix(PERSONA_PREFIX)))
    history = host.chats.history(key.digest, persona, wanted.exchanges)
    ask = partial(
        host.workspace.asking.ask,
        wanted.question,
        persona=persona,
        history=history,
        folders=key.reachable(()),
        schema=wanted.schema,
        thinking=None if wanted.thinking_tokens == 0 else "on",
        found=found,
    )
    return _persona_answer(host, key, history, await host.run(ask))


async def _persona_answer(host: Host, key: ApiKey, history: Sequence[Turn], running: Running) -> Answer:
    async with aclosing(stepped(running, host.answering)) as events:
        async for one in events:
            if isinstance(one, Wrote):
                yield Delta("answer", one.text)
            elif isinstance(one, Thought):
                yield Delta("thought", one.text)
            elif isinstance(one, Answered):
                host.chats.keep(key.digest, [*history, one.turn])
                yield _outcome_of(one.turn)


def _outcome_of(turn: Turn) -> Outcome:
    return Outcome(
        text=turn.answer,
        thoughts=turn.thoughts,
        finish=turn.finish,
        usage=turn.usage,
        model=f"{PERSONA_PREFIX}{turn.persona_id}",
        turn=turn,
    )


@dataclass(slots=True)
class _Collected:
    """What a model has written so far."""

    text: str = ""
    thoughts: str = ""

    def add(self, piece: Piece) -> Delta:
        if piece.recasts:
            self.thoughts, self.text = self.thoughts + self.text, ""
        if piece.kind == "thought":
            self.thoughts += piece.text
            return Delta("thought", piece.text)
        self.text += piece.text
        return Delta("answer", piece.text)


@dataclass(frozen=True, slots=True)
class _Leased:
    """A reply of a model that stays in memory while it writes."""

    host: Host
    engine: Engine
    reply: Reply = field(repr=False)

    def __iter__(self) -> Any:
        with self.host.workspace.models.lease(self.engine):
            yield from self.reply

    def stop(self) -> None:
        self.reply.stop()


def _reply(engine: Engine, wanted: ChatRequest) -> tuple[Engine, Reply]:
    """The reply, which has not started; an engine without grammars is told the format in words alone."""
    sampling = wanted.sampling_for(engine)
    try:
        return engine, engine.reply(wanted.prompt(), sampling)
    except SamplingUnsupported:
        return engine, engine.reply(wanted.prompt(), replace(sampling, grammar=""))


async def _model_answer(host: Host, engine: Engine, wanted: ChatRequest, reply: Reply) -> Answer:
    collected, splitter = _Collected(), CallSplitter()
    async with aclosing(stepped(_Leased(host, engine, reply), host.answering)) as pieces:
        async for piece in pieces:
            delta = collected.add(piece)
            if wanted.tools is None or delta.kind == "thought":
                yield delta
            elif not wanted.tools.forced and (spoken := splitter.spoken(delta.text)):
                yield Delta("answer", spoken)
    host.metrics.counted.count_reply(reply.usage, engine.context_tokens)
    text, calls = read_calls(collected.text, wanted.tools) if wanted.tools else (collected.text, ())
    if wanted.tools and not calls and (rest := collected.text if wanted.tools.forced else splitter.rest):
        yield Delta("answer", rest)
    yield Outcome(
        text=text,
        thoughts=collected.thoughts,
        finish="tool_calls" if calls else reply.finish,
        usage=reply.usage,
        model=engine.model,
        calls=calls,
    )


async def _chunks(
    host: Host, key: ApiKey, answer: Answer, identity: str, wanted: ChatRequest
) -> AsyncGenerator[ServerSentEvent]:
    head = {"id": identity, "object": "chat.completion.chunk", "created": int(time.time()), "model": wanted.model}

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> ServerSentEvent:
        return event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    async with host.turnstile.turn(key.digest), aclosing(answer):
        yield chunk({"role": "assistant", "content": ""})
        async for one in answer:
            if isinstance(one, Delta):
                yield chunk({"content" if one.kind == "answer" else "reasoning_content": one.text})
                continue
            last = _extras(one)
            if one.calls:
                last["tool_calls"] = [{"index": n, **call.view} for n, call in enumerate(one.calls)]
            yield chunk(last, _finish(one))
            if wanted.tells_usage:
                yield event({**head, "choices": [], "usage": usage_view(one.usage)})
    yield ServerSentEvent("[DONE]")


def completion_view(identity: str, outcome: Outcome) -> dict[str, Any]:
    """A whole answer in OpenAI's form."""
    message: dict[str, Any] = {"role": "assistant", "content": outcome.text or None, **_extras(outcome)}
    if not outcome.calls:
        message["content"] = outcome.text
    if outcome.thoughts:
        message["reasoning_content"] = outcome.thoughts
    if outcome.calls:
        message["tool_calls"] = [call.view for call in outcome.calls]
    return {
        "id": identity,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": outcome.model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(outcome)}],
        "usage": usage_view(outcome.usage),
    }


def _finish(outcome: Outcome) -> str:
    return "tool_calls" if outcome.calls else _FINISH.get(outcome.finish, "stop")


def _extras(outcome: Outcome) -> dict[str, Any]:
    """Citations of a persona's answer, as annotations."""
    return {"annotations": citation_annotations(outcome.turn)} if outcome.turn else {}


def citation_annotations(turn: Turn) -> list[dict[str, Any]]:
    """The citations of an answer, each at its marks in it: file and heading as an address, and the words quoted."""
    return [
        {"type": "url_citation", "url_citation": {**_cited(citation), "start_index": at, "end_index": at + len(mark)}}
        for citation in turn.citations
        for mark in [_MARK.format(n=citation.n)]
        for at in _places(turn.answer, mark)
    ]


def _cited(citation: Citation) -> dict[str, Any]:
    return {
        "url": address_of(citation.path, citation.heading),
        "title": " › ".join([citation.path.name, *citation.heading]),
        "quote": citation.quote,
    }


def _places(answer: str, mark: str) -> list[int]:
    found, at = [], answer.find(mark)
    while at >= 0:
        found.append(at)
        at = answer.find(mark, at + 1)
    return found


def usage_view(usage: Usage) -> dict[str, Any]:
    """Token counts in OpenAI's form; `cached_tokens`: of the prompt, those that were not read again."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.prompt_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.reused_tokens},
    }
