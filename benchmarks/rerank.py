"""Fifty pairs reranked, against FlagReranker's `compute_score` on torch with the same model, pairs and machine.

    python benchmarks/rerank.py --texts corpus.jsonl --reference-python VENV/bin/python [--model FOLDER]

`--texts`: JSON lines with `title` and `text`, as BEIR's corpora. `--reference-python`: an interpreter with torch and
FlagEmbedding. `--model`: a reranker's folder; without it, one of bge-reranker-base's shape and random weights.
The reference runs in a process of its own, at its defaults; the sides take turns, and ratios are taken by round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.random_reranker import write_reranker
from knowledge.encoders.onnx_encoders import OnnxReranker

PAIRS = 50
QUESTION_WORDS = 12
TEXT_WORDS = 80  # of a chunk: with the question some 180 tokens a pair


@dataclass(frozen=True)
class Run:
    """One side's turn: seconds by the clock, seconds of processor over all cores, scores."""

    wall_seconds: float
    cpu_seconds: float
    scores: list[float]

    @property
    def order(self) -> list[int]:
        """The pairs, best first."""
        return sorted(range(len(self.scores)), key=lambda i: -self.scores[i])


class Reference:
    """FlagReranker in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.peak_bytes = 0

    def score(self, question: str, texts: Sequence[str]) -> Run:
        """What `compute_score` took, measured inside that process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([[question, text] for text in texts]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.peak_bytes = answer["peak_bytes"]
        return Run(answer["wall_seconds"], answer["cpu_seconds"], answer["scores"])


@contextmanager
def open_reference(python: Path, folder: Path) -> Iterator[Reference]:
    """The reference with the model in `folder`, for as long as the block runs."""
    command = [str(python), str(Path(__file__).with_name("rerank_reference.py")), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Reference(process)


def score(reranker: OnnxReranker, question: str, texts: Sequence[str]) -> Run:
    """Our side's turn."""
    wall, cpu = time.perf_counter(), time.process_time()
    scores = reranker.scores(question, texts)
    return Run(time.perf_counter() - wall, time.process_time() - cpu, scores)


def read_texts(path: Path) -> list[str]:
    """Title and text of every document."""
    with path.open(encoding="utf-8") as lines:
        return [f"{document['title']} {document['text']}".strip() for document in map(json.loads, lines)]


def compare(sides: dict[str, OnnxReranker], reference: Reference, everything: Sequence[str], rounds: int) -> None:
    """Print each round's raw figures, then the medians of the ratios."""
    ratios: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        part = everything[number * (PAIRS + 1) : (number + 1) * (PAIRS + 1)]
        question = " ".join(part[0].split()[:QUESTION_WORDS])
        texts = [" ".join(text.split()[:TEXT_WORDS]) for text in part[1:]]
        theirs = reference.score(question, texts)
        print(f"round {number + 1}  reference {theirs.wall_seconds:7.2f} s  ({theirs.cpu_seconds:.1f} s of processor)")
        for name, reranker in sides.items():
            ours = score(reranker, question, texts)
            ratios[name].append(ours.wall_seconds / theirs.wall_seconds)
            print(f"         {name:9} {ours.wall_seconds:7.2f} s  ({ours.cpu_seconds:.1f})  {_agreement(ours, theirs)}")
    for name, found in ratios.items():
        print(f"{name}: median of our wall time over the reference's {statistics.median(found):.3f} (lower is better)")


def _agreement(ours: Run, theirs: Run) -> str:
    apart = max(abs(a - b) for a, b in zip(ours.scores, theirs.scores, strict=True))
    order = "same order" if ours.order == theirs.order else "another order"
    top = "same top 5" if set(ours.order[:5]) == set(theirs.order[:5]) else "another top 5"
    return f"{order}, {top}, scores apart by {apart:.1e} at most of a spread of {statistics.stdev(theirs.scores):.1e}"


def main() -> None:
    """Run the rounds and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--reference-python", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = read_texts(options.texts)
    with tempfile.TemporaryDirectory() as work:
        folder = options.model or Path(work) / "random-reranker"
        if options.model is None:
            write_reranker(folder, texts)
        sides = {precision: OnnxReranker(folder, precision=precision) for precision in ("float32", "int8")}
        with open_reference(options.reference_python, folder) as reference:
            reference.score("warm up", texts[:2])
            compare(sides, reference, texts, options.rounds)
            print(f"peak memory of the reference: {reference.peak_bytes / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
