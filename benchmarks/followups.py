"""How often the right passage is found for a question that follows another: `python -m benchmarks.followups XQUAD`.

XQUAD: the folder of XQuAD's files (xquad.en.json …). Conversations are in `followups.jsonl`: two or three questions,
the passages that answer the last one (a page and the beginning of a heading, or the first question's id of a paragraph
of XQuAD), and whether the last one follows from those before or begins another topic. English ones are searched for
among the built-in personas' pages and XQuAD's paragraphs together, those of each other language among XQuAD's. The
parameters were chosen on the first line and every second after it; the others were only measured.

A row for each way: the question alone; `glued`: below the one before, where it has fewer than three words that tell
something, or a word that points back, as it was until November 2026; `joined`: always below it; `in context`: as it is
asked. Then the share with the right passage first, and among the first three; of those that follow and those that do
not; and of the languages beside English.
"""

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.reading.retrieval import in_context
from assistant.values import Turn
from engines import Usage
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.passage import Passage, Retrieval
from knowledge.terms.analyzer import Analyzer
from personas import BUILTIN_PERSONAS

PASSAGES = 8  # as many as the default persona reads
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|he|she|him|her|his|former|latter|there|same|other one|above"
    r"|dies|diese[rsmn]?|davon|dazu|cela|celui|eso|esto)\b|这|那|它|其|これ|それ|あれ",
    re.IGNORECASE,
)
_ANALYZER = Analyzer()


@dataclass(frozen=True)
class Conversation:
    """Questions, of which the last is measured. `right`: what answers it; `follows`: it does so from those before."""

    language: str
    turns: Sequence[str]
    follows: bool
    right: Sequence[str]

    def is_answered_by(self, passage: Passage) -> bool:
        """True if the passage is one of the right ones, or holds its heading."""
        headings = {title for heading in (passage.heading, *(p.heading for p in passage.places)) for title in heading}
        for name, _, heading in (right.partition("#") for right in self.right):
            if passage.path.stem == name.removesuffix(".md") and (
                not heading or any(title.startswith(heading) for title in headings)
            ):
                return True
        return False


@dataclass(frozen=True)
class Outcome:
    """For each of the first three passages that one way found, True if it is right."""

    asked: Conversation
    hits: Sequence[bool]


Find = Callable[[Library, Conversation], Retrieval]


def alone(library: Library, asked: Conversation) -> Retrieval:
    """Search for the last question."""
    return library.searcher.search(asked.turns[-1], k=PASSAGES)


def glued(library: Library, asked: Conversation) -> Retrieval:
    """Search for the last question below the newest that stands alone, if it looks as if it followed one."""
    *earlier, last = asked.turns
    if not _looks_dependent(last):
        return alone(library, asked)
    before = next((one for one in reversed(earlier) if not _looks_dependent(one)), earlier[0])
    return library.searcher.search(f"{before}\n{last}", k=PASSAGES)


def joined(library: Library, asked: Conversation) -> Retrieval:
    """Search for the last question below the one before."""
    return library.searcher.search("\n".join(asked.turns[-2:]), k=PASSAGES)


def understood(library: Library, asked: Conversation) -> Retrieval:
    """Search for each question as it is asked in a conversation."""
    history: list[Turn] = []
    for question in asked.turns:
        found = library.searcher.search(question, k=PASSAGES, in_context=in_context(question, history))
        history.append(_turn(question, found))
    return found


WAYS: Mapping[str, Find] = {"alone": alone, "glued": glued, "joined": joined, "in context": understood}


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("xquad", type=Path)
    given = parser.parse_args()
    conversations = read_conversations()
    languages = dict.fromkeys(one.language for one in conversations)
    with tempfile.TemporaryDirectory() as work:
        libraries = {language: indexed(language, given.xquad, Path(work) / language) for language in languages}
        outcomes = {
            name: [measured(find, libraries[one.language], one) for one in conversations] for name, find in WAYS.items()
        }
        for library in libraries.values():
            library.close()
    print("| | way | first | in three | follows | does not | not English |\n|---|---|---|---|---|---|---|")
    for part, chosen in (("all", slice(None)), ("chosen on", slice(0, None, 2)), ("measured", slice(1, None, 2))):
        for name, found in outcomes.items():
            print_row(part, name, found[chosen])


def read_conversations() -> list[Conversation]:
    """Read the set."""
    lines = Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines()
    return [Conversation(**json.loads(line)) for line in lines]


def indexed(language: str, xquad: Path, work: Path) -> Library:
    """A library of XQuAD's paragraphs in a language, one a file, and in English of the personas' pages too."""
    folder = work / "files"
    folder.mkdir(parents=True)
    articles = json.loads((xquad / f"xquad.{language}.json").read_text("utf-8"))["data"]
    for paragraph in (paragraph for article in articles for paragraph in article["paragraphs"]):
        (folder / f"{paragraph['qas'][0]['id']}.md").write_text(paragraph["context"], encoding="utf-8")
    if language == "en":
        for pages in BUILTIN_PERSONAS.glob("*/knowledge"):
            shutil.copytree(pages, folder / pages.parent.name)
    library = Library(work / "home", lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    library.sync()
    return library


def measured(find: Find, library: Library, asked: Conversation) -> Outcome:
    """Find passages for the last question of a conversation."""
    return Outcome(asked, [asked.is_answered_by(passage) for passage in find(library, asked).passages[:3]])


def print_row(part: str, name: str, outcomes: Sequence[Outcome]) -> None:
    """Print a row of the table."""
    follows = [one for one in outcomes if one.asked.follows]
    changes = [one for one in outcomes if not one.asked.follows]
    foreign = [one for one in outcomes if one.asked.language != "en"]
    shares = [first(outcomes), sum(any(one.hits) for one in outcomes) / len(outcomes), *map(first, (follows, changes))]
    cells = [f"{share:.3f}" for share in (*shares, first(foreign))]
    print(f"| {part}, {len(outcomes)} | {name} |", " | ".join(cells), "|")


def first(outcomes: Sequence[Outcome]) -> float:
    """The share with the right passage first."""
    return sum(list(one.hits[:1]) == [True] for one in outcomes) / len(outcomes)


def _looks_dependent(question: str) -> bool:
    terms = {term for term in _ANALYZER.terms(question) if len(term) > 1 or term.isascii()}
    return len(terms) < 3 or bool(_POINTS_BACK.search(question))


def _turn(question: str, found: Retrieval) -> Turn:
    return Turn(
        id="",
        conversation_id="",
        parent_id=None,
        persona_id="",
        question=question,
        answer="",
        passages=found.passages,
        citations=(),
        engine="quotes",
        model="",
        finish="quotes",
        usage=Usage(),
        created_at=0.0,
        searched_for=found.searched_for,
    )


if __name__ == "__main__":
    main()
