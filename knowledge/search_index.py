"""One search index: the table of an embedder, with all that is needed to keep it current and to search it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.embed import Embedder
from knowledge.index.index import IndexTable
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.rerank import RerankStage
from knowledge.terms.analyzer import Analyzer


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """A table that follows a ledger. `embedder` None: it has no vectors. `rerank` None: nothing is reranked."""

    ledger: Ledger
    table: IndexTable
    embedder: Embedder | None
    analyzer: Analyzer
    rerank: RerankStage | None = None

    @property
    def name(self) -> str:
        """The index's name in the ledger."""
        return self.embedder.name if self.embedder else KEYWORDS
