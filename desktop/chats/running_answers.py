"""Every answer that is being written or waits for its turn, whichever chat is open."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal

from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.values import Answered, Running, Thought, Turn, TurnEvent, Written, Wrote
from desktop.background import Background, Callbacks, Cancelled, Task
from engines import Usage
from errors import AppError
from knowledge import ALL_STAGES, SyncProgress
from personas import PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace

Event = TurnEvent | SyncProgress
AnswerState = Literal["waiting", "writing", "unread", "failed"]
"""Of a chat in the list: its answer waits for another, is being written, is done and unread, or went wrong."""


class PendingQuestion(NamedTuple):
    """A question that is being answered: its persona, conversation and the turn that it follows.

    `reach`: the files to answer it from; `thinking`: as of `Asking.ask`.
    `continued`: its answer, which was cut and goes on. `again`: the answer is to be written anew; `reread`: as files
    were unread before.
    """

    text: str
    persona_id: str
    conversation_id: str
    parent_id: str | None
    preset: PresetName | None = None
    continued: Turn | None = None
    again: bool = False
    reread: bool = False
    reach: Reach = ALL_FOLDERS
    thinking: str | None = None


class _Started:
    """Reported by the worker when an answer's turn has come."""


class _Begun(NamedTuple):
    """The turn that a question became."""

    running: Running


class RunningAnswer:
    """An answer on its way, and what was reported of it so far. Owned by RunningAnswers."""

    def __init__(self, question: PendingQuestion, task: Task) -> None:
        self.question, self.task = question, task
        self.waits = True
        self.running: Running | None = None
        self.events: list[Event] = []

    @property
    def usage(self) -> Usage:
        """Token counts and times so far."""
        return self.running.usage if self.running else Usage()

    def note(self, events: Iterable[Event]) -> None:
        """Keep what a chat that is opened later has to show."""
        for event in events:
            if isinstance(event, SyncProgress):
                self.events = [event]
            elif not isinstance(event, Answered):
                self.events.append(event)
        kept = [event for event in self.events if not isinstance(event, Wrote | Thought)]
        self.events = [*kept, *join_written(self.events)]


class Failure(NamedTuple):
    """A question that could not be answered, and why."""

    question: PendingQuestion
    error: AppError


