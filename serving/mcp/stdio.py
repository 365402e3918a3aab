"""Serves over standard input and output, for the program that started this process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from mcp.server.stdio import stdio_server

from assistant.home import Home
from assistant.models.servers import open_connections
from serving.access import ApiKey
from serving.mcp.asked_log import Asker, logged
from serving.mcp.home_library import HomeLibrary
from serving.mcp.mcp_server import Context, build_server, client_name
from serving.mcp.results import Result

_AT_ONCE = 2  # look-ups; more wait


def serve_stdio(home: Home, key: ApiKey) -> None:
    """Serve until standard input ends."""
    library = HomeLibrary(home, key)
    connections, hides_words = open_connections(home), home.has_passphrase
    workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="carrel-mcp")
    workers.submit(library.prepare)

    async def ask(context: Context, name: str, given: Mapping[str, Any]) -> Result:
        asker, answer = Asker(client_name(context)), partial(library.perform, name, given)
        work = partial(logged, connections, asker, name, given, answer, words=not hides_words)
        return await asyncio.get_running_loop().run_in_executor(workers, work)

    async def serve() -> None:
        server = build_server(ask)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    try:
        asyncio.run(serve())
    finally:
        workers.shutdown(cancel_futures=True)
        library.close()
