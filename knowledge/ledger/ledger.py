"""The authority on what is indexed: folders, files, their texts, chunks and vectors, in SQLite.

The indexes beside it can always be built again from here, without reading a file or embedding a text twice.
"""

from knowledge.ledger.chunks import ChunkTable
from knowledge.ledger.database import LedgerUnreadable, LedgerUnwritable
from knowledge.ledger.files import FileTable
from knowledge.ledger.folders import FolderTable
from knowledge.ledger.indexes import IndexTable, Pending

__all__ = ["Ledger", "LedgerUnreadable", "LedgerUnwritable", "Pending"]


class Ledger(FolderTable, FileTable, ChunkTable, IndexTable):
    """Every table of one SQLite database; safe to use from any thread, and beside another process."""
