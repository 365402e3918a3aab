"""A stretch of a file that answers a question, and how every stage of retrieval judged it."""

from dataclasses import dataclass, field
from pathlib import Path

from knowledge.document import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScores:
    """What each stage said. Ranks count from 1 (lower is better) and are None where the stage did not return it.

    `vector`: cosine similarity; `keyword`: BM25; `name`: how surely the question names the file, in (0, 1]; `fused`:
    `knowledge.search.fuse`; `rerank`: the model's logit. Higher is better for each.
    """

    vector_rank: int | None = None
    vector: float | None = None
    keyword_rank: int | None = None
    keyword: float | None = None
    name: float | None = None
    fused_rank: int | None = None
    fused: float = 0.0
    rerank_rank: int | None = None
    rerank: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`text` is exactly `document text[start:end]` of the file at `path`, as it was indexed.

    `heading`: titles from the outermost to the innermost. `page`: from 1; None for formats without pages.
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
