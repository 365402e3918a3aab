"""Prompt-lookup decoding: drafts tokens from the text so far, where verifying them in one batch is faster.

The sampler decides: a draft is accepted as far as the sampler draws the same tokens, one after another, with the same
chain, grammar and random numbers as without drafts. So an answer is the same, token for token, where a batch of several
tokens computes the same logits as single steps. Where they differ in the last bit, a later token may differ, as it may
between any two batch shapes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import count

_LENGTHS = (3, 2)  # of the n-grams that are looked up; longer matches are found by following them


class PromptLookup:
    """Looks up the last tokens of a text earlier in it. `add` is O(1), however long the text.

    `matched`: the number of last tokens that are known to have occurred before, in the same order.
    """

    def __init__(self, tokens: Iterable[int]) -> None:
        self._tokens = list(tokens)
        self._places = {length: _places(self._tokens, length) for length in _LENGTHS}
        self._place = 0  # index of the token that is guessed next
        self.matched = 0
        self._find()

    def add(self, token: int) -> bool:
        """Append a token. True if it was guessed."""
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
        """The next `length` guessed tokens; a guess that reaches the end of the text repeats itself."""
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
_COSTS = {4: 2.4, 8: 4.2, 16: 6.4}  # of batches of so many tokens, in single steps; other sizes pay less
_MATCHES = (2, 3, 4, 6, 9, 16)  # lengths of a match from which a guess is as accurate as the next line says
_RIGHT = (0.3, 0.5, 0.7, 0.85, 0.92, 0.95)  # share of guessed tokens that are right, before any is counted
MOST_DRAFTED = max(_COSTS) - 1  # tokens
_GAIN = 1.05  # of speed, from which on drafts are made
_COUNTED, _TIMED = 1 / 16, 1 / 8  # weights of the last guess and the last batch in moving averages
_ALIKE = 0.5  # exponent: where one size costs more than expected, the others probably do, too
_RETRY = 1 / 1_000  # each single step brings the costs back by so much: a size that did not pay is tried again


class DraftPolicy:
    """Decides how much to draft, from costs and accuracy measured over all answers. For one thread.

    Every guess is compared with the answer, drafted or not, so that accuracy is known without drafting.
    """

    def __init__(self) -> None:
        self._costs = dict(_COSTS)
        self._step = 0.0  # seconds
        # expected number of right tokens before the first wrong one, if each is right with this probability
        self._right = [{size: p * (1 - p ** (size - 1)) / (1 - p) for size in _COSTS} for p in _RIGHT]

    def length(self, matched: int, most: int) -> int:
        """The number of tokens to draft, at most `most`, after a match of `matched` tokens; 0 where it does not pay."""
        if not matched:
            return 0
        right = self._right[_match_class(matched)]
        gains = {size: (1 + right[size]) / cost for size, cost in self._costs.items() if size - 1 <= most}
        best = max(gains, key=lambda size: gains[size], default=0)
        return best - 1 if best and gains[best] > _GAIN else 0

    def record_guess(self, matched: int, right: int) -> None:
        """Record that after a match of `matched` tokens the first `right` guessed tokens were right."""
        kept = self._right[_match_class(matched)]
        for size in kept:
            kept[size] += _COUNTED * (min(right, size - 1) - kept[size])

    def record_batch(self, tokens: int, seconds: float) -> None:
        """Record the time of a batch of `tokens`; at most twice the usual: then the machine was busy."""
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
    """Drafts for one answer. `tokens`: the prompt and the answer so far."""

    def __init__(self, tokens: Iterable[int], policy: DraftPolicy) -> None:
        self._lookup, self._policy = PromptLookup(tokens), policy
        self._begun_at = self._lookup.matched  # `matched` when the run of right guesses began
        self._run = 0

    def draft(self, most: int) -> list[int]:
        """The guessed next tokens, at most `most`; none where drafting does not pay."""
        return self._lookup.following(self._policy.length(self._lookup.matched, most))

    def add(self, token: int) -> None:
        """Append a token of the answer."""
        guessed = self._lookup.matched > 0
        if self._lookup.add(token):
            self._run += 1
            if self._run >= MOST_DRAFTED:
                self._policy.record_guess(self._begun_at + self._run - MOST_DRAFTED, MOST_DRAFTED)
            return
        if guessed:
            for at in range(max(0, self._run - MOST_DRAFTED + 1), self._run + 1):  # guesses that end with this token
                self._policy.record_guess(self._begun_at + at, self._run - at)
        self._begun_at, self._run = self._lookup.matched, 0


def _match_class(matched: int) -> int:
    return bisect_right(_MATCHES, matched) - 1
