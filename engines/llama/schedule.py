"""Who is served next. No model is needed here."""

from collections.abc import Sequence

from engines.llama.answer import Answer
from engines.llama.request import Request


def first_to_serve(waiting: Sequence[Request], answers: Sequence[Answer]) -> Request | None:
    """The request that came first, those that only read ahead last; these run alone, as they must delay no answer."""
    asked = [request for request in waiting if not request.ahead]
    if asked:
        return asked[0]
    return waiting[0] if waiting and not answers else None


def next_answers(answers: Sequence[Answer]) -> list[Answer]:
    """Whose tokens make the next batch: every answer that is being written, and the first that still reads."""
    writing = [answer for answer in answers if not answer.is_reading]
    return writing + [answer for answer in answers if answer.is_reading][:1]


def in_turns(answers: Sequence[Answer], last: Answer | None) -> list[Answer]:
    """Of `next_answers` the one that reads alone, unless it was `last`, then those that write.

    For a model that cannot take back what a batch of several computes: such a batch is not interrupted, so it is short.
    """
    reading = [answer for answer in answers if answer.is_reading and answer is not last]
    return reading or [answer for answer in answers if not answer.is_reading] or list(answers)
