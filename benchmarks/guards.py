"""Time that the guard rails add to a question that a local model answers.

    python -m benchmarks.guards FILE

FILE: a text of 9,000 characters and more; six passages of 1,500 are taken from it. `waited` is what an answer waits
for; the passages are looked at on a worker while the model reads them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from assistant.guards import Rails, refused_topic
from engines import break_markers

ROUNDS = 50


def main() -> None:
    """Print the first and the median time of each layer, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    text = parser.parse_args().file.read_text("utf-8")
    passages = [text[at : at + 1500] for at in range(0, 9000, 1500)]
    question, rails = "What does the contract say about the notice period, and from when on?", Rails()
    layers: dict[str, Callable[[], object]] = {
        "waited: topics": lambda: refused_topic(question, ["dosage", "legal advice", "剂量"]),
        "waited: role markers": lambda: [break_markers(passage) for passage in passages],
        "waited: question": lambda: rails.of_question(question),
        "waited: answer": lambda: rails.of_answer(passages[0], passages),
        "beside: sources": lambda: rails.of_sources(passages),
    }
    for name, run in layers.items():
        times = [_milliseconds(run) for _ in range(ROUNDS)]
        print(f"{name:22} first {times[0]:6.2f} ms, median {statistics.median(times):6.3f} ms")


def _milliseconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
