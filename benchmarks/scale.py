"""Milliseconds, recall, memory and disk of hybrid search over many chunks of real text, also filtered.

`python -m benchmarks.scale --rows 50000 500000 --texts CORPUS.jsonl FOLDER … [--work DIR] [--plot FILE.svg]`

Sentences of the given texts are drawn into passages; vectors are made up, in overlapping clusters; every search embeds
its question with the real embedder too. Nothing here says how good retrieval is: only whether the vector index finds
what comparing every vector finds.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.exact import Exact
from benchmarks.growth_plot import growth_plot
from benchmarks.synthetic import Sentences, SyntheticEmbedder, filled_library, open_default, percentile
from knowledge.library import Library
from knowledge.search.query import ALL_STAGES, Scope

RECALL_QUESTIONS = 20
MOST_LOADING_MS = 300_000  # what takes too much memory is never loaded
STAGES = ("embed", "vector", "keyword", "names", "fuse", "sentences", "select", "total")
ANEW = ALL_STAGES - {"cache"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A way to look at a part of the documents only."""

    name: str
    folders: tuple[str, ...] | None = None
    where: str | None = None

    def scope(self, documents: Path) -> Scope:
        """The scope in the library whose documents are there."""
        return Scope(None if self.folders is None else tuple(documents / name for name in self.folders))


FILTERS = (
    Filter(name="everything"),
    Filter(name="1 folder of 10", folders=("3",)),
    Filter(name="1 subfolder of 100", folders=("3/7",)),
    Filter(name="1 value of 3", where="level = 'expert'"),
    Filter(name="1 value of 50", where="topics has 't7'"),
    Filter(name="2/3 by a range", where="year > 2001"),
    Filter(name="not 1 value", where="NOT topics has 't7'"),
)


def main() -> None:
    """Print a table for each number of rows, and draw how the times grow."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[50_000])
    arguments.add_argument("--texts", type=Path, nargs="+", required=True)
    arguments.add_argument("--questions", type=int, default=100)
    arguments.add_argument("--work", type=Path, help="keep the libraries here, and use the ones that are there")
    arguments.add_argument("--plot", type=Path)
    options = arguments.parse_args()
    sentences = Sentences(options.texts)
    with tempfile.TemporaryDirectory() as scratch:
        points = [
            (rows, _measure(options.work or Path(scratch), sentences, rows, options.questions)) for rows in options.rows
        ]
    if options.plot:
        options.plot.write_text(growth_plot(points), "utf-8")


def _measure(work: Path, sentences: Sentences, rows: int, questions: int) -> dict[str, float]:
    """Build and search a library of so many chunks; the median of the whole search by filter, in ms."""
    place = work / str(rows)
    started = time.perf_counter()
    library = filled_library(place, sentences, rows)
    built_s = time.perf_counter() - started
    scopes = [(part.scope(place / "documents"), part.where) for part in FILTERS]
    pick = random.Random(1)
    asked = [sentences.question(pick) for _ in range(questions)]
    before = _until_in_memory(library, asked)
    timings = [
        [library.searcher.search(q, scope=scope, where=where, stages=ANEW).timings_ms for q in asked]
        for scope, where in scopes
    ]
    memory_mb = psutil.Process().memory_info().rss / 1e6
    vectors = SyntheticEmbedder(open_default()).embed(asked[:RECALL_QUESTIONS])
    recalls = Exact(place / "home").recall_at_10(vectors, scopes)
    library.close()

    print(f"\n{rows} chunks")
    _print_row("searched", [*(f"{stage}, ms" for stage in STAGES), "recall@10 from disk", "from memory"])
    _print_row("---", ["---"] * (len(STAGES) + 2))
    for part, taken, recall in zip(FILTERS, timings, recalls, strict=True):
        _print_row(part.name, [*(_spread(taken, stage) for stage in STAGES), *(f"{share:.3f}" for share in recall)])
    _print_row("everything, until in memory", [*(_spread(before, stage) for stage in STAGES), "", ""])
    loaded_s = sum(t["total"] for t in before) / 1000
    print(f"p50 / p95. Built in {built_s:.0f} s (0: it was there), in memory after {loaded_s:.1f} s of searching.")
    print(f"Memory {memory_mb:.0f} MB.", _disk(place / "home"))
    totals = [percentile([t["total"] for t in taken], 50) for taken in timings]
    return dict(zip((part.name for part in FILTERS), totals, strict=True))


def _until_in_memory(library: Library, asked: Sequence[str]) -> list[Mapping[str, float]]:
    """The milliseconds of the searches from the first on, while the index is loaded beside them."""
    taken: list[Mapping[str, float]] = []
    while not library.memory()["index"] and sum(t["total"] for t in taken) < MOST_LOADING_MS:
        taken.append(library.searcher.search(asked[len(taken) % len(asked)], stages=ANEW).timings_ms)
    return taken


def _print_row(name: str, cells: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _spread(timings: Sequence[Mapping[str, float]], stage: str) -> str:
    taken = [t.get(stage, 0.0) for t in timings]
    return f"{percentile(taken, 50):.1f} / {percentile(taken, 95):.1f}"


def _disk(home: Path) -> str:
    index = sum(path.stat().st_size for path in (home / "index").rglob("*") if path.is_file())
    ledger = sum(path.stat().st_size for path in home.glob("ledger.db*"))
    return f"Disk: index {index / 1e6:.0f} MB, ledger {ledger / 1e6:.0f} MB."


if __name__ == "__main__":
    main()
