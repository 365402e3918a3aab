"""`/v1/responses`: OpenAI's newer form of a chat, over the same answers."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from sse_starlette import ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from serving.access import ApiKey
from serving.event_streams import event, event_stream
from serving.host import Host
from serving.openai_protocol.chat_completions import Answer, Delta, Outcome, begin, citation_annotations, ending
from serving.openai_protocol.chat_request import ChatRequest, chat_request
from serving.requests import RequestFields, body_of


async def responses(request: Request) -> Response:
    """Answer, in one piece or as OpenAI's events."""
    host: Host = request.app.state.host
    key: ApiKey = request.state.key
    fields = await body_of(request)
    wanted = chat_of(fields)
    key.check_writing()
    host.turnstile.check(key.digest)
    answer = await begin(host, key, wanted)
    identity = f"resp_{uuid.uuid4().hex}"
    if wanted.stream:
        return event_stream(_events(host, key, answer, identity, wanted.model))
    async with host.turnstile.turn(key.digest), aclosing(answer):
        outcome = await ending(answer)
    return JSONResponse(response_view(identity, outcome))


def chat_of(fields: RequestFields) -> ChatRequest:
    """The request as one for a chat completion. Raises RequestInvalid."""
    values = fields.values
    given = values.get("input")
    messages = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if isinstance(messages, list):
        messages = [_message(one) if isinstance(one, dict) else one for one in messages]
    if instructions := fields.text("instructions", ""):
        messages = [{"role": "system", "content": instructions}, *(messages or ())]
    shape = RequestFields(fields.get("text", dict, {}), "text.").get("format", dict, {})
    reasoning = RequestFields(fields.get("reasoning", dict, {}), "reasoning.")
    tools = [{"type": "function", "function": one} for one in values.get("tools") or () if isinstance(one, dict)]
    chat = {
        **{name: values[name] for name in ("model", "stream", "temperature", "top_p", "tool_choice") if name in values},
        "messages": messages,
        "max_tokens": values.get("max_output_tokens"),
        "reasoning_effort": reasoning.text("effort", "none"),
        "response_format": {**shape, "json_schema": {"schema": shape.get("schema")}} if shape.get("schema") else shape,
        "tools": tools,
    }
    return chat_request(RequestFields(chat))


def _message(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A chat message of an item of the input."""
    if item.get("type") == "function_call_output":
        return {"role": "tool", "content": item.get("output")}
    if item.get("type") == "function_call":
        call = {"function": {"name": item.get("name"), "arguments": item.get("arguments")}}
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    return item


async def _events(
    host: Host, key: ApiKey, answer: Answer, identity: str, model: str
) -> AsyncGenerator[ServerSentEvent]:
    number = 0

    def told(kind: str, **values: object) -> ServerSentEvent:
        nonlocal number
        number += 1
        return event({"type": kind, "sequence_number": number - 1, **values}, kind)

    item = f"msg_{identity.removeprefix('resp_')}"
    place = {"item_id": item, "output_index": 0, "content_index": 0}
    begun = {"id": identity, "object": "response", "created_at": int(time.time()), "model": model, "output": []}
    async with host.turnstile.turn(key.digest), aclosing(answer):
        yield told("response.created", response={**begun, "status": "in_progress"})
        async for one in answer:
            if isinstance(one, Delta):
                kind = "response.output_text.delta" if one.kind == "answer" else "response.reasoning_text.delta"
                yield told(kind, delta=one.text, **place)
                continue
            whole = response_view(identity, one)
            yield told("response.output_text.done", text=one.text, **place)
            for n, output in enumerate(whole["output"]):
                yield told("response.output_item.done", output_index=n, item=output)
            yield told("response.completed", response=whole)


def response_view(identity: str, outcome: Outcome) -> dict[str, Any]:
    """A whole answer in OpenAI's form."""
    usage, cut = outcome.usage, outcome.finish == "length"
    return {
        "id": identity,
        "object": "response",
        "created_at": int(time.time()),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": outcome.model,
        "output": _outputs(identity, outcome),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": usage.prompt_tokens,
            "input_tokens_details": {"cached_tokens": usage.reused_tokens},
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.prompt_tokens + usage.output_tokens,
        },
    }


def _outputs(identity: str, outcome: Outcome) -> list[dict[str, Any]]:
    calls = [
        {
            "type": "function_call",
            "id": call.id,
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
            "status": "completed",
        }
        for call in outcome.calls
    ]
    cited = citation_annotations(outcome.turn) if outcome.turn else []
    flat = [{"type": "url_citation", **one["url_citation"]} for one in cited]
    message = {
        "type": "message",
        "id": f"msg_{identity.removeprefix('resp_')}",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": outcome.text, "annotations": flat}],
    }
    return [message, *calls] if outcome.text or not calls else [*calls]
