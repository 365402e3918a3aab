"""Milliseconds of a search filtered by facts against one filtered by file ids, from disk and from memory.

`python -m benchmarks.filters --rows 50000 300000 --texts CORPUS.jsonl FOLDER … [--work DIR]`

Facts are what the product uses, up to `FACTS_PER_FILTER` of them; file ids would come from SQLite
alone. Each question is asked both ways in turn, vector search and keyword search together, without its embedding.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.scale import FILTERS
from benchmarks.synthetic import Sentences, SyntheticEmbedder, filled_library, open_default, percentile
from knowledge.index.entry import Restriction
from knowledge.index.index import IndexTable
from knowledge.index.where import parse_where
from knowledge.ledger.ledger import Ledger
from knowledge.search.query import EVERYWHERE, restriction
from knowledge.terms.analyzer import Analyzer, weights

CANDIDATES = 100  # as many as a search asks of the index


def main() -> None:
    """Print a row for each number of chunks, place and filter."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[50_000])
    arguments.add_argument("--texts", type=Path, nargs="+", required=True)
    arguments.add_argument("--questions", type=int, default=60)
    arguments.add_argument("--work", type=Path, help="keep the libraries here, and use the ones that are there")
    options = arguments.parse_args()
    sentences = Sentences(options.texts)
    print("| chunks | rows in | filter | files | facts, ms | file ids, ms | facts / file ids |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for rows in options.rows:
            place = (options.work or Path(scratch)) / str(rows)
            filled_library(place, sentences, rows).close()
            pick = random.Random(1)
            _measure(place / "home", rows, [sentences.question(pick) for _ in range(options.questions)])


def _measure(home: Path, rows: int, questions: Sequence[str]) -> None:
    ledger, embedder, analyzer = Ledger(home / "ledger.db"), SyntheticEmbedder(open_default()), Analyzer()
    (folder,) = (path for path in (home / "index").iterdir() if path.is_dir())
    index = IndexTable(folder, embedder.dimensions)
    asked = [_Question(index, weights(analyzer.question_terms(text)), embedder.vector(text)) for text in questions]
    for place in ("disk", "memory"):
        if place == "memory":
            index.warm()
        for name, where in ((part.name, part.where) for part in FILTERS if part.where):
            facts = restriction(ledger, EVERYWHERE, where)
            files = ledger.files.ids(facts.folder_ids, (), parse_where(where).test)
            taken = np.array([_in_turn(question, facts, Restriction(facts.folder_ids, files)) for question in asked])
            by_facts, by_files = (percentile(column, 50) for column in taken.T)
            ratio = percentile(taken[:, 0] / taken[:, 1], 50)
            print(
                f"| {rows} | {place} | {name} | {len(files)} | {by_facts:.1f} | {by_files:.1f} | {ratio:.2f} |",
                flush=True,
            )
    embedder.close()
    ledger.close()


class _Question:
    def __init__(self, index: IndexTable, terms: Mapping[str, float], vector: npt.NDArray[np.float32]) -> None:
        self._index, self._terms, self._vector = index, terms, vector

    def ask(self, within: Restriction) -> float:
        """Milliseconds of both searches."""
        started = time.perf_counter()
        self._index.by_vector(self._vector, CANDIDATES, within)
        self._index.by_terms(self._terms, CANDIDATES, within)
        return 1000 * (time.perf_counter() - started)


def _in_turn(question: _Question, facts: Restriction, files: Restriction) -> tuple[float, float]:
    """Milliseconds by facts and by file ids; each goes first half of the time."""
    if random.random() < 0.5:
        return question.ask(facts), question.ask(files)
    by_files = question.ask(files)
    return question.ask(facts), by_files


if __name__ == "__main__":
    main()
