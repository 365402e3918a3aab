"""The layers around a model that only look and tell: the question, the sources and the answer of a turn."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.guards.injection import find_injection
from assistant.guards.note import GuardNote
from engines import has_markers

_ADDRESS = re.compile(
    r"(?i)\b(?:https?|ftp|file|data|smb|mailto):[^\s<>\"'`\\)\]]{2,400}|\b(?:javascript|vbscript):\S{2,200}"
    r"|\\\\[\w.-]+\\\S{1,200}"
)
_SHOWN = 3  # addresses that a note names
_ABUSE = Path(__file__).with_name("abuse.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """The layers that are on; `answer_characters`: where an answer is cut, 0 for nowhere."""

    question: bool = True
    sources: bool = True
    links: bool = True
    toxicity: bool = False
    answer_characters: int = 0

    def of_question(self, text: str) -> tuple[GuardNote, ...]:
        """A note on orders to the model in the question."""
        reasons = find_injection(text) if self.question else ()
        return (
            (GuardNote("question", f"The question reads like orders to a model: {', '.join(reasons)}."),)
            if reasons
            else ()
        )

    def of_sources(self, texts: Sequence[str]) -> tuple[GuardNote, ...]:
        """Notes on the passages, numbered from 1, that give orders to the model or hold role markers."""
        if not self.sources:
            return ()
        ordering = {n: reasons for n, text in enumerate(texts, 1) if (reasons := find_injection(text))}
        marked = tuple(n for n, text in enumerate(texts, 1) if has_markers(text))
        notes = []
        if ordering:
            give = "gives" if len(ordering) == 1 else "give"
            says = ", ".join(dict.fromkeys(one for reasons in ordering.values() for one in reasons))
            notes.append(GuardNote("sources", f"{_named(ordering)} {give} orders to a model: {says}.", tuple(ordering)))
        if marked:
            notes.append(GuardNote("markers", f"Role markers in {_named(marked).lower()} were broken.", marked))
        return tuple(notes)

    def of_answer(self, answer: str, given: Sequence[str]) -> tuple[GuardNote, ...]:
        """Notes on addresses in the answer that none of the `given` texts has, on abuse, and on its length."""
        return (*self._of_links(answer, given), *self._of_abuse(answer), *self._of_length(answer))

    def _of_links(self, answer: str, given: Sequence[str]) -> Iterator[GuardNote]:
        found = dict.fromkeys(match[0].rstrip(".,;:") for match in _ADDRESS.finditer(answer)) if self.links else {}
        new = [address for address in found if not any(address in text for text in given)]
        if new:
            shown = ", ".join(new[:_SHOWN]) + (" …" if len(new) > _SHOWN else "")
            yield GuardNote("links", f"In no source and not in the question: {shown}")

    def _of_abuse(self, answer: str) -> Iterator[GuardNote]:
        if self.toxicity and _abuse().search(answer):
            yield GuardNote("toxicity", "The answer contains abusive words.")

    def _of_length(self, answer: str) -> Iterator[GuardNote]:
        if self.answer_characters and len(answer) >= self.answer_characters:
            yield GuardNote("length", f"The answer was cut at {self.answer_characters:,} characters.")


def _named(numbers: Sequence[int] | dict[int, tuple[str, ...]]) -> str:
    return f"Passage{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


@cache
def _abuse() -> re.Pattern[str]:
    words = [word for words in tomllib.loads(_ABUSE.read_text("utf-8")).values() for word in words]
    spaced = "|".join(re.escape(word) for word in words if word.isascii() or word[0] < "\u2e80")
    unspaced = "|".join(re.escape(word) for word in words if word[0] >= "\u2e80")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|{unspaced}", re.IGNORECASE)
