"""Rewriting a question that follows others as one that stands alone: a model's help, in a box of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from assistant.answers.citations import terms_of
from assistant.reading.retrieval import Find
from assistant.values import Turn
from engines import Engine, Message, Sampling, Usage
from errors import AppError
from knowledge import Retrieval, StageTime

# With the 100 ms in which a stopped model ends, 0.4 s: an answer whose first word takes a second keeps a person's train
# of thought (Nielsen, Usability Engineering, 1993), and search, reading and the first word need the rest.
BOX_SECONDS = 0.3
_PROMPT_TOKENS, _WRITTEN_TOKENS = 150, 16  # as the instructions and two questions of ten words take
_REQUEST = """\
Rewrite the last question so that it is understood without those before it, in its own language. Write the question
alone."""
_EXAMPLES = (
    ("How often is the boiler in the cellar serviced?", "And who does it?", "Who services the boiler in the cellar?"),
    ("Wann wurde der Turm gebaut?", "Wie hoch ist das Bauwerk?", "Wie hoch ist der Turm?"),
)
_SAMPLING = Sampling(temperature=0.0, max_tokens=64, stop=("\n",))
_QUESTIONS = 2  # before the last
_LEAST_KEPT = 0.5  # of the question's words

Helper = Callable[[Sequence[str]], AbstractContextManager[Engine | None]]
"""Texts → the model that may read them, in memory while the block runs; None where there is none."""


@dataclass(frozen=True, slots=True)
class RewritingFind:
    """Finds for a question of a conversation as `find` does, and where it does not stand alone, for its rewriting.

    Nothing is rewritten where the last answer was too slow for that to end within BOX_SECONDS.
    """

    find: Find
    helper: Helper
    history: Sequence[Turn]

    def __call__(self, question: str, *, in_context: str) -> Retrieval:
        """Return the passages, best first; those of `find` where the rewriting is late or of no use."""
        found = self.find(question, in_context=in_context)
        if not found.searched_for or not self.history or not _is_fast(self.history[-1].usage):
            return found
        began = time.perf_counter()
        rewritten = self._rewritten(question)
        writing = StageTime("rewrite", began, time.perf_counter())
        again = self.find(question, in_context=rewritten) if rewritten else found
        best = again if again.searched_for else found
        return replace(
            best,
            timings_ms={**best.timings_ms, "rewrite": (time.perf_counter() - began) * 1000},
            times=(*found.times, writing, *(again.times if again is not found else ())),
        )

    def _rewritten(self, question: str) -> str:
        earlier = [turn.question for turn in self.history[-_QUESTIONS:]]
        try:
            with self.helper([question, *earlier]) as engine:
                said = _said_in_time(engine, _messages(question, earlier)) if engine else ""
        except AppError:
            return ""  # the answer meets the same error and shows it
        return said if is_rewriting(said, question, earlier) else ""


def is_rewriting(said: str, question: str, earlier: Sequence[str]) -> bool:
    """True for one line that keeps most of the question's words and has some of the questions before it."""
    words, asked = terms_of(said), terms_of(question)
    added = (words - asked) & terms_of("\n".join(earlier))
    return len(said.splitlines()) == 1 and bool(added) and len(words & asked) >= _LEAST_KEPT * len(asked)


def _is_fast(usage: Usage) -> bool:
    if not usage.prefill_tokens_per_second or not usage.decode_tokens_per_second:
        return False
    reading = _PROMPT_TOKENS / usage.prefill_tokens_per_second
    return reading + _WRITTEN_TOKENS / usage.decode_tokens_per_second <= BOX_SECONDS


def _messages(question: str, earlier: Sequence[str]) -> list[Message]:
    messages = [Message("system", _REQUEST)]
    for before, last, rewritten in _EXAMPLES:
        messages += [Message("user", f"Before: {before}\nLast: {last}"), Message("assistant", rewritten)]
    return [*messages, Message("user", f"Before: {' '.join(earlier)}\nLast: {question}")]


def _said_in_time(engine: Engine, messages: Sequence[Message]) -> str:
    """What the model writes; "" where it was not done within BOX_SECONDS."""
    reply = engine.reply(messages, _SAMPLING, keep=False)
    deadline = threading.Timer(BOX_SECONDS, reply.stop)
    deadline.daemon = True
    deadline.start()
    try:
        said = "".join(piece.text for piece in reply).strip()
    finally:
        deadline.cancel()
    return said if reply.finish == "end" else ""
