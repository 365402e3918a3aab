"""What tracing and metrics cost a turn: `python -m benchmarks.watching [--rounds N]`.

A scripted model that takes no time answers over a small folder, with traces kept and counted for Prometheus, and
without either, in turn and in alternating order. Each question is another one, so that none is found in a cache.
Printed: the median of both in milliseconds, that of the rounds' differences in microseconds, and both relations.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

from prometheus_client import CollectorRegistry

from assistant.home import Home
from assistant.models.chat_models import ChatModels
from assistant.models.open_models import Progress
from assistant.traces.trace import Trace
from assistant.turn import RunningTurn
from assistant.workspace import Workspace
from engines import Engine
from knowledge import StageTime, Stopwatch
from serving.metrics.counted import Counted
from tests.scripted_engine import ScriptedEngine

ANSWER = "The desk in the study is made of oak [1]. It was built in Jutland by a carpenter [1]. " * 8
NOTES = 200


class _Models(ChatModels):
    def _load(self, path: Path, on_progress: Progress) -> Engine:
        return ScriptedEngine(ANSWER)


class _Space(Workspace):
    models_type = _Models


class _Silent(Stopwatch):
    """Times nothing."""

    def stage(self, name: str) -> nullcontext[None]:  # type: ignore[override]
        return nullcontext()

    def add(self, *times: StageTime) -> None:
        """Forget them."""


@contextmanager
def unwatched() -> Iterator[None]:
    """A turn as it would be without traces; only the search still notes when its stages began."""
    with ExitStack() as patched:
        patched.enter_context(patch("assistant.turn.Stopwatch", _Silent))
        patched.enter_context(patch("assistant.answers.writer.Stopwatch", _Silent))
        patched.enter_context(patch("assistant.answers.writer.reply_times", lambda *_: ()))
        patched.enter_context(patch.object(RunningTurn, "_trace", lambda turn, finish: None))
        yield


def timed_ms(space: Workspace, number: int, around: Callable[[], AbstractContextManager[None]]) -> float:
    """Milliseconds of one turn, from the question to its last event."""
    with around():
        began = time.perf_counter()
        for _ in space.asking.ask(f"What is desk {number % NOTES} made of, case {number}?", persona="001"):
            pass
        return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        notes = Path(work) / "notes"
        notes.mkdir()
        for number in range(NOTES):
            (notes / f"{number}.md").write_text(f"# Desk {number}\n\nDesk {number} is made of oak from Jutland.\n")
        space = _Space(Home(Path(work) / "home"))
        space.library.add_folder(notes)
        space.library.sync()
        space.open_model(Path("script.gguf"))
        kept: list[Trace] = []
        space.traces.listen(Counted(CollectorRegistry(), lambda: (1.0, "USD")).count_trace)
        space.traces.listen(kept.append)
        watched, without = list[float](), list[float]()
        ways: list[tuple[list[float], Callable[[], AbstractContextManager[None]]]]
        ways = [(watched, nullcontext), (without, unwatched)]
        for number in range(-5, arguments.rounds):
            for into, around in ways if number % 2 else reversed(ways):
                taken = timed_ms(space, 2 * number + (into is watched), around)
                if number >= 0:  # the first fill what is filled once
                    into.append(taken)
        space.traces.flush()
        assert len(kept) == arguments.rounds + 5, "traces were kept where they should, and nowhere else"
        space.close()
    added_us = statistics.median(on - off for on, off in zip(watched, without, strict=True)) * 1000
    ratio = statistics.median(on / off for on, off in zip(watched, without, strict=True))
    print(f"off {statistics.median(without):.2f} ms, on {statistics.median(watched):.2f} ms a turn")
    print(f"added: {added_us:.0f} µs; on ÷ off, median of {arguments.rounds} rounds: {ratio:.4f}")
    print(f"on ÷ off of the medians: {statistics.median(watched) / statistics.median(without):.4f}")


if __name__ == "__main__":
    main()
