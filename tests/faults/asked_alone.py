"""A process that asks about one file after another in a library of its own, and reports pauses and memory.

`python -m tests.faults.asked_alone HOME FILE …` prints a JSON line for each question about each file, with the pause of
every step. The embedder costs nothing, so that what is measured is the rest.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.answers.claims import check_claims
from assistant.answers.writer import QuotesWriter
from assistant.reading.budget import Budget, fit_passages
from assistant.reading.whole_budget import fit_whole
from desktop.reading.text_view import Span, excerpt
from knowledge import Retrieval, Scope, WholeReading, read_whole
from knowledge.library import Library
from tests.faults.indexed_alone import Ticker, resident_bytes
from tests.faults.library_under_test import open_library

QUESTIONS = (
    "Summarise {}",
    "How many rows are in {}?",
    "List all sections of {}",
    "How many articles are in {}?",
    "Compare first.md with {}",
    "What is the median price per name in {}?",
    "How often does the word kettle occur in {}?",
    "Which files mention a kettle?",
    "Is the kettle cheap?",
)
BUDGET = Budget(window_tokens=8192, answer_tokens=1024, passage_tokens=3000, count=lambda text: len(text) // 4)


def main() -> None:
    """Ask about each file."""
    home, *files = map(Path, sys.argv[1:])
    folder = home / "watched"
    folder.mkdir(parents=True)
    (folder / "first.md").write_text("# Kettle\n\nThe kettle boils. It is cheap.\n")
    library = open_library(home)
    library.add_folder(folder)
    # The window's process collects garbage between its own events (desktop/app.py), not on these threads.
    gc.disable()
    ticker = Ticker()
    for file in files:
        place = folder / file.name
        file.rename(place)
        library.sync()
        for question in QUESTIONS:
            gc.collect()
            print(json.dumps(_asked(library, place, question.format(place.name), ticker)), flush=True)  # noqa: T201
        place.unlink()
        library.sync()
    library.close()


def _asked(library: Library, place: Path, question: str, ticker: Ticker) -> dict[str, object]:
    idle_bytes, pauses_ms, most_bytes = resident_bytes(), dict[str, float](), 0
    began = time.perf_counter()
    time.sleep(0.05)  # what collecting garbage stopped is over
    ticker.take()
    for name, step in _steps(library, place, question):
        step()
        pause_s, step_bytes = ticker.take()
        pauses_ms[name], most_bytes = pause_s * 1e3, max(most_bytes, step_bytes)
    took_s = time.perf_counter() - began
    longest = {"pause_ms": max(pauses_ms.values()), "pauses_ms": pauses_ms}
    used = {"mb": (most_bytes - idle_bytes) / 2**20, "s": took_s}
    return {"name": place.name, "question": question, **longest, **used}


def _steps(library: Library, place: Path, question: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """The steps of a turn, without a model and with one, and the file shown."""
    found, whole, answer = list[Retrieval](), list[WholeReading | None](), list[str]()
    writer = QuotesWriter()

    def read() -> None:
        whole.append(read_whole(library, Scope(), question, question, found[0].passages))

    def quote() -> None:
        context = writer.fit(question, found[0].passages, whole[0])
        answer.append("".join(written.text for written in writer.write(question, context)))
        check_claims(answer[0], context)

    def fit() -> None:
        if whole[0]:
            fit_whole(question, "You answer.", found[0].passages, whole[0], BUDGET)
        fit_passages(question, "You answer.", found[0].passages, BUDGET)

    def show() -> None:
        excerpt(library.document_text(place), Span(place, 1_000, 1_100))

    yield "search", lambda: found.append(library.searcher.search(question))
    yield "read", read
    yield "quote", quote
    yield "fit", fit
    yield "show", show


if __name__ == "__main__":
    main()
