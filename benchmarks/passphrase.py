"""Measure what a passphrase costs: opening, saving a turn, the first search of a process and the next ones.

    python -m benchmarks.passphrase [--files N] [--rounds N]

The same made-up home is measured without and with a passphrase, in turns; the figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.passphrase.conversion import remove_passphrase, set_passphrase
from assistant.passphrase.protection import Protection
from assistant.values import Turn
from assistant.workspace import Workspace
from engines import Usage

PASSPHRASE = "a passphrase to measure"
TURNS, SEARCHES = 200, 60
WORDS_PER_SECTION = 220


class KeywordsAlone(Encoders):
    """Search without an embedder: what is measured is not its speed."""

    def open_embedder(self, name: str | None = None) -> None:
        """Return no embedder."""
        return None


class KeywordWorkspace(Workspace):
    """A workspace that searches by keywords alone."""

    encoders_type = KeywordsAlone


Measured = Iterator[tuple[str, float]]


def main() -> None:
    """Print a line for each measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 9))) for _ in range(5000)]
    with tempfile.TemporaryDirectory() as work:
        home = Home(Path(work) / "home").create()
        _write_notes(Path(work) / "notes", given.files, lambda count: " ".join(draw.choices(words, k=count)))
        space = KeywordWorkspace(home)
        space.library.add_folder(Path(work) / "notes")
        print(f"{space.library.sync().chunks:,} passages")
        space.close()
        found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for number in range(given.rounds):
            for kind in ("without", "with"):
                key = set_passphrase(home, PASSPHRASE) if kind == "with" else None
                for attempt in range(2):  # the first process after a conversion builds the index
                    measured = dict(
                        _measure(home, f"{kind}-{number}-{attempt}", lambda: " ".join(draw.choices(words, k=4)))
                    )
                for name, value in measured.items():
                    found[name][kind].append(value)
                if key:
                    remove_passphrase(home, key)
    for name, kinds in found.items():
        without, protected = (statistics.median(kinds[kind]) for kind in ("without", "with"))
        print(f"{name:32} {1000 * without:8.1f} ms without   {1000 * protected:8.1f} ms with")


def _measure(home: Home, name: str, question: Callable[[], str]) -> Measured:
    protection = Protection(home)
    began = time.perf_counter()
    if protection.is_set:
        protection.unlock(PASSPHRASE)
    yield "unlock", time.perf_counter() - began
    space = KeywordWorkspace(home, protection)
    began = time.perf_counter()
    space.conversations.list()
    yield "open the conversations", time.perf_counter() - began
    turns = [_turn(name, number) for number in range(TURNS)]
    yield "save a turn", statistics.median(_timed(partial(space.conversations.save, turn)) for turn in turns)
    yield "first search", _timed(lambda: space.library.searcher.search(question()))
    yield (
        "search",
        statistics.median(_timed(lambda: space.library.searcher.search(question())) for _ in range(SEARCHES)),
    )
    yield "close", _timed(space.close)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _turn(name: str, number: int) -> Turn:
    return Turn(
        id=f"{name}-{number}",
        conversation_id=name,
        parent_id=f"{name}-{number - 1}" if number else None,
        persona_id="001-reader",
        question=f"Question {number}?",
        answer="An answer of a few words. " * 40,
        passages=(),
        citations=(),
        engine="quotes",
        model="",
        finish="end",
        usage=Usage(),
        created_at=1000.0 + number,
        timings_ms={},
    )


def _write_notes(folder: Path, files: int, text: Callable[[int], str]) -> None:
    folder.mkdir()
    for number in range(files):
        sections = (f"## {text(4)}\n\n{text(WORDS_PER_SECTION)}" for _ in range(3))
        (folder / f"{number}.md").write_text("\n\n".join(sections))


if __name__ == "__main__":
    main()
