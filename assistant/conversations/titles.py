"""What a conversation is called: a few words by a model, written while nothing else is to be done."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from time import monotonic

from assistant.answers.citations import terms_of
from assistant.values import Turn
from engines.errors import GrammarInvalid, SamplingUnsupported
from engines.protocol import Engine, Message, Reply, Sampling
from errors import AppError

IDLE_SECONDS = 2.0  # without an answer, typing or reading ahead, until a title is begun
TITLE_CHARACTERS = 60  # as many as a question's words may take in its place
_MOST_WORDS = 10
_MOST_TRIES = 5  # of a title that questions keep interrupting
_POLL_SECONDS = 0.1
_PROMPT_TOKENS = 400  # with the title within the 512 that llama.cpp keeps for helper calls beside a full window
_TEXT_CHARACTERS = 1_200  # of the question, and of the answer, before they are counted
_REQUEST = "Name this conversation in at most six words, in the language of the question. Write the name alone."
# One line that begins at once: a model that thinks aloud would fill the room with its thoughts.
_ONE_LINE = 'root ::= [^\\n<] [^\\n<]* "\\n"?'
_SAMPLING = Sampling(temperature=0.0, max_tokens=32, stop=("\n",), grammar=_ONE_LINE)
_LABEL = re.compile(r"^(?:title|name|conversation)\s*[:：-]\s*", re.IGNORECASE)
_MARKER = re.compile(r"\s*\[\d+\]")
_WRAPPING = " \t\"'`*#_“”„‘’«»「」『』.。"
_LETTER = re.compile(r"[^\W_]")
_LETTER_SHARE = 0.6  # of what is no space, at the least; below that it is no name


@dataclass(frozen=True, slots=True)
class TitleJob:
    """A conversation to be named after its first `turn`. `ask`: opens the helper call, None where no model may read
    it; `keep`: told the title."""

    turn: Turn
    ask: Callable[[], AbstractContextManager[Reply | None]]
    keep: Callable[[str], None]


class Titles:
    """Asks for one title after another on a thread of its own. Safe to use from any thread.

    `busy`: whether something else is being read or written that a title must not get in the way of.
    """

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._changed = threading.Condition()
        self._jobs: deque[tuple[TitleJob, int]] = deque()  # with how often it was begun
        self._answers, self._quiet_since = 0, monotonic()
        self._running: Reply | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def want(self, job: TitleJob) -> None:
        """Have a conversation named when there is time for it. Returns at once."""
        with self._changed:
            if self._closed:
                return
            self._jobs.append((job, 0))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="carrel-titles", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While the block runs no title is written; one that was being written is stopped, and begun again later."""
        with self._changed:
            self._answers += 1
        self.disturb()
        try:
            yield
        finally:
            with self._changed:
                self._answers -= 1
                self._quiet_since = monotonic()

    def disturb(self) -> None:
        """Something is being asked or typed: stop, and wait until it has been quiet for a while."""
        with self._changed:
            self._quiet_since = monotonic()
            if self._running is not None:
                self._running.stop()

    def close(self) -> None:
        """Stop, and end the thread. May be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.disturb()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while entry := self._next():
            job, tries = entry
            try:
                done = self._write(job)
            except AppError:
                continue  # the question's words stay
            if not done and tries + 1 < _MOST_TRIES:
                with self._changed:
                    self._jobs.append((job, tries + 1))

    def _next(self) -> tuple[TitleJob, int] | None:
        """The oldest job once there is time for it; None at the end."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._jobs))
                if self._closed:
                    return None
                if self._is_quiet() and not self._busy():
                    return self._jobs.popleft()
                self._changed.wait(_POLL_SECONDS)

    def _is_quiet(self) -> bool:
        return not self._answers and monotonic() >= self._quiet_since + IDLE_SECONDS

    def _write(self, job: TitleJob) -> bool:
        """False when it was interrupted. Raises the engine's AppErrors."""
        with job.ask() as reply:
            if reply is None:
                return True
            with self._changed:
                self._running = reply
                if self._closed or not self._is_quiet():
                    reply.stop()
            try:
                said = "".join(piece.text for piece in reply)
            finally:
                with self._changed:
                    self._running = None
            if reply.finish == "stopped":
                return False
            title = clean_title(said, job.turn) if reply.finish == "end" else ""
        if title:
            job.keep(title)
        return True


def ask_title(engine: Engine, turn: Turn) -> Reply:
    """A running helper call for the title of a conversation that began with `turn`. Raises the engine's AppErrors."""
    messages = _prompt(engine, turn)
    try:
        return engine.reply(messages, _SAMPLING, keep=False)
    except (SamplingUnsupported, GrammarInvalid):
        return engine.reply(messages, replace(_SAMPLING, grammar=""), keep=False)


def clean_title(said: str, turn: Turn) -> str:
    """The title in what a model said; "" where it is none: too long, hardly any letters, or not about the turn."""
    lines = said.strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    title = _MARKER.sub("", _LABEL.sub("", line.strip(_WRAPPING))).strip(_WRAPPING)
    if not title or len(title) > TITLE_CHARACTERS or len(title.split()) > _MOST_WORDS or not title.isprintable():
        return ""
    if len(_LETTER.findall(title)) < _LETTER_SHARE * len(title.replace(" ", "")):
        return ""
    return title if terms_of(title) & terms_of(f"{turn.question}\n{turn.answer}") else ""


def _prompt(engine: Engine, turn: Turn) -> tuple[Message, ...]:
    """The question and the answer, as much of each as there is room for beside a conversation."""
    characters = _TEXT_CHARACTERS
    while True:
        asked, said = turn.question[:characters], turn.answer[:characters]
        messages = (Message("user", f"Question: {asked}\n\nAnswer: {said}\n\n{_REQUEST}"),)
        if characters < 2 or engine.count_prompt_tokens(messages) <= _PROMPT_TOKENS:
            return messages
        characters //= 2
