"""One conversation as the window sees it: the turns on screen, and the turn that is being answered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from assistant.composing.reach import ALL_FOLDERS
from assistant.values import Looked, Retrieved, Turn, Wrote
from desktop.background import Background, Callbacks, Task
from desktop.chats.running_answers import Event, Failure, PendingQuestion, RunningAnswer, RunningAnswers, join_written
from engines import Usage
from knowledge import SyncProgress
from personas import PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace


class LookAt(NamedTuple):
    """Where to look in a conversation that is opened: at a turn, whose `words` are marked, or where one looked."""

    turn_id: str = ""
    words: tuple[str, ...] = ()
    stay: bool = False


NEWEST = LookAt()


class _Opened(NamedTuple):
    turns: tuple[Turn, ...]
    branches: Mapping[str | None, tuple[str, ...]]


class ChatSession(QObject):
    """Asks, stops and asks again. Every signal arrives on the UI thread, text about 30 times a second."""

    moved = Signal(str)  # id of the conversation that is on screen now; "": a new one
    opened = Signal(object, object)  # tuple[Turn, ...]: show these and nothing else; LookAt
    asked = Signal(object)  # PendingQuestion
    waiting = Signal()  # the question waits until another one is answered
    began = Signal()  # it waits no longer
    resumed = Signal()  # the last answer goes on
    preparing = Signal(object)  # SyncProgress of the persona's own knowledge
    retrieved = Signal(object)  # Retrieved
    looked = Signal(object)  # Looked
    wrote = Signal(str)
    thought = Signal(object)  # Thought
    answered = Signal(object)  # Turn, saved
    failed = Signal(object)  # Failure
    unanswered = Signal(object)  # PendingQuestion that has just failed
    withdrawn = Signal(object)  # PendingQuestion: stopped before its turn began
    busy_changed = Signal(bool)

    def __init__(self, background: Background, running: RunningAnswers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self.running = background, running
        self._wanted: str | None = None
        self.preset: PresetName | None = None
        self.thinking: str | None = None  # as of `Asking.ask`
        self.reach = ALL_FOLDERS  # of the next question
        self.turns: tuple[Turn, ...] = ()
        self.conversation_id: str | None = None
        self._branches: dict[str | None, tuple[str, ...]] = {}  # ids of the turns that follow a turn; None: the first
        running.began.connect(lambda key: self.began.emit() if key == self.conversation_id else None)
        running.told.connect(lambda key, events: self._tell(events) if key == self.conversation_id else None)
        running.answered.connect(self._take)
        running.failed.connect(self._fail)
        running.withdrawn.connect(self._withdraw)

    @property
    def busy(self) -> bool:
        """True while an answer is being written here, or waits."""
        return self.running.of(self.conversation_id) is not None

    @property
    def usage(self) -> Usage:
        """Token counts and times so far of the answer that is being written."""
        answer = self.running.of(self.conversation_id)
        return answer.usage if answer else Usage()

    def start_new(self) -> None:
        """Show an empty conversation. Answers of others go on."""
        self._show(None, _Opened((), {}), NEWEST)

    def open(self, conversation_id: str, leaf_id: str | None = None, look_at: LookAt = NEWEST) -> None:
        """Show a kept conversation: the branch that is being answered, else the newest, or that of a leaf or turn."""
        self._wanted = conversation_id
        answer = self.running.of(conversation_id)

        def read(space: Workspace, _: Task) -> _Opened:
            kept = space.conversations
            branches, leaf = kept.branches(conversation_id), leaf_id
            if look_at.turn_id and not leaf_id:
                leaf = newest_leaf(branches, look_at.turn_id)
            elif answer:
                continued, parent = answer.question.continued, answer.question.parent_id
                leaf = continued.id if continued else parent
                if leaf is None:
                    return _Opened((), branches)
            return _Opened(kept.turns(conversation_id, leaf), branches)

        def show(opened: _Opened) -> None:
            if conversation_id != self._wanted:
                return
            if self.running.of(conversation_id) is not answer:  # it has ended meanwhile
                self.open(conversation_id, leaf_id, look_at)
            else:
                self._show(conversation_id, opened, look_at)

        self._background.run("read", read, self, Callbacks(show))

    def ask(self, text: str, persona_id: str) -> None:
        """Ask a question after the last turn."""
        parent = self.turns[-1].id if self.turns else None
        place = persona_id, self.conversation_id or uuid.uuid4().hex, parent
        self._ask(PendingQuestion(text, *place, self.preset, reach=self.reach, thinking=self.thinking))

    def go_on(self, turn: Turn) -> None:
        """Have the model continue the last answer."""
        if not self.busy and self.turns[-1:] == (turn,):
            place = turn.persona_id, turn.conversation_id, turn.parent_id
            self._ask(PendingQuestion(turn.question, *place, self.preset, turn))

    def replace(self, turn: Turn) -> None:
        """Take a turn whose answer was computed again."""
        self.turns = tuple(turn if one.id == turn.id else one for one in self.turns)

    def choose_preset(self, preset: PresetName | None) -> None:
        """Have answers sampled so from now on; None: as persona and settings say."""
        self.preset = preset

    def anticipate(self, half_typed: str, persona_id: str) -> None:
        """Search for a question while it is typed, unless an answer is being written."""
        if self.running.count or not half_typed:
            return
        conversation, parent, preset = self.conversation_id, self.turns[-1].id if self.turns else None, self.preset
        reach = self.reach

        def anticipate(space: Workspace, _: Task) -> None:
            space.asking.anticipate(
                half_typed,
                persona=persona_id,
                conversation_id=conversation,
                parent_id=parent,
                preset=preset,
                reach=reach,
            )

        self._background.run("read", anticipate, self, Callbacks(failed=lambda _: None))

    def ask_again(self, turn: Turn, text: str | None = None) -> None:
        """Ask a turn's question once more, from the same files, or other words in its place: a new branch beside it."""
        if self.busy:
            return
        kept = tuple(self.turns[: self.turns.index(turn)])
        self.turns = kept
        self.opened.emit(kept, NEWEST)
        place = turn.persona_id, turn.conversation_id, turn.parent_id
        asked = PendingQuestion(text or turn.question, *place, self.preset, again=text is None)
        self._ask(asked._replace(reach=turn.reach if text is None else self.reach, thinking=self.thinking))

    def retry(self) -> None:
        """Ask the question that failed here again."""
        if failure := self.running.failure(self.conversation_id):
            self._ask(failure.question)

    def ask_reread(self, turn: Turn) -> None:
        """Ask a turn's question again as all files are read now: beside it, or where others follow it, at the end."""
        if self.turns[-1:] == (turn,):
            self.turns = self.turns[:-1]
            self.opened.emit(self.turns, NEWEST)
        parent = self.turns[-1].id if self.turns else None
        place = turn.persona_id, turn.conversation_id, parent
        self._ask(PendingQuestion(turn.question, *place, self.preset, reread=True, reach=turn.reach))

    def branch(self, turn: Turn) -> tuple[int, int]:
        """Return the number of an answer among those to its question, from 1, and how many there are."""
        beside = self._branches.get(turn.parent_id, ())
        return (beside.index(turn.id) + 1, len(beside)) if turn.id in beside else (1, 1)

    def step_branch(self, turn: Turn, step: int) -> None:
        """Show the previous (-1) or next (1) answer to a turn's question, with the newest turns after it."""
        beside = self._branches[turn.parent_id]
        place = beside.index(turn.id) + step
        if not self.busy and 0 <= place < len(beside):
            self.open(turn.conversation_id, newest_leaf(self._branches, beside[place]), LookAt(stay=True))

    def stop(self) -> None:
        """End the answer; what was written is kept."""
        self.running.stop(self.conversation_id)

    def _ask(self, question: PendingQuestion) -> None:
        if self.busy:
            return
        if self.running.failure(question.conversation_id):
            self.opened.emit(self.turns, NEWEST)  # without the question that failed
        self.conversation_id = self._wanted = question.conversation_id
        self.running.show(question.conversation_id)
        self.running.start(question)
        if answer := self.running.of(question.conversation_id):
            self._show_running(answer)

    def _show(self, conversation_id: str | None, opened: _Opened, look_at: LookAt) -> None:
        self.conversation_id = self._wanted = conversation_id
        self.turns, self._branches = opened.turns, dict(opened.branches)
        self.running.show(conversation_id or "")
        self.moved.emit(conversation_id or "")
        self.opened.emit(self.turns, look_at)
        if answer := self.running.of(conversation_id):
            self._show_running(answer)
        else:
            self._show_failure(self.running.failure(conversation_id))
            self.busy_changed.emit(False)

    def _show_running(self, answer: RunningAnswer) -> None:
        if answer.question.continued:
            self.resumed.emit()
        else:
            self.asked.emit(answer.question)
        if answer.waits and self.running.count > 1:
            self.waiting.emit()
        self._tell(answer.events)
        self.busy_changed.emit(True)

    def _show_failure(self, failure: Failure | None) -> None:
        """Show a question that failed where it was asked, unless a part of its answer was saved there."""
        if failure is None:
            return
        if failure.question.parent_id == (self.turns[-1].id if self.turns else None):
            self.asked.emit(failure.question)
            self.failed.emit(failure)
        else:
            self.running.dismiss(failure.question.conversation_id)

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, SyncProgress):
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

    def _take(self, turn: Turn) -> None:
        if turn.conversation_id != self.conversation_id:
            return
        self.turns = (*(one for one in self.turns if one.id != turn.id), turn)
        beside = self._branches.get(turn.parent_id, ())
        self._branches[turn.parent_id] = beside if turn.id in beside else (*beside, turn.id)
        self.answered.emit(turn)
        self.busy_changed.emit(False)

    def _fail(self, failure: Failure) -> None:
        if failure.question.conversation_id == self.conversation_id:
            self.failed.emit(failure)
            self.busy_changed.emit(False)
            self.unanswered.emit(failure.question)

    def _withdraw(self, question: PendingQuestion) -> None:
        if question.conversation_id == self.conversation_id:
            self.withdrawn.emit(question)
            self.busy_changed.emit(False)


def newest_leaf(branches: Mapping[str | None, tuple[str, ...]], turn_id: str) -> str:
    """Return the end of the newest branch through a turn."""
    while following := branches.get(turn_id):
        turn_id = following[-1]
    return turn_id
