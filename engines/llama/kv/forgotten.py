"""Which chats are to be forgotten: those in which one of some texts was read."""

import re
from collections.abc import Iterable

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
