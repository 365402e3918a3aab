"""What a sync keeps up to date and a search looks in."""

from dataclasses import dataclass

from knowledge.embed import Embedder
from knowledge.index import Index
from knowledge.ledger import Ledger
from knowledge.terms import Analyzer


@dataclass(frozen=True, slots=True)
class Holdings:
    """One ledger with the index that follows it. `embedder` None: the index has no vectors."""

    ledger: Ledger
    index: Index
    embedder: Embedder | None
    analyzer: Analyzer
