"""A model as judge: how useful is an answer, by a rubric? Models judge their own answers too kindly."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.evaluation.questions import GoldQuestion
from engines import Engine, Message, Sampling

Judge = Callable[[GoldQuestion, str], int | None]
"""A question and an answer → how useful the answer is, from 1 to 5; None where that was not said."""

_RUBRIC = """\
Rate how useful an answer is to the person who asked, against the reference answer.
5: it says all that the reference says, and nothing that contradicts it.
4: it says so with a small gap, or amid much that was not asked.
3: a part of it is right and helps.
2: it is about the matter, but hardly helps.
1: it is wrong, about something else, or no answer.
Where the reference is "none", the matter is not known: rate 5 for saying so, and 1 for an answer.
Write the number alone."""
_SAMPLING = Sampling(temperature=0.0, max_tokens=8)
_RATING = re.compile(r"\W*(?:rating\W*)?([1-5])(?!\.?\d)", re.IGNORECASE)


def usefulness(engine: Engine, gold: GoldQuestion, answer: str) -> int | None:
    """The model's rating of an answer, from 1 to 5 (higher is better); None where it gives none.

    Raises the engine's AppErrors.
    """
    reference = " / ".join(gold.answers) or "none"
    asked = f"Question: {gold.question}\n\nReference: {reference}\n\nAnswer: {answer}\n\nRating, 1 to 5:"
    reply = engine.reply((Message("system", _RUBRIC), Message("user", asked)), _SAMPLING)
    written = "".join(piece.text for piece in reply if piece.kind == "answer")
    rating = _RATING.match(written)
    return int(rating[1]) if rating else None
