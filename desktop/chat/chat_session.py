"""One conversation as the window sees it: the turns on screen, and the turn that is being answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from assistant.values import Answered, Looked, Retrieved, Running, Thought, Turn, TurnEvent, Written, Wrote
from desktop.background import Background, Callbacks, Cancelled, Task
from engines import Usage
from errors import AppError
from knowledge import SyncProgress
from personas import PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace


class PendingQuestion(NamedTuple):
    """A question that is being answered: its persona, conversation and the turn that it follows.

    `continued`: its answer, which was cut and goes on. `again`: the answer is to be written anew.
    """

    text: str
    persona_id: str
    conversation_id: str | None
    parent_id: str | None
    preset: PresetName | None = None
    continued: Turn | None = None
    again: bool = False


class _Begun(NamedTuple):
    """The turn that a question became."""

    running: Running


class _Opened(NamedTuple):
    turns: tuple[Turn, ...]
    branches: Mapping[str | None, tuple[str, ...]]


class ChatSession(QObject):
    """Asks, stops and asks again. Every signal arrives on the UI thread, text about 30 times a second."""

    opened = Signal(object)  # tuple[Turn, ...]: show these and nothing else
    asked = Signal(object)  # PendingQuestion
    resumed = Signal()  # the last answer goes on
    preparing = Signal(object)  # SyncProgress of the persona's own knowledge
    retrieved = Signal(object)  # Retrieved
    looked = Signal(object)  # Looked
    wrote = Signal(str)
    thought = Signal(object)  # Thought
    answered = Signal(object)  # Turn, saved
    failed = Signal(object)  # AppError
    withdrawn = Signal(object)  # PendingQuestion: stopped before its turn began
    kept = Signal()  # a turn was saved of a conversation that was left meanwhile
    busy_changed = Signal(bool)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._question: PendingQuestion | None = None
        self._wanted: str | None = None
        self._running: Running | None = None
        self.preset: PresetName | None = None
        self.turns: tuple[Turn, ...] = ()
        self.conversation_id: str | None = None
        self._branches: dict[str | None, tuple[str, ...]] = {}  # ids of the turns that follow a turn; None: the first

    @property
    def busy(self) -> bool:
        """True while an answer is being written."""
        return self._task is not None

    @property
    def usage(self) -> Usage:
        """Token counts and times so far of the answer that is being written."""
        return self._running.usage if self._running else Usage()

    def start_new(self) -> None:
        """Start an empty conversation."""
        self._abandon()
        self.turns, self.conversation_id, self._wanted, self._branches = (), None, None, {}
        self.opened.emit(())

    def open(self, conversation_id: str, leaf_id: str | None = None) -> None:
        """Show a kept conversation: its newest branch, or the one that ends in `leaf_id`."""
        self._abandon()
        self._wanted = conversation_id

        def read(space: Workspace, _: Task) -> _Opened:
            kept = space.conversations
            return _Opened(kept.turns(conversation_id, leaf_id), kept.branches(conversation_id))

        def show(opened: _Opened) -> None:
            if conversation_id == self._wanted:
                self.conversation_id, self.turns, self._branches = conversation_id, opened.turns, dict(opened.branches)
                self.opened.emit(self.turns)

        self._background.run("read", read, self, Callbacks(show))

    def ask(self, text: str, persona_id: str) -> None:
        """Ask a question after the last turn."""
        parent = self.turns[-1].id if self.turns else None
        self._ask(PendingQuestion(text, persona_id, self.conversation_id, parent, self.preset))

    def go_on(self, turn: Turn) -> None:
        """Have the model continue the last answer."""
        if not self.busy and self.turns[-1:] == (turn,):
            place = turn.persona_id, turn.conversation_id, turn.parent_id
            self._ask(PendingQuestion(turn.question, *place, self.preset, turn))

    def choose_preset(self, preset: PresetName | None) -> None:
        """Have answers sampled so from now on; None: as persona and settings say."""
        self.preset = preset

    def anticipate(self, half_typed: str, persona_id: str) -> None:
        """Search for a question while it is typed, unless an answer is being written."""
        if self.busy or not half_typed:
            return
        conversation, parent, preset = self.conversation_id, self.turns[-1].id if self.turns else None, self.preset

        def anticipate(space: Workspace, _: Task) -> None:
            space.asking.anticipate(
                half_typed, persona=persona_id, conversation_id=conversation, parent_id=parent, preset=preset
            )

        self._background.run("read", anticipate, self, Callbacks(failed=lambda _: None))

    def ask_again(self, turn: Turn, text: str | None = None) -> None:
        """Ask a turn's question once more, or other words in its place: a new branch beside it."""
        kept = tuple(self.turns[: self.turns.index(turn)])
        self.turns = kept
        self.opened.emit(kept)
        place = turn.persona_id, turn.conversation_id, turn.parent_id
        self._ask(PendingQuestion(text or turn.question, *place, self.preset, again=text is None))

    def branch(self, turn: Turn) -> tuple[int, int]:
        """Return the number of an answer among those to its question, from 1, and how many there are."""
        beside = self._branches.get(turn.parent_id, ())
        return (beside.index(turn.id) + 1, len(beside)) if turn.id in beside else (1, 1)

    def step_branch(self, turn: Turn, step: int) -> None:
        """Show the previous (-1) or next (1) answer to a turn's question, with the newest turns after it."""
        beside = self._branches[turn.parent_id]
        place = beside.index(turn.id) + step
        if not self.busy and 0 <= place < len(beside):
            leaf = beside[place]
            while following := self._branches.get(leaf):
                leaf = following[-1]
            self.open(turn.conversation_id, leaf)

    def stop(self) -> None:
        """End the answer; what was written is kept."""
        if self._task is not None:
            self._task.cancel()

    def _ask(self, question: PendingQuestion) -> None:
        if self._task is not None:
            return
        self._question = question
        if question.continued:
            self.resumed.emit()
        else:
            self.asked.emit(question)

        def end(_: object) -> None:
            if question is self._question:
                self._forget_question()
                self.withdrawn.emit(question)
            else:
                self.kept.emit()

        def fail(error: AppError) -> None:
            if question is self._question:
                self.failed.emit(error)
                self._forget_question()

        callbacks = Callbacks(end, fail, self._report)
        self._task = self._background.run("ask", lambda space, task: _answer(space, task, question), self, callbacks)
        self.busy_changed.emit(True)

    def _abandon(self) -> None:
        self.stop()
        self._forget_question()

    def _report(self, reports: tuple[tuple[PendingQuestion, TurnEvent | SyncProgress | _Begun], ...]) -> None:
        events = [event for question, event in reports if question is self._question]
        for event in events:
            if isinstance(event, _Begun):
                self._running = event.running
            elif isinstance(event, SyncProgress):
                self.preparing.emit(event)
            elif isinstance(event, Retrieved):
                self.retrieved.emit(event)
            elif isinstance(event, Looked):
                self.looked.emit(event)
        for written in join_written(events):
            if isinstance(written, Wrote):
                self.wrote.emit(written.text)
            else:
                self.thought.emit(written)
        for turn in [event.turn for event in events if isinstance(event, Answered)]:
            self.turns = (*(one for one in self.turns if one.id != turn.id), turn)
            self.conversation_id = turn.conversation_id
            beside = self._branches.get(turn.parent_id, ())
            self._branches[turn.parent_id] = beside if turn.id in beside else (*beside, turn.id)
            self.answered.emit(turn)
            self._forget_question()

    def _forget_question(self) -> None:
        self._task = self._question = self._running = None
        self.busy_changed.emit(False)


def join_written(events: Iterable[TurnEvent | SyncProgress | _Begun]) -> list[Written]:
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


def _answer(space: Workspace, task: Task, question: PendingQuestion) -> PendingQuestion:
    """Run the turn on the worker. Each event carries its question, so those of a closed conversation are ignored."""

    def tell(progress: SyncProgress) -> None:
        task.check()
        task.report((question, progress))

    try:
        space.prepare_persona(question.persona_id, tell)
        task.check()
    except Cancelled:
        return question
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
        )
    task.when_cancelled(running.stop)
    task.report((question, _Begun(running)))
    for event in running:
        task.report((question, event))
    return question
