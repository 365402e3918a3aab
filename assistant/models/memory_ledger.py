"""Where the memory of this process, and of those that it started, has gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

import psutil

_OF_MODELS = ("weights", "kv", "kv_parked", "compute")
_OF_SEARCH = ("embedder", "reranker", "index")


def resident_bytes(process: psutil.Process | None = None) -> int:
    """The resident memory of a process, by default this one; 0 once it has ended."""
    with suppress(psutil.Error):
        return int((process or psutil.Process()).memory_info().rss)
    return 0


def memory_by_owner(parts: Mapping[str, int], parser_ids: Collection[int]) -> Mapping[str, int]:
    """Bytes by owner, those of any size.

    `parts`: what owners say of themselves. `process`: the resident memory of all processes together. `parsers`: of
    those that read files. `engines`: what those of models have beyond their weights, chats and computing. `window`:
    what this one has beyond search, mostly libraries. Weights on a graphics processor are in no process's memory.
    """
    children = {child.pid: resident_bytes(child) for child in psutil.Process().children(recursive=True)}
    parsers = sum(size for child, size in children.items() if child in parser_ids)
    engines, here = sum(children.values()) - parsers, resident_bytes()
    of_models, of_search = (sum(parts.get(name, 0) for name in names) for names in (_OF_MODELS, _OF_SEARCH))
    rest = {
        "parsers": parsers,
        "engines": max(0, engines - of_models),
        "window": max(0, here - of_search - (0 if engines else of_models)),  # else they run in this process
    }
    owners = {**parts, **rest}
    return {"process": here + parsers + engines} | {owner: size for owner, size in owners.items() if size}
