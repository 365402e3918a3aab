"""Many clients of the API at once: `python -m benchmarks.api_load --url URL --key KEY [--users N] [--seconds S]`.

Each user sends a request at times that are fixed beforehand, and waits are counted from those: a server that is late
with one request is late with all that were due meanwhile, and a client that waits would not see that (coordinated
omission). `--broken`: the share of clients that close the connection in the middle or send half a request.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx2

from benchmarks.synthetic import percentile

QUESTIONS = (
    "What is in these files?",
    "Why is decoding bound by memory?",
    "How large is a KV cache?",
    "Who wrote this?",
)


@dataclass
class Load:
    """What has happened so far."""

    taken_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


async def user(client: httpx2.AsyncClient, load: Load, number: int, options: argparse.Namespace) -> None:
    """Send requests on schedule until the time is over."""
    pick, began = random.Random(number), time.perf_counter()
    broken = number < options.users * options.broken
    due = began + pick.random() * options.every
    while due < began + options.seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        load.late_ms.append((time.perf_counter() - due) * 1000)
        await (break_off(client, load, pick, options) if broken else ask(client, load, pick, due, options))
        due += options.every


async def ask(
    client: httpx2.AsyncClient, load: Load, pick: random.Random, due: float, options: argparse.Namespace
) -> None:
    """Send a whole request and count it from when it was due."""
    try:
        answer = await client.post(options.route, json={"question": pick.choice(QUESTIONS), "stream": False})
        load.statuses[str(answer.status_code)] += 1
        if answer.status_code == 200:
            load.taken_ms.append((time.perf_counter() - due) * 1000)
    except httpx2.HTTPError as error:
        load.statuses[type(error).__name__] += 1


async def break_off(client: httpx2.AsyncClient, load: Load, pick: random.Random, options: argparse.Namespace) -> None:
    """Close the connection while the answer comes, or send what is no request."""
    try:
        if pick.random() < 0.5:
            await client.post(options.route, content=b'{"question": ')
        else:
            async with client.stream("POST", "/v1/ask", json={"question": pick.choice(QUESTIONS)}) as answer:
                async for _ in answer.aiter_raw():
                    break
        load.statuses["broken off"] += 1
    except httpx2.HTTPError as error:
        load.statuses[type(error).__name__] += 1


async def run(options: argparse.Namespace) -> Load:
    """Run all users."""
    load = Load()
    limits = httpx2.Limits(max_connections=options.users)
    async with httpx2.AsyncClient(
        base_url=options.url, headers={"Authorization": f"Bearer {options.key}"}, timeout=60, limits=limits
    ) as client:
        await asyncio.gather(*(user(client, load, number, options) for number in range(options.users)))
    return load


def main() -> None:
    """Print statuses and percentiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8477")
    parser.add_argument("--key", required=True)
    parser.add_argument("--route", default="/v1/search")
    parser.add_argument("--users", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between the requests of a user")
    parser.add_argument("--broken", type=float, default=0.0, help="share of users that break off")
    parser.add_argument("--json", action="store_true", help="print JSON instead")
    options = parser.parse_args()
    load = asyncio.run(run(options))
    if options.json:
        shares = {f"p{p}_ms": percentile(load.taken_ms, p) for p in (50, 95, 99)} if load.taken_ms else {}
        print(json.dumps({"statuses": load.statuses, **shares}))
        return
    print(", ".join(f"{count} × {status}" for status, count in load.statuses.most_common()))
    if load.taken_ms:
        print(
            "answered, ms from when due:", ", ".join(f"p{p} {percentile(load.taken_ms, p):.0f}" for p in (50, 95, 99))
        )


if __name__ == "__main__":
    main()
