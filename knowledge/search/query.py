"""What is asked of retrieval, and which of its stages are on."""

from dataclasses import dataclass
from typing import Literal

from knowledge.index.entry import Restriction

Stage = Literal["vector", "keyword", "names", "rerank", "threshold", "cache"]
ALL_STAGES: frozenset[Stage] = frozenset({"vector", "keyword", "names", "rerank", "threshold", "cache"})


@dataclass(frozen=True, slots=True)
class Query:
    """At most `k` passages for a question, from within a restriction. A stage that is left out does no work.

    `names` finds the files that the question names, if `keyword` is on; `threshold` returns nothing where nothing
    answers; `cache` may answer from what was found before.
    """

    question: str
    within: Restriction
    k: int
    stages: frozenset[Stage] = ALL_STAGES
