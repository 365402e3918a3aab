"""What MCP adds to a search: `python -m benchmarks.mcp_search [--chunks N] [--rounds N]`.

Each round searches in this process, and through `carrel mcp` in a process of its own that asks this one; each time for
other words, so that nothing is found in a cache, and by keywords alone, as vectors cost both the same. A look-up that
finds nothing shows what of that is the protocol. Printed: the median of each in milliseconds, and that of the rounds'
differences.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from mcp import Client
from mcp.client.stdio import StdioServerParameters

from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.owner.owner import Owner
from assistant.workspace import Workspace

ROOT = Path(__file__).parents[1]
_WORDS = [f"{first}{last}" for first in ("bo", "le", "ta", "ri", "mu", "ke") for last in ("iler", "ase", "ble", "ver")]
_LEFT_OUT = 5  # rounds at first, in which libraries are loaded
Search = Callable[[str], Awaitable[object]]


class _NoEncoders(Encoders):
    def open_embedder(self, name: str | None = None) -> None:
        return None


class _KeywordWorkspace(Workspace):
    encoders_type = _NoEncoders


def written(folder: Path, chunks: int) -> Path:
    """A folder with some `chunks` passages of random words, 50 to a file."""
    chance = random.Random(17)
    folder.mkdir()
    for number in range(chunks // 50):
        sections = [
            f"## Part {number}-{part}\n\n{' '.join(chance.choices(_WORDS, k=150))} {number * 50 + part}.\n"
            for part in range(50)
        ]
        (folder / f"{number}.md").write_text(f"# File {number}\n\n" + "\n".join(sections), "utf-8")
    return folder


def question(chance: random.Random) -> str:
    """A question that was not asked before."""
    return f"{' '.join(chance.choices(_WORDS, k=4))} {chance.randrange(10**9)}"


async def timed_ms(search: Search, asked: str) -> float:
    """Milliseconds of a search."""
    started = time.perf_counter()
    await search(asked)
    return (time.perf_counter() - started) * 1000


async def measure(space: Workspace, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each way by round; the first rounds, which load libraries, are left out."""
    command = ["-m", "desktop", "--home", str(space.home.path), "mcp"]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    owner = Owner(space)
    owner.begin()
    async with Client(server) as client:

        async def in_process(asked: str) -> object:
            return await asyncio.to_thread(space.library.searcher.search, asked, k=8)

        async def over_mcp(asked: str) -> object:
            return await client.call_tool("search", {"question": asked})

        async def nothing(asked: str) -> object:
            return await client.call_tool("personas", {"words": asked})

        ways: dict[str, Search] = {"in process": in_process, "over MCP": over_mcp, "nothing, over MCP": nothing}
        found: dict[str, list[float]] = {name: [] for name in ways}
        chance = random.Random(23)
        for number in range(rounds + _LEFT_OUT):
            for name, search in ways.items() if number % 2 else reversed(ways.items()):
                took = await timed_ms(search, question(chance))
                if number >= _LEFT_OUT:
                    found[name].append(took)
    owner.close()
    return found


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        space = _KeywordWorkspace(Home(Path(place) / "home"))
        space.library.add_folder(written(Path(place) / "notes", options.chunks))
        print(f"{space.library.sync().chunks:,} chunks, {options.rounds} rounds")
        found = asyncio.run(measure(space, options.rounds))
        space.close()
    base = found["in process"]
    for name, took in found.items():
        more = statistics.median(one - other for one, other in zip(took, base, strict=True))
        print(f"{name:28} {statistics.median(took):7.2f} ms   {more:+6.2f} ms")


if __name__ == "__main__":
    main()
