"""The server at `/mcp` of `carrel serve`, behind the same keys and limits as every other route."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from serving.access import ApiKey
from serving.host import Host
from serving.mcp.asked_log import Asker, logged
from serving.mcp.lookups import Lookups
from serving.mcp.mcp_server import Context, build_server, client_name
from serving.mcp.results import Result
from serving.mcp.tool_operations import perform
from serving.requests import MAX_BODY_BYTES

_MOST_SESSIONS = 256  # of clients at once, as many as connections
_IDLE_SECONDS = 1_800  # after which a client that says nothing has to begin anew


class McpEndpoint:
    """An ASGI application. Each session belongs to the key that began it, and no other can go on with it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._sessions = StreamableHTTPSessionManager(
            build_server(self._ask),
            max_request_body_size=MAX_BODY_BYTES,
            max_sessions=_MOST_SESSIONS,
            session_idle_timeout=_IDLE_SECONDS,
        )

    @asynccontextmanager
    async def running(self, app: Starlette) -> AsyncIterator[None]:
        """Hold sessions while the block runs."""
        async with self._sessions.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Raises Unauthorized, RateExceeded."""
        request = Request(scope, receive)
        key = request.state.key = self._host.key_of(request)
        scope["user"] = AuthenticatedUser(AccessToken(token="", client_id=key.digest, scopes=[]))
        await self._sessions.handle_request(scope, receive, send)

    async def _ask(self, context: Context, name: str, given: Mapping[str, Any]) -> Result:
        host, request = self._host, context.request
        assert isinstance(request, Request)
        key: ApiKey = request.state.key
        space, client = host.workspace, request.client
        lookups = Lookups(space, key, partial(host.persona_id, key))
        asker = Asker(client_name(context), client.host if client else "localhost", client.port if client else 0)
        answer = partial(perform, lookups, name, given)
        words = not space.protection.is_set
        async with host.turnstile.turn(key.digest):
            return await host.run(lambda: logged(space.connections, asker, name, given, answer, words=words))
