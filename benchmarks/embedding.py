"""Texts embedded a second, against sentence-transformers on torch with the same model, texts and machine.

    python benchmarks/embedding.py --texts corpus.jsonl --reference-python VENV/bin/python

`--texts`: JSON lines with `title` and `text`, as BEIR's corpora. `--reference-python`: an interpreter with torch and
sentence-transformers. Both read as many tokens of a text as the model does, and tokenise within the time measured.
Rounds alternate between the two, on the same texts, so that what else the machine does weighs on both; ratios are taken
by round.
The processor's own time is shown too: it hardly changes with the machine's load.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from knowledge.embed import Embedder
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from knowledge.encoders.open_encoders import default_embedder_folders

QUERIES = 50


@dataclass(frozen=True)
class Run:
    """One side's round: seconds by the clock, seconds of processor over all cores, and the vectors."""

    wall_seconds: float
    cpu_seconds: float
    vectors: np.ndarray


@dataclass(frozen=True)
class Round:
    """The same texts embedded by both."""

    texts: int
    ours: Run
    reference: Run

    @property
    def ratio(self) -> float:
        """Our texts a second over the reference's; higher is better."""
        return self.reference.wall_seconds / self.ours.wall_seconds

    @property
    def difference(self) -> float:
        """The largest between any two numbers of the vectors."""
        return float(np.abs(self.ours.vectors - self.reference.vectors).max())

    @property
    def cosine(self) -> float:
        """The least between our vector of a text and the reference's."""
        return float((self.ours.vectors * self.reference.vectors).sum(axis=1).min())


class Reference:
    """sentence-transformers in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.peak_bytes = 0

    def embed(self, texts: Sequence[str]) -> Run:
        """What `encode` took, measured inside that process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.peak_bytes = answer["peak_bytes"]
        return Run(answer["wall_seconds"], answer["cpu_seconds"], np.array(answer["vectors"], np.float32))


@contextmanager
def open_reference(python: Path, folder: Path) -> Iterator[Reference]:
    """The reference with the model in `folder`, for as long as the block runs."""
    script = Path(__file__).with_name("embedding_reference.py")
    command = [str(python), str(script), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Reference(process)


def read_texts(path: Path) -> list[str]:
    """Title and text of every document."""
    with path.open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    return [f"{document['title']} {document['text']}".strip() for document in documents]


def embed(embedder: Embedder, texts: Sequence[str]) -> Run:
    """Our side's run."""
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = embedder.embed(texts)
    return Run(time.perf_counter() - wall, time.process_time() - cpu, vectors)


def run_round(embedder: Embedder, reference: Reference, texts: Sequence[str], *, ours_first: bool) -> Round:
    """Both sides on `texts`, one after the other."""
    if ours_first:
        return Round(len(texts), embed(embedder, texts), reference.embed(texts))
    theirs = reference.embed(texts)
    return Round(len(texts), embed(embedder, texts), theirs)


def report(rounds: Sequence[Round], queries: Sequence[Round]) -> None:
    """Print each round's raw figures, then the medians."""
    sides = "ours texts/s   torch texts/s   ratio   ours CPU ms/text   torch CPU ms/text"
    print(f"round   {sides}   most apart   least cosine")
    for number, r in enumerate(rounds, 1):
        print(f"{number:6}   {_columns([r])}")
    print(f"median   {_columns(rounds)}")
    ours, theirs = (statistics.median(getattr(r, side).wall_seconds for r in queries) for side in ("ours", "reference"))
    print(f"one text of ten words, median ms: ours {ours * 1e3:.1f}, torch {theirs * 1e3:.1f}")


def _columns(rounds: Sequence[Round]) -> str:
    def median(figure: Callable[[Round], float]) -> float:
        return statistics.median(map(figure, rounds))

    return (
        f"{median(lambda r: r.texts / r.ours.wall_seconds):11.1f}   "
        f"{median(lambda r: r.texts / r.reference.wall_seconds):13.1f}   "
        f"{median(lambda r: r.ratio):5.2f}   "
        f"{median(lambda r: r.ours.cpu_seconds / r.texts * 1e3):16.1f}   "
        f"{median(lambda r: r.reference.cpu_seconds / r.texts * 1e3):17.1f}   "
        f"{max(r.difference for r in rounds):10.1e}   {min(r.cosine for r in rounds):12.5f}"
    )


def main() -> None:
    """Run the rounds and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--reference-python", type=Path, required=True)
    parser.add_argument("--embedder", default=DEFAULT_EMBEDDER)
    parser.add_argument("--precision", choices=("int8", "float32"), default="int8", help="ours; torch is float32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts-per-round", type=int, default=200)
    options = parser.parse_args()

    size = options.texts_per_round
    everything = random.Random(0).sample(read_texts(options.texts), options.rounds * size + QUERIES)
    queries = [" ".join(text.split()[:10]) for text in everything[-QUERIES:]]
    folder = default_embedder_folders()[0] / options.embedder
    embedder = OnnxEmbedder(folder, precision=options.precision)  # neither side puts anything before a text
    with open_reference(options.reference_python, folder) as reference:
        run_round(embedder, reference, everything[:32], ours_first=True)
        parts = [everything[i * size : (i + 1) * size] for i in range(options.rounds)]
        rounds = [run_round(embedder, reference, part, ours_first=i % 2 == 0) for i, part in enumerate(parts)]
        report(rounds, [run_round(embedder, reference, [query], ours_first=True) for query in queries])
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory, MB: ours {peak_mb:.0f}, torch {reference.peak_bytes / 2**20:.0f}")


if __name__ == "__main__":
    main()
