"""An index that is open for searching, with its embedder, for as long as somebody uses it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.holdings import Holdings
from knowledge.search.retrieve import Retriever


class OpenedIndex:
    """Closed once it was retired and nobody uses it any more: a search may outlive a change of the index."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.retriever = Retriever(holdings)
        self._lock = threading.Lock()
        self.is_complete = False  # whether it was seen to hold what the ledger says
        self._users = 0
        self._retired = self._closed = False

    @contextmanager
    def used(self) -> Iterator["OpenedIndex"]:
        """Itself, open for as long as the block runs."""
        with self._lock:
            self._users += 1
        try:
            yield self
        finally:
            with self._lock:
                self._users -= 1
            self._close_if_idle()

    def retire(self) -> None:
        """Close it, now or when its last user is done."""
        self._retired = True
        self._close_if_idle()

    def _close_if_idle(self) -> None:
        with self._lock:
            if not self._retired or self._users or self._closed:
                return
            self._closed = True
        self.retriever.close()
        self.holdings.index.release()
        for model in (self.holdings.embedder, self.holdings.rerank):
            if model:
                model.close()
