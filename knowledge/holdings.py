"""What a sync keeps up to date and a search looks in."""

from dataclasses import dataclass

from knowledge.embed import Embedder
from knowledge.index.index import Index
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.rerank import RerankStage
from knowledge.terms import Analyzer


@dataclass(frozen=True, slots=True)
class Holdings:
    """One ledger with an index that follows it. `embedder` None: the index has no vectors. `rerank` None: no model."""

    ledger: Ledger
    index: Index
    embedder: Embedder | None
    analyzer: Analyzer
    rerank: RerankStage | None = None

    @property
    def name(self) -> str:
        """The index's name in the ledger."""
        return self.embedder.name if self.embedder else KEYWORDS
