"""How often the right paragraph of XQuAD comes first, by stage: `python -m benchmarks.xquad FILE.json …`.

Paragraphs are indexed as documents, 240 to a language; each question has one right paragraph. `as asked` has names of
files and the threshold too, and `nothing` counts the questions that it refuses. `BM25` is a reference without any of
our code: Snowball stems, or pairs of characters in Chinese. `elsewhere`: refused of the questions about every other
article, asked where their own is missing; higher is better. `unrelated`: the mean cosine of all pairs. With
`--questions FILE` the questions of another language are asked, of the same paragraphs.
"""

import argparse
import json
import math
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import snowballstemmer

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.search.query import ALL_STAGES, Stage

STAGES: dict[str, frozenset[Stage]] = {
    "vector": frozenset({"vector"}),
    "keyword": frozenset({"keyword"}),
    "hybrid": frozenset({"vector", "keyword"}),
    "as asked": ALL_STAGES - {"rerank", "cache"},
}
STEMMERS = {"en": "english", "de": "german", "ru": "russian", "tr": "turkish"}


@dataclass(frozen=True)
class Collection:
    """`questions`: each with the number of its paragraph; `articles`: the number of each paragraph's article."""

    paragraphs: Sequence[str]
    articles: Sequence[int]
    questions: Sequence[tuple[str, int]]


def main() -> None:
    """Print a row per file."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--questions", type=Path)
    given = arguments.parse_args()
    print("| collection |", " | ".join(STAGES), "| nothing | BM25 | elsewhere | unrelated |")
    for path in given.files:
        collection = read(path)
        asked = read(given.questions).questions if given.questions else collection.questions
        shares, nothing = measured(collection, asked)
        reference = plain_bm25(collection.paragraphs, asked, terms_by(path.stem.rpartition(".")[2]))
        honest, unrelated = elsewhere(collection), unrelated_cosine(collection)
        cells = [
            *(f"{share:.3f}" for share in shares),
            str(nothing),
            *(f"{n:.3f}" for n in (reference, honest, unrelated)),
        ]
        print(f"| {path.stem} |", " | ".join(cells), "|", flush=True)


def read(path: Path) -> Collection:
    """Read a file of XQuAD."""
    paragraphs, articles, questions = list[str](), list[int](), list[tuple[str, int]]()
    for number, article in enumerate(json.loads(path.read_text("utf-8"))["data"]):
        for paragraph in article["paragraphs"]:
            questions += [(answered["question"], len(paragraphs)) for answered in paragraph["qas"]]
            paragraphs.append(paragraph["context"])
            articles.append(number)
    return Collection(paragraphs, articles, questions)


def measured(collection: Collection, asked: Sequence[tuple[str, int]]) -> tuple[list[float], int]:
    """The share of questions whose paragraph came first, by stage, and the number that found nothing as asked."""
    with tempfile.TemporaryDirectory() as work:
        library = indexed(dict(enumerate(collection.paragraphs)), Path(work))
        shares = []
        for stages in STAGES.values():
            each = library.searcher.search_many([question for question, _ in asked], k=1, stages=stages)
            found = [retrieval.passages for retrieval in each]
            right = sum(
                bool(passages) and passages[0].path.name == f"{number}.md"
                for passages, (_, number) in zip(found, asked, strict=True)
            )
            shares.append(right / len(asked))
        library.close()
    return shares, sum(not passages for passages in found)


def elsewhere(collection: Collection) -> float:
    """The share refused of the questions about odd articles, where only even ones are indexed."""
    kept = {n: text for n, text in enumerate(collection.paragraphs) if collection.articles[n] % 2 == 0}
    asked = [question for question, n in collection.questions if collection.articles[n] % 2][::2]
    with tempfile.TemporaryDirectory() as work:
        library = indexed(kept, Path(work))
        refused = sum(not one.passages for one in library.searcher.search_many(asked, k=1, stages=STAGES["as asked"]))
        library.close()
    return refused / len(asked)


def unrelated_cosine(collection: Collection) -> float:
    """The mean cosine of questions and paragraphs, nearly all of which have nothing in common."""
    embedder = open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())
    texts = embedder.embed(collection.paragraphs)
    questions = embedder.embed_questions([question for question, _ in collection.questions[::10]])
    embedder.close()
    return float((questions @ texts.T).mean())


def indexed(texts: dict[int, str], work: Path) -> Library:
    """A library of these texts, each in a file of its number."""
    folder = work / "paragraphs"
    folder.mkdir()
    for number, text in texts.items():
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    library = Library(work / "home", lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    library.sync()
    return library


def terms_by(language: str) -> Callable[[str], list[str]]:
    """The reference's terms of a text."""
    if language not in STEMMERS:
        return lambda text: [pair for run in re.findall(r"\w+", text) for pair in map("".join, pairwise(run))]
    stemmer = snowballstemmer.stemmer(STEMMERS[language])
    return lambda text: [str(stemmer.stemWord(word)) for word in re.findall(r"\w+", text.lower())]


def plain_bm25(
    texts: Sequence[str],
    asked: Sequence[tuple[str, int]],
    terms: Callable[[str], list[str]],
    k1: float = 1.2,
    b: float = 0.75,
) -> float:
    """The share of questions whose text BM25 puts first."""
    counts = [Counter(terms(text)) for text in texts]
    lengths = np.array([count.total() for count in counts])
    norms = k1 * (1 - b + b * lengths / lengths.mean())
    right = 0
    for question, number in asked:
        scores = np.zeros(len(texts))
        for term in terms(question):
            frequencies = np.array([count[term] for count in counts])
            holding = int((frequencies > 0).sum())
            rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            scores += rarity * frequencies * (k1 + 1) / (frequencies + norms)
        right += int(scores.argmax()) == number
    return right / len(asked)


if __name__ == "__main__":
    main()
