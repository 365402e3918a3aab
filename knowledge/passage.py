"""Results of retrieval: passages, how every stage scored them, and the candidates that were cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.cutting.place import Place, place_at
from knowledge.document import Metadata
from knowledge.ledger.rows import ChunkLocation
from knowledge.stopwatch import StageTime

NO_CHUNK = 0  # the chunk id of a passage that is not one of the ledger's chunks, whose ids begin with 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScores:
    """Scores of every stage. Ranks count from 1 (lower is better) and are None where the stage did not return it.

    `vector`: cosine similarity; `meaning`: the same from 0 for unrelated texts to 1 for equal ones; `keyword`: BM25;
    `name`: certainty that the question names the file, in (0, 1]; `fused`: `knowledge.search.fuse`; `rerank`: the
    model's logit; `relevance`: from 0 to 1, of all of these (`knowledge.search.relevance`), 1 of a document read whole,
    None where an earlier version saved it. Higher is better for each.
    """

    vector_rank: int | None = None
    vector: float | None = None
    meaning: float | None = None
    keyword_rank: int | None = None
    keyword: float | None = None
    name: float | None = None
    fused_rank: int | None = None
    fused: float = 0.0
    rerank_rank: int | None = None
    rerank: float | None = None
    relevance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`text` is exactly `document text[start:end]` of the file at `path`, as it was indexed.

    `heading`: titles from the outermost to the innermost. `page`: from 1; None for formats without pages. Both are what
    the text begins with, or what all of it has in common; `places` says more, where it spans several.
    `table_header`: of the table that the text goes on with; "" where it begins otherwise.
    """

    chunk_id: int
    path: Path
    text: str
    start: int
    end: int
    heading: tuple[str, ...] = ()
    page: int | None = None
    metadata: Metadata = field(default_factory=dict)
    scores: StageScores = StageScores()
    places: tuple[Place, ...] = ()
    table_header: str = ""

    @property
    def source(self) -> str:
        """The file's name and the headings above the text, as links name them: `boiler.md#Maintenance#Spring`."""
        return "#".join((self.path.name, *self.heading))

    @property
    def body(self) -> str:
        """The text below the front matter; all of it where nothing is."""
        return self.text[next((place.start for place in self.places if place.role != "properties"), 0) :]

    @property
    def relevance(self) -> float | None:
        """Its relevance to the question, from 0 to 1; higher is better. None where no search scored it."""
        return None if self.chunk_id == NO_CHUNK else self.scores.relevance

    def place_at(self, offset: int) -> Place:
        """The heading and page of the character at `offset` of the text."""
        return place_at(self.places, offset) if self.places else Place(0, self.heading, self.page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A chunk that some stage found. `cut`: the reason, for people, why it is no passage; None when it is one."""

    chunk_id: int
    location: ChunkLocation
    scores: StageScores
    cut: str | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.location.path

    @property
    def heading(self) -> tuple[str, ...]:
        """Titles from the outermost to the innermost."""
        return self.location.heading


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Passages, best first, and milliseconds by stage: embed, vector, keyword, names, fuse, rerank, select, total.

    Stages overlap; one that is off is missing. `candidates`: every chunk that a stage found, best first, those of the
    passages among them. `cached`: an earlier search found it, so that the stages took no time. `searched_for`: what
    was searched for in place of the question, which does not stand alone; "" for the question. `times`: when each stage
    began and ended, of every search that it took.
    """

    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]
    candidates: tuple[Candidate, ...] = ()
    cached: bool = False
    searched_for: str = ""
    times: tuple[StageTime, ...] = ()

    @property
    def reranked(self) -> str:
        """How many of the candidates the reranker read, for people: `20 of 136`; empty where it read none."""
        read = sum(candidate.scores.rerank is not None for candidate in self.candidates)
        return f"{read} of {len(self.candidates)}" if read else ""
