"""What followed the last tokens of a text when they came before: a guess at what follows now. No model is needed here.

Prompt lookup (A. Saxena, 2023), with two changes: the latest place is taken rather than the first, and it is followed
for as long as it proves right.
"""

from collections.abc import Iterable, Sequence
from itertools import count

_LENGTHS = (3, 2)  # tokens that must have come before; longer runs are found by following them


class Lookup:
    """A text whose end is looked up in itself. `add` is O(1), however long the text.

    `matched`: how many of the last tokens came before in the same order, as far as is known; 0: none.
    """

    def __init__(self, tokens: Iterable[int]) -> None:
        self._tokens = list(tokens)
        self._places = {length: _places(self._tokens, length) for length in _LENGTHS}
        self._place = 0  # of the token that is guessed next
        self.matched = 0
        self._find()

    def add(self, token: int) -> bool:
        """Append a token. Whether it was guessed."""
        right = bool(self.matched) and self._tokens[self._place] == token
        for length, places in self._places.items():
            places[tuple(self._tokens[-length:])] = len(self._tokens)
        self._tokens.append(token)
        if right:
            self._place += 1
            self.matched += 1
        else:
            self._find()
        return right

    def following(self, length: int) -> list[int]:
        """The `length` tokens that are guessed next; a guess that reaches the end of the text goes on with itself."""
        if not self.matched:
            return []
        guess = self._tokens[self._place : self._place + length]
        while len(guess) < length:
            guess += guess[: length - len(guess)]
        return guess

    def _find(self) -> None:
        self.matched = 0
        for length, places in self._places.items():
            place = places.get(tuple(self._tokens[-length:]))
            if place is not None:
                self._place, self.matched = place, length
                return


def _places(tokens: Sequence[int], length: int) -> dict[tuple[int, ...], int]:
    """The place after the last occurrence of each run of `length` tokens, except for the run at the end."""
    starts = [tokens[at : at + max(len(tokens) - length, 0)] for at in range(length)]
    return dict(zip(zip(*starts, strict=True), count(length)))
