"""Every chunk that a stage of retrieval found, what each stage said of it, and why it was cut if it was."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.passage import StageScores
from knowledge.search.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`cut`: why it is no passage of the result, for people; None when it is one."""

    chunk_id: int
    place: Place
    scores: StageScores
    cut: str | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.place.path

    @property
    def heading(self) -> tuple[str, ...]:
        """Titles from the outermost to the innermost."""
        return self.place.heading
