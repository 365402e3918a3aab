"""How much less time many questions take together than one by one.

Both take turns over every third question of a file of XQuAD, on the same library:

    python -m benchmarks.batch DIR/xquad.en.json

Prints, by stages, milliseconds a question and the median of the rounds' ratios: of wall time, and of processor time,
which other work on the machine disturbs less.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.xquad import STAGES, indexed, read
from knowledge.passage import Retrieval

ROUNDS = 7


def main() -> None:
    """Print a row per choice of stages."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path)
    collection = read(arguments.parse_args().file)
    questions = [question for question, _ in collection.questions[::3]]
    print("| stages | one by one, ms | together, ms | wall | processor |")
    with tempfile.TemporaryDirectory() as work:
        library = indexed(dict(enumerate(collection.paragraphs)), Path(work))
        search, search_many = library.searcher.search, library.searcher.search_many
        for name, stages in STAGES.items():
            rounds = [
                (
                    taken(partial(map, partial(search, k=1, stages=stages), questions)),
                    taken(partial(search_many, questions, k=1, stages=stages)),
                )
                for _ in range(ROUNDS + 1)
            ][1:]  # the first reads the index into memory
            alone, together = ([one[at] for one in rounds] for at in (0, 1))
            ratios = [[a[n] / t[n] for a, t in zip(alone, together, strict=True)] for n in (0, 1)]
            ms = [1000 * median(wall for wall, _ in side) / len(questions) for side in (alone, together)]
            cells = [*(f"{each:.1f}" for each in ms), *(f"{median(each):.2f}" for each in ratios)]
            print(f"| {name} |", " | ".join(cells), "|", flush=True)
        library.close()


def taken(begin: Callable[[], Iterable[Retrieval]]) -> tuple[float, float]:
    """Seconds on the wall and of the processor, until all is found."""
    wall, processor = time.perf_counter(), time.process_time()
    list(begin())
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
