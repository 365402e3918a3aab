"""The tokens that a model has already computed, and how much of the next prompt they cover. Needs no model."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engines.errors import TemplateRefused
from engines.llama.model import LlamaModel
from engines.protocol import Message


@dataclass(frozen=True, slots=True)
class PrefillPlan:
    """`tokens`: the whole prompt; `reused`: the number of leading tokens that need no computation."""

    tokens: list[int]
    reused: int


class Tokenizer(Protocol):
    """The part of a vocabulary that planning needs."""

    @property
    def adds_space(self) -> bool:
        """True if `tokenize` puts a space before text that begins with none."""
        ...

    def tokenize(self, text: str) -> list[int]:
        """The tokens of `text`, control tokens included."""
        ...

    def is_control(self, token: int) -> bool:
        """True if text before this token cannot change how it, and what follows, is tokenized."""
        ...


class CachedTokens:
    """The tokens in a model's KV cache, in order, and the text that they stand for.

    A mark is a place where tokens and characters end together: after a prompt, and after each generated token that
    completes its characters. `append` is O(1).
    """

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self._texts: list[str] = []
        self._chars = 0
        self._marks: list[tuple[int, int]] = []  # (characters, tokens), both increasing

    @classmethod
    def restored(cls, tokens: Iterable[int], text: str, marks: Iterable[tuple[int, int]]) -> CachedTokens:
        """Rebuild an instance from the `tokens`, `text` and `marks` of another."""
        restored = cls()
        restored.tokens, restored._texts, restored._chars = list(tokens), [text], len(text)
        restored._marks = list(marks)
        return restored

    @property
    def marks(self) -> Sequence[tuple[int, int]]:
        """(characters, tokens) of every mark, from the first."""
        return self._marks

    @property
    def text(self) -> str:
        """The text of all tokens; of the whole prompt while it is being computed, or was computed in part."""
        self._texts = ["".join(self._texts)]
        return self._texts[0]

    def append(self, token: int, text: str, whole: bool) -> None:
        """Add a generated token. `whole`: it leaves no character incomplete."""
        self.tokens.append(token)
        self._texts.append(text)
        self._chars += len(text)
        if whole:
            self._marks.append((self._chars, len(self.tokens)))

    def truncate(self, kept: int, text: str) -> None:
        """Truncate to the first `kept` tokens; the prompt `text` is about to be computed from there."""
        shared = self._shared(text)
        self._marks = [mark for mark in self._marks if mark[0] <= shared and mark[1] <= kept]
        self._texts, self._chars = [text], len(text)
        self.tokens = self.tokens[:kept]

    def extend(self, tokens: Sequence[int]) -> None:
        """Add tokens of a prompt; `mark` gives their text."""
        self.tokens.extend(tokens)

    def mark(self, text: str) -> None:
        """Record that all tokens together stand for `text`."""
        self._texts, self._chars = [text], len(text)
        self._marks.append((len(text), len(self.tokens)))

    def copy(self) -> CachedTokens:
        """An independent copy."""
        return CachedTokens.restored(self.tokens, self.text, self._marks)

    def clear(self) -> None:
        """Remove everything."""
        self.tokens, self._texts, self._chars, self._marks = [], [], 0, []

    def continued_by(self, text: str) -> tuple[int, int]:
        """(tokens, characters) up to the last mark at which `text` still begins with the cached text."""
        at = bisect_right(self._marks, (self._shared(text), len(self.tokens)))
        characters, tokens = self._marks[at - 1] if at else (0, 0)
        return tokens, characters

    def _shared(self, text: str) -> int:
        return self._chars if text.startswith(self.text) else common_length(self.text, text)


def plan_prefill(cached: CachedTokens, text: str, whole: list[int], tokenizer: Tokenizer) -> PrefillPlan:
    """Plan to compute the prompt `text`, whose own tokens are `whole`, on top of what is `cached`.

    Generated text keeps the tokens that the model chose, which need not be those of a tokenizer: where `text` continues
    the cached text, only the rest is tokenized. They are joined if the rest begins with a control token, or if nothing
    cached is dropped; otherwise the prompt's own tokens are taken.
    """
    kept, characters = cached.continued_by(text)
    if kept:
        rest = tokenizer.tokenize(text[characters:])
        appends = kept == len(cached.tokens) and not tokenizer.adds_space
        if not rest or appends or tokenizer.is_control(rest[0]):
            return plan_exactly(cached, cached.tokens[:kept] + rest)
    return plan_exactly(cached, whole)


def plan_exactly(cached: CachedTokens, tokens: list[int]) -> PrefillPlan:
    """Plan to compute exactly these `tokens`. The last one is always computed again, for its logits."""
    return PrefillPlan(tokens, min(common_length(cached.tokens, tokens), len(tokens) - 1))


class PrefixSource(Protocol):
    """Anything with cached tokens that a prompt may continue."""

    @property
    def cached(self) -> CachedTokens:
        """The tokens."""
        ...


class Prompt(Protocol):
    """A prompt to compute; `tokens` are its own, as if nothing of it were cached."""

    prompt: str
    tokens: list[int]


_Source = TypeVar("_Source", bound=PrefixSource)
_Items = TypeVar("_Items", str, list[int])  # slices of different types are never equal


def longest_prefix(
    sources: Iterable[_Source], prompt: Prompt, can_truncate: Callable[[_Source, int], bool]
) -> tuple[_Source | None, int]:
    """The source that covers the most of a prompt, and how many of its tokens; among equals the shortest.

    `can_truncate`: true if a source can be continued from its first so many tokens.
    """
    best: _Source | None = None
    most = 0
    for source in sources:
        length, size = estimate_reuse(source.cached, prompt.prompt, prompt.tokens), len(source.cached.tokens)
        better = length > most or (length == most and best is not None and size < len(best.cached.tokens))
        if better and can_truncate(source, min(length, len(prompt.tokens) - 1) if length < size else size):
            best, most = source, length
    return best, most


def estimate_reuse(cached: CachedTokens, text: str, whole: list[int]) -> int:
    """An upper bound, and a good estimate, of the tokens that `plan_prefill` would reuse; tokenizes nothing."""
    kept, _ = cached.continued_by(text)
    return min(max(kept, common_length(cached.tokens, whole)), len(cached.tokens))


def common_length(first: _Items, second: _Items) -> int:
    """The number of equal leading items. Compares ever longer slices, then halves the last, all in native code."""
    low, high, end = 0, 16, min(len(first), len(second))
    while high < end and first[low:high] == second[low:high]:
        low, high = high, 2 * high
    high = min(high, end)
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


_NO_LETTERS = re.compile(r"[\W_]+")


class DeletedTexts:
    """Texts to be erased wherever they were computed. Compares letters and digits only: templates change the rest.

    A text without any occurs in no chat.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        letters = (_NO_LETTERS.sub("", text) for text in texts)
        self._texts = tuple(filter(None, letters))

    def occur_in(self, chat: str) -> bool:
        """True if one of the texts is part of `chat`."""
        letters = _NO_LETTERS.sub("", chat)
        return any(text in letters for text in self._texts)


def system_messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The leading system messages."""
    count = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
    return tuple(messages[:count])


def persona_prefix(model: LlamaModel, system: tuple[Message, ...], thinks: bool) -> list[int]:
    """The tokens that begin every prompt with these system messages; none without one. `thinks`: see `Engine.prefill`.

    The last of them may be tokenized differently in a prompt, joined to what follows.
    """
    if not system:
        return []
    try:
        one, other = (model.template.render([*system, Message("user", text)], thinks=thinks) for text in ("a", "b"))
    except TemplateRefused:
        return []
    return model.prompt_tokens(one[: common_length(one, other)])
