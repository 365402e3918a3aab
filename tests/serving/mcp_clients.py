"""The SDK's own client: over HTTP with a key, and over the streams of a real process."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation, TextContent

from tests.serving.conftest import Served

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
NAME = Implementation(name="test-client", title="Test Client", version="1")


def over_http(served: Served, use: Callable[[Client], Awaitable[T]], key: str | None = None) -> T:
    """The result of `use`, over HTTP."""

    async def run() -> T:
        headers = {"Authorization": f"Bearer {served.key if key is None else key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=20) as http,
            Client(streamable_http_client(f"{served.address}/mcp", http_client=http), client_info=NAME) as client,
        ):
            return await use(client)

    return asyncio.run(run())


def over_stdio(home: Path, use: Callable[[Client], Awaitable[T]], *options: str) -> T:
    """The result of `use`, over the streams of `carrel mcp`."""
    command = ["-m", "desktop", "--home", str(home), "mcp", *options]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})

    async def run() -> T:
        async with Client(server, client_info=NAME) as client:
            return await use(client)

    return asyncio.run(run())


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured result of a tool that succeeds."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, told(result)
    found: dict[str, Any] = result.structured_content
    return found


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """What is told of a tool's failure."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return told(result)


def told(result: CallToolResult) -> str:
    """The text of a result."""
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))
