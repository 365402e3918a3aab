"""What to search for when a question leans on the one before it."""

import re
from collections.abc import Sequence

from assistant.values import Turn
from knowledge.terms import Analyzer

# Fewer different terms than this (words that are not stop words; pairs of characters where there are no spaces) are
# too few to search with: "And on two GPUs?", "为什么？".
_STANDALONE_TERMS = 3
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|he|she|him|her|his|former|latter|there|same|other one|above"
    r"|dies|diese[rsmn]?|davon|dazu|cela|celui|eso|esto)\b|这|那|它|其|これ|それ|あれ",
    re.IGNORECASE,
)
_ANALYZER = Analyzer()


def search_text(question: str, history: Sequence[Turn]) -> str:
    """The question itself where it stands alone; else after the newest earlier question that does.

    A question leans on an earlier one when it has fewer than three terms, or a word in it that points back.
    """
    if not history or not leans(question):
        return question
    earlier = next((turn.question for turn in reversed(history) if not leans(turn.question)), history[0].question)
    return f"{earlier}\n{question}"


def leans(question: str) -> bool:
    """Whether a question can only be understood after another."""
    terms = {term for term in _ANALYZER.terms(question) if len(term) > 1 or term.isascii()}  # pairs, not their halves
    return len(terms) < _STANDALONE_TERMS or bool(_POINTS_BACK.search(question))
