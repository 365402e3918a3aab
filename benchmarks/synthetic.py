"""Passages of real text in any number, with made-up vectors: what the benchmarks of scale search."""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embed import Embedder
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library

if TYPE_CHECKING:
    import numpy.typing as npt

CHUNKS_PER_FILE = 20
SENTENCES_PER_CHUNK = 5
FOLDERS, SUBFOLDERS = 10, 10
LEVELS = ("basic", "advanced", "expert")
TOPICS = 50
# Clusters within clusters in few of the dimensions, and noise in all: a question's best passage is at cosine 0.75, its
# hundredth at 0.6, a random one at 0.
CLUSTERS, WIDE_CLUSTERS, LATENT = 4_000, 60, 48
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


class Sentences:
    """Sentences of files to draw passages from: `.jsonl` with a `text` in each row, or text files, or folders."""

    def __init__(self, sources: Sequence[Path]) -> None:
        texts = (text for source in sources for text in _texts(source))
        found = (part.strip(" #>*-\t\r\u3000") for text in texts for part in _SENTENCE_END.split(text))
        self._sentences = list(dict.fromkeys(part for part in found if len(part) > 15))

    def question(self, pick: random.Random) -> str:
        """A sentence as somebody would ask for what stands in it."""
        return pick.choice(self._sentences)[:150]

    def passage(self, pick: random.Random) -> str:
        """A few sentences, together on one line: no two passages are the same."""
        return " ".join(pick.sample(self._sentences, SENTENCES_PER_CHUNK))[:1_000]


def write_documents(folder: Path, sentences: Sentences, chunks: int) -> list[Path]:
    """Markdown files of `CHUNKS_PER_FILE` sections with front matter, in the folders returned."""
    for number in range(max(1, chunks // CHUNKS_PER_FILE)):
        path = document_path(folder, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(sentences, number), "utf-8")
    return sorted(path for path in folder.iterdir() if path.is_dir())


def document_path(folder: Path, number: int) -> Path:
    """Where the document of this number stands."""
    return folder / f"{number % FOLDERS}" / f"{number // FOLDERS % SUBFOLDERS}" / f"{number}.md"


def document(sentences: Sentences, number: int, edition: int = 0) -> str:
    """The document of this number: the same text each time, except that each edition has another last section."""
    pick = random.Random(number)
    facts = f"level: {pick.choice(LEVELS)}\ntopics: [t{pick.randrange(TOPICS)}, t{pick.randrange(TOPICS)}]\n"
    front = f"---\n{facts}year: {pick.randrange(1990, 2025)}\nref: R{number}\n---\n"
    passages = [sentences.passage(pick) for _ in range(CHUNKS_PER_FILE - 1)]
    passages.append(sentences.passage(random.Random(f"{number} {edition}")))
    return front + "".join(f"## Part {n}\n\n{passage}\n\n" for n, passage in enumerate(passages))


class SyntheticEmbedder:
    """A vector for each text that depends on the text alone; a question is really embedded too, for the time it takes.

    Like a real one's, the vectors lie in clusters that overlap.
    """

    def __init__(self, real: Embedder) -> None:
        self._real = real
        made = np.random.default_rng(7)
        wide = made.normal(size=(WIDE_CLUSTERS, LATENT))
        self._centres = wide[made.integers(0, WIDE_CLUSTERS, CLUSTERS)] + 0.8 * made.normal(size=(CLUSTERS, LATENT))
        self._projection = made.normal(size=(LATENT, real.dimensions)) / np.sqrt(LATENT)
        weights = np.arange(1, CLUSTERS + 1) ** -0.7
        self._upper = np.cumsum(weights / weights.sum())
        self.name, self.dimensions, self.max_tokens = f"synthetic-{real.name}", real.dimensions, real.max_tokens
        self.piece_ranks, self.close, self.tokenizer_file = real.piece_ranks, real.close, None

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """Unit rows, as `Embedder.embed`."""
        return np.array([self.vector(text) for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def embed_question(self, question: str) -> "npt.NDArray[np.float32]":
        """A unit vector, in the time that the real embedder takes."""
        self._real.embed_question(question)
        return self.vector(question)

    def embed_questions(self, questions: Sequence[str]) -> "npt.NDArray[np.float32]":
        """Unit rows, in the time that the real embedder takes."""
        self._real.embed_questions(questions)
        return self.embed(questions)

    def vector(self, text: str) -> "npt.NDArray[np.float32]":
        """The text's unit vector."""
        made = np.random.default_rng(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))
        centre = self._centres[np.searchsorted(self._upper, made.random())]
        latent = centre + 0.9 * made.normal(size=LATENT)
        row = latent @ self._projection + 0.35 * made.normal(size=self.dimensions)
        unit: npt.NDArray[np.float32] = (row / np.linalg.norm(row)).astype(np.float32)
        return unit


def open_library(work: Path) -> Library:
    """The library kept in this folder, with synthetic vectors."""
    return Library(work / "home", lambda name: SyntheticEmbedder(open_default()))


def open_default() -> Embedder:
    """The default embedder."""
    return open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())


def filled_library(work: Path, sentences: Sentences, chunks: int) -> Library:
    """A library of about so many chunks in this folder; what an earlier run left there is used again."""
    library = open_library(work)
    if not (work / "complete").exists():
        fill(library, write_documents(work / "documents", sentences, chunks))
        (work / "complete").touch()
    return library


def fill(library: Library, folders: Sequence[Path]) -> None:
    """Index these folders."""
    for folder in folders:
        library.add_folder(folder)
    library.sync()


def percentile(values: Sequence[float], share: int) -> float:
    """The value that this share of a hundred stay below."""
    return float(np.percentile(values, share))


def _texts(source: Path) -> Iterator[str]:
    if source.is_dir():
        for path in sorted(source.rglob("*.md")):
            yield path.read_text("utf-8")
    elif source.suffix == ".jsonl":
        for line in source.read_text("utf-8").splitlines():
            yield json.loads(line)["text"]
    else:
        yield source.read_text("utf-8")
