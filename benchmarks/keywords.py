"""Milliseconds of a keyword search in memory against scoring every row: `python -m benchmarks.keywords --rows 500000`.

Rows are drawn from words of Zipf's frequencies, without vectors; a question is 8 to 12 words of one row, common ones
too. Both ways are asked in turn, and must find the same.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.synthetic import percentile
from knowledge.index.bm25 import K1, B
from knowledge.index.entry import Hit, Restriction
from knowledge.index.postings import MAX_ROWS, InvertedIndex, RowFacts, term_hashes
from knowledge.index.rows import Block, Rows, TopK

WORDS, SMALLEST, LARGEST = 300_000, 20, 110  # of the vocabulary; of a row, without stop words
STOP_WORDS = 0
LIMIT = 100  # as many as a search asks of the index
FILES_OF_ROWS = 20
FOLDERS = 10


def main() -> None:
    """Print a line for each number of rows and filter."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[500_000])
    arguments.add_argument("--questions", type=int, default=60)
    given = arguments.parse_args()
    print("| rows | passing | every row, ms p50 / p95 | by_terms, ms p50 / p95 |\n|---|---|---|---|")
    for count in given.rows:
        made = np.random.default_rng(1)
        rows = Rows(tuple(_block(made, at, count) for at in range(0, count, MAX_ROWS)), has_vectors=False)
        questions = [_question(made) for _ in range(given.questions)]
        for name, within in _restrictions(count).items():
            taken = np.array([_in_turn(rows, question, within) for question in questions])
            cells = [f"{percentile(column, 50):.1f} / {percentile(column, 95):.1f}" for column in taken.T]
            print(f"| {count} | {name} | {' | '.join(cells)} |", flush=True)


def _restrictions(count: int) -> Mapping[str, Restriction]:
    folders, files = tuple(range(FOLDERS)), count // FILES_OF_ROWS
    some = random.Random(1).sample(range(files), files // 100)
    return {
        "all": Restriction(folders),
        "1 in 10": Restriction((3,)),
        "1 in 100": Restriction(folders, tuple(some)),
        "20 rows": Restriction(folders, (7,)),
    }


def _words(made: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    upper = np.cumsum(1 / np.arange(STOP_WORDS + 1, STOP_WORDS + WORDS + 1))
    return np.asarray(np.searchsorted(upper, made.random(count) * upper[-1]), np.int64)


def _question(made: np.random.Generator) -> Mapping[str, float]:
    return {f"w{word}": 1.0 for word in np.unique(_words(made, int(made.integers(8, 13)))).tolist()}


def _block(made: np.random.Generator, first: int, count: int) -> Block:
    rows = min(MAX_ROWS, count - first)
    lengths = made.integers(SMALLEST, LARGEST, rows)
    words = _words(made, int(lengths.sum()))
    hashes = term_hashes([f"w{word}" for word in range(WORDS)])
    order = np.argsort(hashes)
    ranks = np.empty(WORDS, np.int64)
    ranks[order] = np.arange(WORDS)
    pairs, times = np.unique(ranks[words] << 16 | np.repeat(np.arange(rows), lengths), return_counts=True)
    ids = np.arange(first, first + rows)
    files = ids // FILES_OF_ROWS
    return Block(
        ids=ids,
        folder_ids=files % FOLDERS,
        file_ids=files,
        live=np.ones(rows, np.bool_),
        facts=RowFacts.of(pa.array([[]] * rows, pa.list_(pa.string()))),
        terms=InvertedIndex._of_pairs(hashes[order], pairs, times.clip(max=255), lengths),
        vectors=None,
    )


def _in_turn(rows: Rows, question: Mapping[str, float], within: Restriction) -> tuple[float, float]:
    """Milliseconds of scoring every row, and of `by_terms`."""
    started = time.perf_counter()
    wanted = _every_row(rows, question, within)
    between = time.perf_counter()
    found = rows.by_terms(question, LIMIT, within)
    ended = time.perf_counter()
    if found != wanted:
        raise AssertionError(f"Other rows for {question}")
    return 1000 * (between - started), 1000 * (ended - between)


def _every_row(rows: Rows, question: Mapping[str, float], within: Restriction) -> list[Hit]:
    """The rows of the highest BM25 score, from the score of every row."""
    hashes, best = term_hashes(list(question)), TopK(LIMIT)
    spans = [block.terms.spans(hashes) for block in rows.blocks]
    count = sum(len(block.ids) for block in rows.blocks)
    mean_length = sum(int(block.terms.lengths.sum()) for block in rows.blocks) / count
    holders = sum((np.diff(part)[:, 0] for both in spans for part in both), np.zeros(len(hashes), np.int64))
    weights = np.log(1 + (count - holders + 0.5) / (holders + 0.5)) * list(question.values()) * (K1 + 1)
    for block, (single, repeated) in zip(rows.blocks, spans, strict=True):
        norms = K1 * (1 - B + B / mean_length * block.terms.lengths)
        held = np.concatenate([block.terms.single.rows[slice(*span)] for span in single.tolist()])
        scores = np.bincount(held, np.repeat(weights, np.diff(single)[:, 0]), minlength=len(norms)) / (1 + norms)
        parts = [slice(*span) for span in repeated.tolist()]
        held = np.concatenate([block.terms.repeated.rows[part] for part in parts])
        times = np.concatenate([block.terms.frequencies[part] for part in parts]).astype(np.float64)
        each = np.repeat(weights, np.diff(repeated)[:, 0]) * times / (times + norms[held])
        scores += np.bincount(held, each, minlength=len(norms))
        high = (scores >= max(best.floor, 1e-12)).nonzero()[0]
        high = high[block.passing(within)[high]]
        best.add(block.ids[high], scores[high])
    return best.hits()


if __name__ == "__main__":
    main()
