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
