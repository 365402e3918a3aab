"""Prompts as token ids, in which what a model wrote keeps the ids it was written in."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

_REMEMBERED = 64  # chats whose last answer is kept; 4 MB at 8,000 tokens each


class PromptTokens:
    """Tokenizes prompts. The next turn of a remembered chat begins with exactly the ids that the last one ended with.

    A tokenizer need not choose the tokens in which a model wrote a text, and one other token would make everything
    after it be read again. Thread-safe.
    """

    def __init__(self, tokenize: Callable[[str], list[int]], is_control: Callable[[int], bool]) -> None:
        """`is_control`: whether text before this token cannot change how it, and what follows, is tokenized."""
        self._tokenize, self._is_control = tokenize, is_control
        self._written = OrderedDict[str, tuple[int, ...]]()
        self._lock = Lock()

    def of(self, text: str) -> list[int]:
        """The ids of a rendered prompt."""
        known, ids = self._longest(text)
        rest = self._tokenize(text[len(known) :])
        if not known or not rest or self._is_control(rest[0]):
            return [*ids, *rest]
        return self._tokenize(text)

    def remember(self, text: str, ids: Sequence[int]) -> None:
        """`text`, a prompt and its answer, was read and written as `ids`."""
        with self._lock:
            self._written[text] = tuple(ids)
            self._written.move_to_end(text)
            if len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)

    def _longest(self, text: str) -> tuple[str, tuple[int, ...]]:
        """The longest remembered text that `text` begins with, and its ids."""
        with self._lock:
            found = max((written for written in self._written if text.startswith(written)), key=len, default="")
            if found:
                self._written.move_to_end(found)
            return found, self._written.get(found, ())
