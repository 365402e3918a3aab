"""Drafts the next tokens of an answer from what it was written from, where verifying them in one batch pays.

The tokens that are drawn decide: a draft is kept as far as the sampler draws the same, one place after another, with
the same chain, grammar and random numbers as without drafts. So an answer is the same, token for token, where a batch
of several tokens computes what single steps do. Where it does not, to the last bit, a later token may differ, as it may
between any two shapes of batches: an earlier row of logits is then as right as the other, and not the same.
"""

from bisect import bisect_right
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


# Measured on two cores with the shape of Qwen2.5-0.5B, Q4_0, at 500 to 2,000 tokens of context.
_COSTS = {4: 2.4, 8: 4.2, 16: 6.4}  # single steps that a batch of so many tokens takes; others pay less
_MATCHES = (2, 3, 4, 6, 9, 16)  # tokens that came before, from which on a guess is as right as the next line says
_RIGHT = (0.3, 0.5, 0.7, 0.85, 0.92, 0.95)  # how often one token is, until it is counted
MOST_DRAFTED = max(_COSTS) - 1  # tokens
_GAIN = 1.05  # tokens per time, drafted to single, from which on drafts are made
_COUNTED, _TIMED = 1 / 16, 1 / 8  # weight of the last guess, of the last batch
_ALIKE = 0.5  # a machine on which one size costs more than thought probably has the others cost more, too
_RETRY = 1 / 1_000  # of the way back to the first costs, with each single step: a size that did not pay is tried again


class DraftEconomy:
    """What drafts cost and bring on this machine with this model, counted over all answers. For one thread.

    Every guess is compared with what was written, drafted or not, so that no draft is needed to know that it pays.
    """

    def __init__(self) -> None:
        self._costs = dict(_COSTS)
        self._step = 0.0  # seconds
        self._right = [{size: _expected(right, size - 1) for size in _COSTS} for right in _RIGHT]

    def length(self, matched: int, most: int) -> int:
        """How many tokens to draft, at most `most`, where `matched` tokens came before; 0 where it does not pay."""
        if not matched:
            return 0
        right = self._right[_class(matched)]
        gains = {size: (1 + right[size]) / cost for size, cost in self._costs.items() if size - 1 <= most}
        best = max(gains, key=lambda size: gains[size], default=0)
        return best - 1 if best and gains[best] > _GAIN else 0

    def guessed(self, matched: int, right: int) -> None:
        """Where `matched` tokens came before, the first `right` of the guessed ones were written."""
        kept = self._right[_class(matched)]
        for size in kept:
            kept[size] += _COUNTED * (min(right, size - 1) - kept[size])

    def timed(self, tokens: int, seconds: float) -> None:
        """A batch of `tokens` took so long. One that took twice the usual time counts no more: the machine was busy."""
        if tokens == 1:
            self._step += _TIMED * (min(seconds, 2 * self._step) - self._step) if self._step else seconds
            for size, cost in _COSTS.items():
                self._costs[size] += _RETRY * (cost - self._costs[size])
        elif tokens in self._costs and self._step:
            usual = self._costs[tokens]
            change = 1 + _TIMED * (min(seconds / self._step / usual, 2.0) - 1)
            for size in self._costs:
                self._costs[size] *= change if size == tokens else change**_ALIKE


class Drafter:
    """Drafts for one answer. `tokens`: all that the model has read and written so far."""

    def __init__(self, tokens: Iterable[int], economy: DraftEconomy) -> None:
        self._lookup, self._economy = Lookup(tokens), economy
        self._begun_at = self._lookup.matched  # of the run of right guesses
        self._run = 0

    def draft(self, most: int) -> list[int]:
        """The next tokens, at most `most`; none where they would not pay."""
        return self._lookup.following(self._economy.length(self._lookup.matched, most))

    def add(self, token: int) -> None:
        """Go on from a token that was written."""
        guessed = self._lookup.matched > 0
        if self._lookup.add(token):
            self._run += 1
            if self._run >= MOST_DRAFTED:
                self._economy.guessed(self._begun_at + self._run - MOST_DRAFTED, MOST_DRAFTED)
            return
        if guessed:
            self._count_broken_run()
        self._begun_at, self._run = self._lookup.matched, 0

    def _count_broken_run(self) -> None:
        """Tell of the guesses of this run whose last token is known only now."""
        for at in range(max(0, self._run - MOST_DRAFTED + 1), self._run + 1):
            self._economy.guessed(self._begun_at + at, self._run - at)


def _class(matched: int) -> int:
    return bisect_right(_MATCHES, matched) - 1


def _expected(right: float, most: int) -> float:
    """How many of `most` guessed tokens are right before the first wrong one, if each is with this probability."""
    return right * (1 - right**most) / (1 - right)
