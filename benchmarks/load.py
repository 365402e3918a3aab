"""Searches per second and their times with many at once, up to the prompt: `python -m benchmarks.load --texts …`.

The pipeline without generation: the question is really embedded, passages are found, and those that fit the budget of a
prompt are chosen, by as many threads as asked for.
"""

import argparse
import random
import tempfile
import threading
import time
from pathlib import Path

from assistant.reading.budget import Budget, fit_passages
from benchmarks.synthetic import Sentences, filled_library, percentile
from knowledge.library import Library
from knowledge.search.query import ALL_STAGES

# The defaults of the settings; a token of four characters, counted by no engine.
BUDGET = Budget(window_tokens=8_192, answer_tokens=1_024, passage_tokens=3_000, count=lambda text: len(text) // 4)
PERSONA_PROMPT = "Answer from the passages, and cite them."


def main() -> None:
    """Print the count of searches and of errors, and the percentiles."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=50_000)
    arguments.add_argument("--threads", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--texts", type=Path, nargs="+", required=True)
    arguments.add_argument("--work", type=Path, help="keep the library here, and use the one that is there")
    options = arguments.parse_args()
    sentences = Sentences(options.texts)
    with tempfile.TemporaryDirectory() as scratch:
        library = filled_library((options.work or Path(scratch)) / str(options.rows), sentences, options.rows)
        load = _Load(library, sentences, options.seconds)
        load.run(options.threads)
        library.close()
    print(
        f"{len(load.taken_ms)} searches by {options.threads} threads in {options.seconds:.0f} s, {load.errors} errors"
    )
    print("ms:", ", ".join(f"p{share} {percentile(load.taken_ms, share):.0f}" for share in (50, 95, 99)))


class _Load:
    def __init__(self, library: Library, sentences: Sentences, seconds: float) -> None:
        self._library, self._sentences, self._seconds = library, sentences, seconds
        self.taken_ms: list[float] = []
        self.errors = 0

    def run(self, threads: int) -> None:
        self._answer(self._sentences.question(random.Random(0)))
        self._ends = time.monotonic() + self._seconds
        workers = [threading.Thread(target=self._work, args=(number,)) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self, number: int) -> None:
        pick = random.Random(number)
        while time.monotonic() < self._ends:
            question = self._sentences.question(pick)
            started = time.perf_counter()
            try:
                self._answer(question)
            except Exception as error:  # noqa: BLE001  # every kind is counted
                self.errors += 1
                print(error)
            self.taken_ms.append((time.perf_counter() - started) * 1000)

    def _answer(self, question: str) -> None:
        found = self._library.searcher.search(question, stages=ALL_STAGES - {"cache"})
        fit_passages(question, PERSONA_PROMPT, found.passages, BUDGET)


if __name__ == "__main__":
    main()
