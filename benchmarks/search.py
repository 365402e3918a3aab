"""Milliseconds of a hybrid search over many chunks, question embedding included: `python -m benchmarks.search`.

The chunks' texts are drawn from the built-in personas' own words, their vectors at random around a hundred centres, so
that 20,000 of them are made in a minute; the questions are real and really embedded. Nothing here says how good
retrieval is.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.saving.switches import add_stage_switches, stages_of
from knowledge.embed import Embedder
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from personas.catalogue import BUILTIN_PERSONAS, Catalogue

if TYPE_CHECKING:
    import numpy.typing as npt

CHUNKS_PER_FILE = 20
WORDS_PER_CHUNK = 110
CENTRES = 100
ROUNDS = 10
STAGES = ("embed", "vector", "keyword", "names", "fuse", "sentences", "select", "total")


class RandomDocuments:
    """The real embedder for a question, a random vector for each text of a document."""

    def __init__(self, real: Embedder) -> None:
        self._random = np.random.default_rng(0)
        self._centres = self._random.normal(size=(CENTRES, real.dimensions))
        self.name, self.dimensions, self.max_tokens = f"random-{real.name}", real.dimensions, real.max_tokens
        self.embed_question, self.embed_questions = real.embed_question, real.embed_questions
        self.tokenizer_file = real.tokenizer_file
        self.piece_ranks, self.close = real.piece_ranks, real.close

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """Unit rows, as `Embedder.embed`."""
        centres = self._centres[self._random.integers(0, CENTRES, len(texts))]
        rows = centres + 0.8 * self._random.normal(size=(len(texts), self.dimensions))
        unit: npt.NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def main() -> None:
    """Print the median and the 95th percentile by stage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--chunks", type=int, default=20_000)
    arguments.add_argument("--json", action="store_true")
    add_stage_switches(arguments)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as work:
        library = _filled(Path(work), given.chunks)
        anew = stages_of(given) - {"cache"}
        search = library.searcher.search
        timings = [dict(search(q, stages=anew).timings_ms) for _ in range(ROUNDS) for q in _questions()]
        again = [search(q).timings_ms["total"] for _ in range(2) for q in _questions()][len(_questions()) :]
        count = sum(row.chunks for row in library.files())
        library.close()
    stages = {stage: _percentiles([taken.get(stage, 0.0) for taken in timings]) for stage in STAGES}
    if given.json:
        print(json.dumps({"chunks": count, "searches": len(timings), "stages_ms": stages, "again_ms": again}))
        return
    print(f"{count} chunks, {len(timings)} searches")
    print(f"asked again: p50 {statistics.median(again):6.3f} ms")
    for stage, (p50, p95) in stages.items():
        print(f"{stage:8} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


def _percentiles(taken_ms: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(taken_ms), sorted(taken_ms)[int(0.95 * len(taken_ms))]


def _filled(work: Path, chunks: int) -> Library:
    words = [
        word
        for page in sorted(BUILTIN_PERSONAS.glob("*/knowledge/**/*.md"))
        for word in re.findall(r"\w+", page.read_text("utf-8"))
    ]
    pick = random.Random(0)
    for number in range(chunks // CHUNKS_PER_FILE):
        sections = (" ".join(pick.choices(words, k=WORDS_PER_CHUNK)) for _ in range(CHUNKS_PER_FILE))
        path = work / "documents" / f"{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"## Part {n}\n\n{text}.\n\n" for n, text in enumerate(sections)), "utf-8")
    library = Library(
        work / "home",
        lambda name: RandomDocuments(open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())),
    )
    library.add_folder(work / "documents")
    library.sync()
    return library


def _questions() -> list[str]:
    catalogue = Catalogue([BUILTIN_PERSONAS])
    return [q for header in catalogue.headers() for q in catalogue.load(header.id).starters]


if __name__ == "__main__":
    main()
