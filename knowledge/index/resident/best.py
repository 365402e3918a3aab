"""The best rows of many blocks, looked at one block after another."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Best:
    """The `limit` ids with the highest scores that were added; of equal ones those with the lower ids."""

    def __init__(self, limit: int) -> None:
        import numpy as np

        self._limit = limit
        self._ids, self._scores = np.empty(0, np.int64), np.empty(0, np.float32)

    @property
    def floor(self) -> float:
        """What a score must reach to be among the best so far."""
        return float(self._scores[-1]) if len(self._scores) == self._limit else float("-inf")

    def add(self, ids: "npt.NDArray[np.int64]", scores: "npt.NDArray[np.floating]") -> None:
        """Look at these rows too."""
        import numpy as np

        if len(scores) > self._limit:
            floor = max(self.floor, float(np.partition(scores, -self._limit)[-self._limit]))
            high = np.flatnonzero(scores >= floor)
            ids, scores = ids[high], scores[high]
        ids, scores = np.concatenate([self._ids, ids]), np.concatenate([self._scores, scores])
        order = np.lexsort((ids, -scores))[: self._limit]
        self._ids, self._scores = ids[order], scores[order]

    def hits(self) -> list[tuple[int, float]]:
        """The ids and their scores, best first."""
        return list(zip(self._ids.tolist(), self._scores.tolist(), strict=True))