class RunningAnswers(QObject):
    """Runs the answers, at most one a conversation, in the order of their questions; one writes at a time.

    They end with a turn that is saved, not with the chat on screen. Every signal arrives on the UI thread.
    """

    started = Signal(object, float)  # PendingQuestion, when it was asked in seconds since the epoch
    began = Signal(str)  # conversation id: its answer waits no longer
    told = Signal(str, object)  # conversation id, list[Event]: what was written since, about 30 times a second
    answered = Signal(object)  # Turn, saved
    failed = Signal(object)  # Failure
    withdrawn = Signal(object)  # PendingQuestion: stopped before its turn began
    changed = Signal()  # the states of chats in the list

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._running: dict[str, RunningAnswer] = {}
        self._failures: dict[str, Failure] = {}
        self._unread: set[str] = set()
        self.shown = ""  # id of the conversation that is on screen

    def start(self, question: PendingQuestion) -> None:
        """Answer a question once those before it are answered. Its conversation has no other running answer."""
        key = question.conversation_id
        self._failures.pop(key, None)
        self._unread.discard(key)

        def withdraw(_: object) -> None:
            if self._end(answer):
                self.withdrawn.emit(question)

        def fail(error: AppError) -> None:
            if self._end(answer):
                self._failures[key] = Failure(question, error)
                self.failed.emit(self._failures[key])
                self.changed.emit()

        def report(reports: tuple[Event | _Started | _Begun, ...]) -> None:
            if self._running.get(key) is answer:
                self._report(answer, reports)

        callbacks = Callbacks(withdraw, fail, report)
        task = self._background.run("ask", lambda space, task: _answer(space, task, question), self, callbacks)
        answer = self._running[key] = RunningAnswer(question, task)
        self.started.emit(question, time.time())
        self.changed.emit()

    @property
    def count(self) -> int:
        """The number of answers that are being written or wait."""
        return len(self._running)

    def of(self, conversation_id: str | None) -> RunningAnswer | None:
        """Return the running answer of a conversation."""
        return self._running.get(conversation_id or "")

    def failure(self, conversation_id: str | None) -> Failure | None:
        """Return what went wrong in a conversation, until one asks there again or it is dismissed."""
        return self._failures.get(conversation_id or "")

    def dismiss(self, conversation_id: str) -> None:
        """Forget what went wrong in a conversation."""
        self._failures.pop(conversation_id, None)
        self.changed.emit()

    def show(self, conversation_id: str) -> None:
        """Note which conversation is on screen: its answer counts as read."""
        self.shown = conversation_id
        self._unread.discard(conversation_id)
        self.changed.emit()

    def stop(self, conversation_id: str | None) -> None:
        """End a conversation's answer; what was written is kept. One that waits is withdrawn at once."""
        answer = self.of(conversation_id)
        if answer is None:
            return
        answer.task.cancel()
        if answer.waits and self._end(answer):
            self.withdrawn.emit(answer.question)

    def states(self) -> dict[str, AnswerState]:
        """Return the state of every conversation that has one, by id."""
        found: dict[str, AnswerState] = dict.fromkeys(self._unread, "unread")
        found |= dict.fromkeys(self._failures, "failed")
        return found | {key: "waiting" if answer.waits else "writing" for key, answer in self._running.items()}

    def _report(self, answer: RunningAnswer, reports: tuple[Event | _Started | _Begun, ...]) -> None:
        key = answer.question.conversation_id
        if answer.waits:
            answer.waits = False
            self.began.emit(key)
            self.changed.emit()
        for event in reports:
            if isinstance(event, _Begun):
                answer.running = event.running
        events = [event for event in reports if not isinstance(event, _Started | _Begun)]
        answer.note(events)
        self.told.emit(key, events)
        for event in events:
            if isinstance(event, Answered) and self._end(answer):
                if key != self.shown:
                    self._unread.add(key)
                self.answered.emit(event.turn)
                self.changed.emit()

    def _end(self, answer: RunningAnswer) -> bool:
        """Forget an answer; False where it was forgotten before."""
        key = answer.question.conversation_id
        if self._running.get(key) is not answer:
            return False
        del self._running[key]
        self.changed.emit()
        return True


def join_written(events: Iterable[Event]) -> list[Written]:
    """What was written, with neighbours of one kind as one."""
    joined: list[Written] = []
    for event in events:
        if not isinstance(event, Wrote | Thought):
            continue
        last = joined[-1] if joined else None
        if isinstance(event, Wrote) and isinstance(last, Wrote):
            joined[-1] = Wrote(last.text + event.text)
        elif isinstance(event, Thought) and isinstance(last, Thought) and not event.recasts:
            joined[-1] = Thought(last.text + event.text, last.recasts)
        else:
            joined.append(event)
    return joined


def _answer(space: Workspace, task: Task, question: PendingQuestion) -> None:
    """Run the turn on the worker, and report its events."""

    def tell(progress: SyncProgress) -> None:
        task.check()
        task.report(progress)

    try:
        task.check()
        task.report(_Started())
        space.prepare_persona(question.persona_id, tell)
        task.check()
    except Cancelled:
        return
    if question.continued:
        running: Running = space.asking.go_on(question.continued, question.preset)
    else:
        running = space.asking.ask(
            question.text,
            persona=question.persona_id,
            conversation_id=question.conversation_id,
            parent_id=question.parent_id,
            preset=question.preset,
            again=question.again,
            reread=question.reread,
            folders=question.reach.folders or None,
            files=question.reach.files,
            where=question.reach.where or None,
            stages=frozenset() if question.reach.no_files else ALL_STAGES,
            thinking=question.thinking,
        )
    task.when_cancelled(running.stop)
    task.report(_Begun(running))
    for event in running:
        task.report(event)
