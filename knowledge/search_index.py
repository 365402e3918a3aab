"""One search index: the table of an embedder, with all that is needed to keep it current and to search it."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.embed import Embedder
from knowledge.index.index import IndexTable
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.rerank import RerankLimits, RerankStage
from knowledge.search.cache import CacheLimits
from knowledge.terms.analyzer import Analyzer


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """The limits of reranking and of the search cache."""

    rerank: RerankLimits = field(default_factory=RerankLimits)
    cache: CacheLimits = field(default_factory=CacheLimits)


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """A table that follows a ledger. `embedder` None: it has no vectors. `rerank` None: nothing is reranked."""

    ledger: Ledger
    table: IndexTable
    embedder: Embedder | None
    analyzer: Analyzer
    rerank: RerankStage | None = None
    cache: CacheLimits = field(default_factory=CacheLimits)

    @property
    def name(self) -> str:
        """The index's name in the ledger."""
        return self.embedder.name if self.embedder else KEYWORDS
