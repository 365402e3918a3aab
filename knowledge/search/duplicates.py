"""Texts that say the same: copies, and versions of one file that differ in a word or two."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|[^\W_]+")
SHINGLE_WORDS = 3
# Of the shingles of both. One word changed in a paragraph of sixty leaves 0.90 of them; two paragraphs of one subject
# share a few percent.
NEAR = 0.9


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is compared by. Texts whose numbers differ, as two months' invoices, never say the same."""

    shingles: frozenset[tuple[str, ...]]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Print":
        """Three words in a row, and the words with a digit. A Chinese character counts as a word."""
        words = _WORD.findall(text.lower())
        rows = zip(*(words[n:] for n in range(SHINGLE_WORDS)), strict=False)
        shingles = frozenset(rows) or frozenset({tuple(words)})
        return cls(shingles, frozenset(word for word in words if any(map(str.isdigit, word))))

    def is_near(self, other: "Print") -> bool:
        """Whether at least NEAR of all shingles are in both (Jaccard's index), and the same numbers."""
        fewer, more = sorted((len(self.shingles), len(other.shingles)))
        if fewer < NEAR * more or self.numbers != other.numbers:
            return False
        common = len(self.shingles & other.shingles)
        return common >= NEAR * (fewer + more - common)
