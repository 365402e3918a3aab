"""Titles of conversations: a few words that a model writes in idle time."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from time import monotonic

from assistant.answers.citations import terms_of
from assistant.values import Turn
from engines import Engine, GrammarInvalid, Message, Reply, Sampling, SamplingUnsupported
from errors import AppError

IDLE_SECONDS = 2.0  # without an answer, typing or prefilling, before a title is started
TITLE_CHARACTERS = 60  # as many as a question's words may take in its place
_MOST_WORDS = 10
_MAX_TRIES = 5  # of a title that questions keep interrupting
_POLL_SECONDS = 0.1
_PROMPT_TOKENS = 400  # with the title within the 512 that llama.cpp keeps for helper calls beside a full window
_TEXT_CHARACTERS = 1_200  # of the question, and of the answer, before they are counted
_REQUEST = "Name this conversation in at most six words, in the language of the question. Write the name alone."
# One line that begins at once: a model that thinks aloud would fill the room with its thoughts.
_ONE_LINE = 'root ::= [^\\n<] [^\\n<]* "\\n"?'
_SAMPLING = Sampling(temperature=0.0, max_tokens=32, stop=("\n",), grammar=_ONE_LINE)
_LABEL = re.compile(r"^(?:title|name|conversation)\s*[:：-]\s*", re.IGNORECASE)
_MARKER = re.compile(r"(?<!\s)\s*+\[\d+\]")
_WRAPPING = " \t\"'`*#_“”„‘’«»「」『』.。"
_LETTER = re.compile(r"[^\W_]")
_LETTER_SHARE = 0.6  # of the characters that are not spaces; with fewer letters it is no title


@dataclass(frozen=True, slots=True)
class TitleRequest:
    """A conversation to title by its first `turn`. `ask`: opens the helper call, None where no model may read the turn;
    `save`: called with the title."""

    turn: Turn
    ask: Callable[[], AbstractContextManager[Reply | None]]
    save: Callable[[str], None]


class TitleWriter:
    """Writes one title after another on a thread of its own. Safe to use from any thread.

    `busy`: returns True while a model prefills or writes something more important.
    """

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._changed = threading.Condition()
        self._queue: deque[tuple[TitleRequest, int]] = deque()  # with the number of tries so far
        self._answers, self._quiet_since = 0, monotonic()
        self._running: Reply | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def request(self, request: TitleRequest) -> None:
        """Title a conversation once there is time for it. Returns at once."""
        with self._changed:
            if self._closed:
                return
            self._queue.append((request, 0))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="carrel-titles", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Write no title while the block runs; one that was being written is stopped and started again later."""
        with self._changed:
            self._answers += 1
        self.interrupt()
        try:
            yield
        finally:
            with self._changed:
                self._answers -= 1
                self._quiet_since = monotonic()

    def interrupt(self) -> None:
        """Stop, and wait until nothing was asked or typed for IDLE_SECONDS."""
        with self._changed:
            self._quiet_since = monotonic()
            if self._running is not None:
                self._running.stop()

    def close(self) -> None:
        """Stop, and end the thread. May be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.interrupt()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while entry := self._next():
            request, tries = entry
            try:
                done = self._write(request)
            except AppError:
                continue  # the question stays as the title
            if not done and tries + 1 < _MAX_TRIES:
                with self._changed:
                    self._queue.append((request, tries + 1))

    def _next(self) -> tuple[TitleRequest, int] | None:
        """The oldest request once there is time for it; None when closed."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._queue))
                if self._closed:
                    return None
                if self._is_quiet() and not self._busy():
                    return self._queue.popleft()
                self._changed.wait(_POLL_SECONDS)

    def _is_quiet(self) -> bool:
        return not self._answers and monotonic() >= self._quiet_since + IDLE_SECONDS

    def _write(self, request: TitleRequest) -> bool:
        """False when it was interrupted. Raises the engine's AppErrors."""
        with request.ask() as reply:
            if reply is None:
                return True
            with self._changed:
                self._running = reply
                if self._closed or not self._is_quiet():
                    reply.stop()
            try:
                said = "".join(piece.text for piece in reply if piece.kind == "answer")
            finally:
                with self._changed:
                    self._running = None
            if reply.finish == "stopped":
                return False
            title = clean_title(said, request.turn) if reply.finish == "end" else ""
        if title:
            request.save(title)
        return True


def ask_title(engine: Engine, turn: Turn) -> Reply:
    """A running helper call for the title of a conversation that began with `turn`. Raises the engine's AppErrors."""
    characters = _TEXT_CHARACTERS
    while True:
        question, answer = turn.question[:characters], turn.answer[:characters]
        messages = (Message("user", f"Question: {question}\n\nAnswer: {answer}\n\n{_REQUEST}"),)
        if characters < 2 or engine.count_prompt_tokens(messages) <= _PROMPT_TOKENS:
            break
        characters //= 2
    try:
        return engine.reply(messages, _SAMPLING, keep=False)
    except (SamplingUnsupported, GrammarInvalid):
        return engine.reply(messages, replace(_SAMPLING, grammar=""), keep=False)


def clean_title(said: str, turn: Turn) -> str:
    """The title in a model's reply; "" where there is none: too long, hardly any letters, or not about the turn."""
    lines = said.strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    title = _MARKER.sub("", _LABEL.sub("", line.strip(_WRAPPING))).strip(_WRAPPING)
    if not title or len(title) > TITLE_CHARACTERS or len(title.split()) > _MOST_WORDS or not title.isprintable():
        return ""
    if len(_LETTER.findall(title)) < _LETTER_SHARE * len(title.replace(" ", "")):
        return ""
    return title if terms_of(title) & terms_of(f"{turn.question}\n{turn.answer}") else ""
