"""How often an answer without a model quotes the right words: `python -m benchmarks.quotes FILE.json …`.

For each file of XQuAD, a row: the share of questions whose answer stands in the quotations and in the first of them,
the share of quotations that are from the right paragraph, quotations a question, characters of the first, and how long
the quotations took, median and 95th percentile; then the same for the questions whose paragraph was among the passages,
and for those with odd numbers, as weights were chosen on the others. Paragraphs are indexed as documents, 240 to a
language.

Without a file: the same for rows of tables, `benchmarks.quote_tables`.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answers.quotes import Quote, best_quotes
from benchmarks.quote_tables import write_tables
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library

PASSAGES = 8  # as many as the default persona reads


@dataclass(frozen=True)
class Asked:
    """A question, the texts that answer it, and the name of the file that holds them."""

    question: str
    answers: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class Outcome:
    """What was quoted, and how long the quoting took, without the search."""

    asked: Asked
    found: bool
    quotes: Sequence[Quote]
    milliseconds: float

    @property
    def hits(self) -> list[bool]:
        """For each quotation, True if an answer stands in it."""
        texts = [" ".join(quote.citation.quote.split()) for quote in self.quotes]
        return [any(" ".join(answer.split()) in text for answer in self.asked.answers) for text in texts]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files
    print(
        "| collection | questions | in the answer | in the first quote | right file | quotes | characters | ms | p95 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for path in files or [None]:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work) / "files"
            folder.mkdir()
            asked = write_paragraphs(path, folder) if path else [Asked(*row) for row in write_tables(folder)]
            outcomes = list(ask(asked, folder, Path(work) / "home"))
        name = path.stem if path else "rows of tables"
        print_row(name, outcomes)
        print_row(f"{name}, right file retrieved", [outcome for outcome in outcomes if outcome.found])
        print_row(f"{name}, odd numbers", outcomes[1::2])


def write_paragraphs(path: Path, folder: Path) -> list[Asked]:
    """Write XQuAD's paragraphs, one a file; return its questions."""
    asked = []
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    for number, paragraph in enumerate(paragraph for article in articles for paragraph in article["paragraphs"]):
        (folder / f"{number}.md").write_text(paragraph["context"], encoding="utf-8")
        asked += [
            Asked(row["question"], tuple(answer["text"] for answer in row["answers"]), f"{number}.md")
            for row in paragraph["qas"]
        ]
    return asked


def ask(asked: Sequence[Asked], folder: Path, home: Path) -> Iterator[Outcome]:
    """Index the folder with the default embedder, and quote for each question."""
    library = Library(home, lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    library.sync()
    for one in asked:
        passages = library.searcher.search(one.question, k=PASSAGES).passages
        began = time.perf_counter()
        quotes = best_quotes(one.question, passages, library.searcher.meanings)
        milliseconds = (time.perf_counter() - began) * 1000
        yield Outcome(one, any(p.path.name == one.file for p in passages), quotes, milliseconds)
    library.close()


def print_row(name: str, outcomes: Sequence[Outcome]) -> None:
    """Print a row of the table."""
    count = len(outcomes)
    answered = sum(any(outcome.hits) for outcome in outcomes) / count
    first = sum(outcome.hits[:1] == [True] for outcome in outcomes) / count
    files = [quote.citation.path.name == outcome.asked.file for outcome in outcomes for quote in outcome.quotes]
    length = statistics.mean(len(outcome.quotes[0].citation.quote) for outcome in outcomes if outcome.quotes)
    times = statistics.quantiles([outcome.milliseconds for outcome in outcomes], n=20)
    cells = [f"{answered:.3f}", f"{first:.3f}", f"{sum(files) / len(files):.2f}", f"{len(files) / count:.1f}"]
    print(f"| {name} | {count} |", " | ".join([*cells, *(f"{n:.0f}" for n in (length, times[9], times[-1]))]), "|")


if __name__ == "__main__":
    main()
