"""How often the right heading of a persona's own pages is found: `python -m benchmarks.persona_questions [PERSONA …]`.

The questions of a persona stand in `tests/personas/questions/ID.jsonl`, one a line, each with the headings that answer
it, as `folder/file.md#Heading`. They are searched for among its pages alone, with the default embedder and without a
reranker or a model. A row for each persona: the share with a right heading in the first passage, among the first three
and the first five; of the passages among the first five, those that begin with a list of references, links or contents,
or stand under the heading of one, over all questions that do not ask for such a list; the passages that the index
holds, and the seconds that a first use waits for them. `--missed` prints the questions whose first passage is not
right, with what was found.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.cutting.roles import asks_for_lists, is_references_title
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.passage import Passage
from personas import BUILTIN_PERSONAS

SETS = Path(__file__).parents[1] / "tests" / "personas" / "questions"
PASSAGES = 5
_LISTS = ("references", "links", "contents")


@dataclass(frozen=True)
class PersonaQuestion:
    """A question, and the headings that answer it."""

    question: str
    gold: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """What was found for a question: for each passage its headings, as `gold` names them, and True for a list."""

    asked: PersonaQuestion
    found: Sequence[Sequence[str]]
    lists: Sequence[bool]

    def is_right(self, among: int) -> bool:
        """Tell if one of the first passages holds a right heading."""
        return any(heading in map(plain, self.asked.gold) for headings in self.found[:among] for heading in headings)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("personas", nargs="*", default=sorted(file.stem for file in SETS.glob("*.jsonl")))
    parser.add_argument("--missed", action="store_true")
    given = parser.parse_args()
    print("| persona | questions | first | in three | in five | lists | passages | seconds |\n" + "|---" * 8 + "|")
    for persona in given.personas:
        print_row(persona, given.missed)


def print_row(persona: str, missed: bool) -> None:
    """Print the row of one persona."""
    pages, asked = BUILTIN_PERSONAS / persona / "knowledge", read_questions(SETS / f"{persona}.jsonl")
    with tempfile.TemporaryDirectory() as work:
        library = Library(
            Path(work), lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())
        )
        library.add_folder(pages)
        start = time.perf_counter()
        library.sync()
        seconds = time.perf_counter() - start
        outcomes = [outcome(library, one, pages) for one in asked]
        passages = sum(row.chunks for row in library.files())
        library.close()
    shares = [sum(one.is_right(among) for one in outcomes) / len(outcomes) for among in (1, 3, PASSAGES)]
    lists = sum(sum(one.lists) for one in outcomes if not asks_for_lists(one.asked.question))
    cells = [str(len(outcomes)), *(f"{share:.3f}" for share in shares), str(lists), str(passages), f"{seconds:.1f}"]
    print(f"| {persona} |", " | ".join(cells), "|", flush=True)
    for one in outcomes if missed else ():
        if not one.is_right(1):
            print(f"\n{one.asked.question}\n  right: {'; '.join(one.asked.gold)}")
            print("\n".join(f"  {n} {' + '.join(headings)}" for n, headings in enumerate(one.found, 1)))


def read_questions(file: Path) -> list[PersonaQuestion]:
    """Read a persona's questions."""
    return [PersonaQuestion(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def outcome(library: Library, asked: PersonaQuestion, pages: Path) -> Outcome:
    """Search for a question as it is asked."""
    found = library.searcher.search(asked.question, k=PASSAGES).passages
    return Outcome(asked, [headings(passage, pages) for passage in found], [is_list(passage) for passage in found])


def headings(passage: Passage, pages: Path) -> list[str]:
    """The innermost heading of each stretch of a passage, with the page's path within the persona's knowledge."""
    name = passage.path.resolve().relative_to(pages.resolve()).as_posix()
    stretches = [place.heading for place in passage.places if place.role != "properties"] or [passage.heading]
    return list(dict.fromkeys(plain(f"{name}#{heading[-1] if heading else ''}") for heading in stretches))


def plain(heading: str) -> str:
    """A heading without the marks of code and emphasis, which parsing leaves out."""
    return heading.replace("`", "").replace("*", "")


def is_list(passage: Passage) -> bool:
    """Tell if a passage begins with a list of references, links or contents, by its role or by its heading."""
    first = next((place for place in passage.places if place.role != "properties"), None)
    heading = first.heading if first else passage.heading
    return bool(first and first.role in _LISTS) or bool(heading and is_references_title(heading[-1]))


if __name__ == "__main__":
    main()
