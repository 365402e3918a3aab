"""What a model has already read, and how much of the next prompt that covers. No model is needed here."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engines.failures import TemplateRefused
from engines.llama.model import LlamaModel
from engines.protocol import Message


@dataclass(frozen=True, slots=True)
class Reading:
    """`tokens`: the whole prompt; `keep`: how many of them, from the first, need not be read again."""

    tokens: list[int]
    keep: int


class Tokenizer(Protocol):
    """What planning needs to know of a vocabulary."""

    @property
    def adds_space(self) -> bool:
        """Whether `tokenize` puts a space before text that begins with none."""
        ...

    def tokenize(self, text: str) -> list[int]:
        """The tokens of `text`, control tokens included."""
        ...

    def is_control(self, token: int) -> bool:
        """Whether text before this token cannot change how it, and what follows, is tokenized."""
        ...


class Transcript:
    """The tokens in a model's memory, in order, and the text that they stand for.

    A mark is a place where tokens and characters end together: after a prompt, and after each written token that
    completes its characters. `append` is O(1).
    """

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self._texts: list[str] = []
        self._chars = 0
        self._marks: list[tuple[int, int]] = []  # (characters, tokens), both increasing

    @classmethod
    def restored(cls, tokens: Iterable[int], text: str, marks: Iterable[tuple[int, int]]) -> "Transcript":
        """What another transcript's `tokens`, `text` and `marks` make."""
        transcript = cls()
        transcript.tokens, transcript._texts, transcript._chars = list(tokens), [text], len(text)
        transcript._marks = list(marks)
        return transcript

    @property
    def marks(self) -> Sequence[tuple[int, int]]:
        """(characters, tokens) of every mark, from the first."""
        return self._marks

    @property
    def text(self) -> str:
        """The text of all tokens, and of those to come while a prompt is being read, or where it was read in part."""
        self._texts = ["".join(self._texts)]
        return self._texts[0]

    def append(self, token: int, text: str, whole: bool) -> None:
        """Add a written token. `whole`: no character is left half written after it."""
        self.tokens.append(token)
        self._texts.append(text)
        self._chars += len(text)
        if whole:
            self._marks.append((self._chars, len(self.tokens)))

    def rewind(self, kept: int, text: str) -> None:
        """Only the first `kept` tokens are still in memory, and `text` is about to be read on from there."""
        shared = self._shared(text)
        self._marks = [mark for mark in self._marks if mark[0] <= shared and mark[1] <= kept]
        self._texts, self._chars = [text], len(text)
        self.tokens = self.tokens[:kept]

    def extend(self, tokens: Sequence[int]) -> None:
        """Add tokens that were read; `mark` says for what text."""
        self.tokens.extend(tokens)

    def mark(self, text: str) -> None:
        """All tokens together stand for `text`."""
        self._texts, self._chars = [text], len(text)
        self._marks.append((len(text), len(self.tokens)))

    def copy(self) -> "Transcript":
        """Another one, equal and apart."""
        other = Transcript()
        other.tokens, other._marks = self.tokens.copy(), self._marks.copy()
        other._texts, other._chars = [self.text], self._chars
        return other

    def clear(self) -> None:
        """The memory is empty."""
        self.tokens, self._texts, self._chars, self._marks = [], [], 0, []

    def continued_by(self, text: str) -> tuple[int, int]:
        """(tokens, characters) up to the last mark at which `text` still begins with what was read."""
        at = bisect_right(self._marks, (self._shared(text), len(self.tokens)))
        characters, tokens = self._marks[at - 1] if at else (0, 0)
        return tokens, characters

    def _shared(self, text: str) -> int:
        return self._chars if text.startswith(self.text) else common_length(self.text, text)


def plan_reading(read: Transcript, text: str, whole: list[int], tokenizer: Tokenizer) -> Reading:
    """How to read the prompt `text`, whose own tokens are `whole`, after what was `read`.

    Text that the model wrote keeps the tokens it was written in, which need not be those that a tokenizer would choose:
    where `text` continues what was read, only the rest is tokenized. They are joined if the rest begins with a control
    token, or if nothing that was read is dropped; otherwise the prompt's own tokens are taken.
    """
    kept, characters = read.continued_by(text)
    if kept:
        rest = tokenizer.tokenize(text[characters:])
        appends = kept == len(read.tokens) and not tokenizer.adds_space
        if not rest or appends or tokenizer.is_control(rest[0]):
            return reading(read, read.tokens[:kept] + rest)
    return reading(read, whole)


def reading(read: Transcript, tokens: list[int]) -> Reading:
    """How to read exactly these `tokens`. The last is always read again, for its prediction."""
    return Reading(tokens, min(common_length(read.tokens, tokens), len(tokens) - 1))


class Known(Protocol):
    """Something that was read."""

    @property
    def transcript(self) -> Transcript:
        """What of it can be kept."""
        ...


class Asked(Protocol):
    """A prompt to read; `tokens` are its own, where nothing of it was read."""

    prompt: str
    tokens: list[int]


_Known = TypeVar("_Known", bound=Known)
_Items = TypeVar("_Items", str, list[int])  # slices of unlike types are never equal


def longest(
    all_known: Iterable[_Known], asked: Asked, goes_back: Callable[[_Known, int], bool]
) -> tuple[_Known | None, int]:
    """Which of these covers the most of a prompt, and how many of its tokens; among equals the shortest.

    `goes_back`: whether one can be gone on from after so many of its tokens.
    """
    best: _Known | None = None
    most = 0
    for known in all_known:
        length, size = known_length(known.transcript, asked.prompt, asked.tokens), len(known.transcript.tokens)
        better = length > most or (length == most and best is not None and size < len(best.transcript.tokens))
        if better and goes_back(known, min(length, len(asked.tokens) - 1) if length < size else size):
            best, most = known, length
    return best, most


def known_length(read: Transcript, text: str, whole: list[int]) -> int:
    """About how many tokens `plan_reading` would keep: at most that many, and no text is tokenized for it."""
    kept, _ = read.continued_by(text)
    return min(max(kept, common_length(read.tokens, whole)), len(read.tokens))


def common_length(first: _Items, second: _Items) -> int:
    """How many leading items are equal. Compares ever longer slices, then halves the last, all in native code."""
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


class Forgotten:
    """Texts that nobody is to remember. Letters and digits are compared, as templates change spaces and marks.

    Texts without any are in no chat.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(filter(None, map(_letters, texts)))

    def is_in(self, read: str) -> bool:
        """Whether one of them stands in what was `read`."""
        letters = _letters(read)
        return any(text in letters for text in self._texts)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def system_messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Those at the beginning."""
    count = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
    return tuple(messages[:count])


def persona_prefix(model: LlamaModel, system: tuple[Message, ...]) -> list[int]:
    """The tokens that a prompt begins with whatever is asked after `system`; none without one.

    The last of them may read otherwise in a prompt, where it joins what follows.
    """
    if not system:
        return []
    try:
        one, other = (model.template.render([*system, Message("user", text)]) for text in ("a", "b"))
    except TemplateRefused:
        return []
    return model.prompt_tokens(one[: common_length(one, other)])
