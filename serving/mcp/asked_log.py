"""What clients ask, in the log of connections, where a person sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.visible_text import visible_line
from network import Connections
from serving.mcp.results import Result
from serving.mcp.tool_operations import OPERATIONS, arguments_of

_SHOWN = 200  # characters of a question
_UNNAMED = "a program"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the client's own name, and where it is. `port` 0: it has started this process."""

    name: str
    host: str = "localhost"
    port: int = 0


def logged(
    connections: Connections,
    asker: Asker,
    name: str,
    given: Mapping[str, Any],
    perform: Callable[[], Result],
    *,
    words: bool,
) -> Result:
    """The result, once the question is in the log. `words`: with what is asked for, and not only the kind of it.

    Raises as `perform` does, and Offline where another machine asks while that is forbidden.
    """
    asks = arguments_of(name, given).asks if words else ""
    quoted = f" “{visible_line(' '.join(asks.split()))[:_SHOWN]}”" if asks else ""
    client = visible_line(asker.name)[:_SHOWN] or _UNNAMED
    traffic = connections.announce(f"MCP: {client}: {OPERATIONS[name].verb}{quoted}", asker.host, asker.port)
    traffic.received_bytes = len(asks.encode("utf-8", "replace"))
    try:
        result = perform()
    except BaseException as error:
        traffic.end(f"failed: {getattr(error, 'title', type(error).__name__)}")
        raise
    traffic.sent_bytes = len(result.model_dump_json())
    traffic.end("done")
    return result
