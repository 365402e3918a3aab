"""What answers a line of a batch: the routes that a program could ask one by one, with the same limits of its key."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from knowledge import Retrieval
from serving.access import ApiKey
from serving.host import Host
from serving.library_routes import search_view
from serving.openai_protocol.chat_completions import begin, completion_view, ending
from serving.openai_protocol.chat_request import ChatRequest, chat_request
from serving.openai_protocol.listed_models import embeddings_view
from serving.openai_protocol.responses import chat_of, response_view
from serving.requests import RequestFields

Answer = Callable[[Host, ApiKey, RequestFields, Retrieval | None], Awaitable[dict[str, Any]]]
CHATS: Mapping[str, Callable[[RequestFields], ChatRequest]] = {
    "/v1/chat/completions": chat_request,
    "/v1/responses": chat_of,
}
"""The endpoints whose lines are chats, each with what reads one."""


async def _completion(host: Host, key: ApiKey, fields: RequestFields, found: Retrieval | None) -> dict[str, Any]:
    async with aclosing(await begin(host, key, chat_request(fields), found)) as answer:
        return completion_view(f"chatcmpl-{uuid.uuid4().hex}", await ending(answer))


async def _response(host: Host, key: ApiKey, fields: RequestFields, found: Retrieval | None) -> dict[str, Any]:
    async with aclosing(await begin(host, key, chat_of(fields), found)) as answer:
        return response_view(f"resp_{uuid.uuid4().hex}", await ending(answer))


async def _embeddings(host: Host, key: ApiKey, fields: RequestFields, found: Retrieval | None) -> dict[str, Any]:
    return await embeddings_view(host, key, fields)


async def _search(host: Host, key: ApiKey, fields: RequestFields, found: Retrieval | None) -> dict[str, Any]:
    return await host.run(lambda: search_view(host, key, fields))


ANSWERS: Mapping[str, Answer] = {
    "/v1/chat/completions": _completion,
    "/v1/responses": _response,
    "/v1/embeddings": _embeddings,
    "/v1/search": _search,
}
"""What a batch may ask. `found`: what was found for a persona's question already; None: it is to be searched for."""


def check_endpoint(key: ApiKey, endpoint: str) -> None:
    """Raises AccessRefused where a key may not ask an endpoint at all; each line is checked for itself too."""
    if endpoint in CHATS:
        key.check_writing()
    if endpoint == "/v1/embeddings":
        key.check_unrestricted()
