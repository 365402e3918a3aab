"""The tokens that a draw chooses from, found without sorting a vocabulary: of its 150,000 tokens, some forty matter."""

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]

_ROWS = 64  # of a vocabulary laid out as a table: 32 to 128 took the same time


class Candidates:
    """Tokens and their logits in native memory, which serves every draw of a context. For one thread.

    `native`: a llama_token_data_array, for samplers to be applied to. `size`: tokens in the vocabulary.
    """

    def __init__(self, api: Any, size: int) -> None:
        """Allocate 12 bytes for each token."""
        import numpy as np

        self._numpy, self.size = np, size
        self._row = ctypes.c_float * size
        self._tokens = np.zeros(size, dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        data = self._tokens.ctypes.data_as(ctypes.POINTER(api.llama_token_data))
        self._array = api.llama_token_data_array(data, size, -1, False)
        self.native = ctypes.byref(self._array)

    def logits(self, pointer: Any) -> "Logits":
        """What native code predicts at `pointer`, one number for each token. Valid until the next batch."""
        row: Any = self._row.from_address(ctypes.addressof(pointer.contents))
        logits: Logits = self._numpy.frombuffer(row, self._numpy.float32)
        return logits

    def take_all(self, logits: "Logits") -> None:
        """Choose from all tokens."""
        self._take(self._numpy.arange(self.size), logits)

    def take_likeliest(self, logits: "Logits", count: int) -> bool:
        """Choose from the `count` tokens of the highest logits, and possibly a few more, in the order of their ids.

        False, and nothing is chosen from, where looking for them is no shorter. The count-th highest of the maxima of
        disjoint sets of tokens is a bound: at least `count` tokens reach it, and so do the likeliest.
        """
        columns = self.size // _ROWS
        if count == 1:
            self._take(self._numpy.array([logits.argmax()]), logits)
            return True
        if columns < count:
            return False
        maxima = logits[: _ROWS * columns].reshape(_ROWS, columns).max(axis=0)
        maxima.partition(columns - count)
        ids = (logits >= maxima[columns - count]).nonzero()[0]
        self._take(ids, logits)
        return len(ids) >= count  # not where a logit is no number

    @property
    def differ(self) -> bool:
        """Whether no two logits are equal: sorting them can come to one order only."""
        logits = self._numpy.sort(self._tokens["logit"][: self._array.size])
        return bool((logits[1:] != logits[:-1]).all())

    @property
    def selected(self) -> int:
        """The token that a chain of samplers has chosen."""
        return int(self._array.data[self._array.selected].id)

    def _take(self, ids: "npt.NDArray[np.integer]", logits: "Logits") -> None:
        tokens = self._tokens[: len(ids)]
        tokens["id"], tokens["logit"] = ids, logits[ids]
        self._array.size, self._array.selected, self._array.sorted = len(ids), -1, False
