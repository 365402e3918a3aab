"""The turns of a conversation in one column. Only those near the place where one reads are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from assistant.composing.reach import ALL_FOLDERS, Reach
from desktop.background import Background
from desktop.chat.message_view import AnswerView, QuestionView
from desktop.chat.text_blocks import TextBlock
from desktop.chat.welcome import Welcome
from desktop.widgets.column_widths import ReadingColumn
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Turn

SCREENFUL = 6000  # characters of questions and answers that fill a tall window
_OVERHEAD = 250  # characters that are as high as a turn's margins, name and buttons


class TurnColumn(ReadingColumn):
    """Questions and answers, from turn `first` on, and below the newest one a question that has no answer yet."""

    cited = Signal(object, int)  # Turn or None while it is written, n
    sources_wanted = Signal(object)  # Turn
    link_clicked = Signal(str)
    again_wanted = Signal(object)  # AnswerView
    edit_wanted = Signal(object)  # Turn
    branch_wanted = Signal(object, int)  # Turn, step
    more_wanted = Signal(object)  # Turn
    later_wanted = Signal(object, bool)  # Turn, answer it again once all files are read
    remedy_wanted = Signal(str)  # where nothing was found
    export_wanted = Signal(object)  # Turn
    print_wanted = Signal(object)  # Turn
    recomputed = Signal(object)  # Turn

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._turns: tuple[Turn, ...] = ()
        self._names: Mapping[str, str] = {}
        self._branches: Mapping[str, tuple[int, int]] = {}
        self._waits = True
        self.first = 0
        self.answers: list[AnswerView] = []
        self.questions: list[QuestionView] = []
        self.welcome = Welcome()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, UNIT, 0, 2 * UNIT)
        self._column.setSpacing(UNIT)
        self._column.addWidget(self.welcome)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def missing_below(self) -> bool:
        """True while newer turns than the last one here are not built."""
        return self.first + len(self.answers) < len(self._turns)

    def replace(
        self,
        turns: tuple[Turn, ...],
        names: Mapping[str, str],
        branches: Mapping[str, tuple[int, int]],
        around: int | None = None,
    ) -> None:
        """Show other turns: what is the same at the beginning stays; the rest is built from the end, or at a turn."""
        common = _common(self._turns, turns)
        self._turns, self._names, self._branches = turns, names, branches
        self.welcome.setVisible(not turns)
        kept = max(0, common - self.first)
        near = around is None or self.first <= around <= self.first + kept
        while len(self.answers) > (kept if near else 0):
            self._remove(-1)
        for turn, answer in zip(turns[self.first :], self.answers, strict=False):
            answer.show_branch(branches.get(turn.id, (1, 1)))
        if not self.answers:
            self._build_at(len(turns) if around is None else around)
            return
        self._fill_below()
        if around is None:
            self.show_end()

    def show_end(self) -> None:
        """Build the newest turns, if they are not there."""
        if self.missing_below:
            self.show_turn(len(self._turns))

    def show_turn(self, at: int) -> None:
        """Build a turn and those around it, if it is not there."""
        if not self.first <= at < self.first + len(self.answers):
            while self.answers:
                self._remove(-1)
            self._build_at(at)

    def add_above(self) -> bool:
        """Build the turn before the first one; False where there is none."""
        if self.first == 0:
            return False
        self.first -= 1
        self._build(self.first, 0)
        return True

    def add_below(self) -> bool:
        """Build the turn after the last one; False where there is none."""
        if not self.missing_below:
            return False
        self._build(self.first + len(self.answers), len(self.answers))
        return True

    def drop_first(self) -> None:
        """Take the first turn away, until one scrolls there again."""
        self._remove(0)
        self.first += 1

    def drop_last(self) -> None:
        """Take the last turn away, until one scrolls there again."""
        self._remove(-1)

    def alike(self, turns: Sequence[Turn]) -> int:
        """Return how many turns at the beginning are the same as those here."""
        return _common(self._turns, turns)

    def question(self, at: int) -> QuestionView | None:
        """Return the question of the turn of this number, from 0, if it is built."""
        place = at - self.first
        return self.questions[place] if 0 <= place < len(self.questions) else None

    def mark(self, at: int, words: Sequence[str]) -> TextBlock | None:
        """Mark words in a turn and in no other; return the first text that has one."""
        found: list[TextBlock] = []
        for place, pair in enumerate(zip(self.questions, self.answers, strict=False), self.first):
            blocks = [block for view in pair for block in view.findChildren(TextBlock)]
            found += [block for block in blocks if block.mark_words(words if place == at else ())]
        for answer in self.answers if found else ():
            answer.body.fold.unfold_for(found[0])
        return next(iter(found), None)

    def show_unread(self, waits: bool) -> None:
        """Tell the answers whether files are still to be read."""
        self._waits = waits
        for answer in self.answers:
            answer.unread.show_waiting(waits)

    def add_question(self, text: str, reach: Reach = ALL_FOLDERS) -> QuestionView:
        """Show a question at the end."""
        self.welcome.hide()
        self.show_end()
        for answer in self.answers:
            answer.more.hide()  # what follows has read the answer as it is
        return self._insert_question(text, reach, len(self.questions))

    def add_answer(self, persona_name: str) -> AnswerView:
        """Begin an answer under the last question."""
        return self._insert_answer(persona_name, len(self.answers))

    def finish(self, turn: Turn, branch: tuple[int, int]) -> None:
        """Show the last answer as it was saved."""
        self._turns = (*self._turns[: self.first + len(self.answers) - 1], turn)
        self._finish(self.questions[-1], self.answers[-1], turn, branch)

    def show_recomputed(self, turn: Turn) -> None:
        """Show a turn whose answer was computed again in its place."""
        self._turns = tuple(turn if one.id == turn.id else one for one in self._turns)
        for answer in self.answers:
            if answer.turn is not None and answer.turn.id == turn.id:
                answer.finish(turn, self._branches.get(turn.id, (1, 1)))
        self.recomputed.emit(turn)

    def _build_at(self, at: int) -> None:
        """Build a screenful before the end, or from a turn on."""
        self.first = at
        room = SCREENFUL
        if at >= len(self._turns):
            while self.first and room > 0:
                room -= _size(self._turns[self.first - 1])
                self.add_above()
            return
        self._fill_below()

    def _fill_below(self) -> None:
        room = SCREENFUL
        while self.missing_below and room > 0:
            room -= _size(self._turns[self.first + len(self.answers)])
            self.add_below()

    def _build(self, at: int, place: int) -> None:
        turn = self._turns[at]
        question = self._insert_question(turn.question, turn.reach, place)
        answer = self._insert_answer(self._names.get(turn.persona_id, turn.persona_id), place)
        self._finish(question, answer, turn, self._branches.get(turn.id, (1, 1)))
        if at < len(self._turns) - 1:
            answer.more.hide()

    def _insert_question(self, text: str, reach: Reach, place: int) -> QuestionView:
        question = QuestionView(text, reach)
        self.questions.insert(place, question)
        self._column.insertWidget(1 + 2 * place, question)
        return question

    def _insert_answer(self, persona_name: str, place: int) -> AnswerView:
        answer = AnswerView(self._background, persona_name)
        answer.cited.connect(lambda n: self.cited.emit(answer.turn, n))
        answer.link_clicked.connect(self.link_clicked)
        answer.sources_wanted.connect(lambda: self.sources_wanted.emit(answer.turn))
        answer.again_wanted.connect(lambda: self.again_wanted.emit(answer))
        answer.unread.show_waiting(self._waits)
        answer.unread.wanted.connect(lambda wanted: self.later_wanted.emit(answer.turn, wanted))
        answer.nothing_found.wanted.connect(self.remedy_wanted)
        answer.export_wanted.connect(lambda: self.export_wanted.emit(answer.turn))
        answer.print_wanted.connect(lambda: self.print_wanted.emit(answer.turn))
        answer.recomputed.connect(self.show_recomputed)
        answer.more_wanted.connect(lambda: self.more_wanted.emit(answer.turn))
        answer.branch_wanted.connect(lambda step: self.branch_wanted.emit(answer.turn, step))
        self.answers.insert(place, answer)
        self._column.insertWidget(2 + 2 * place, answer)
        return answer

    def _finish(self, question: QuestionView, answer: AnswerView, turn: Turn, branch: tuple[int, int]) -> None:
        if answer.turn is None:
            question.edit_wanted.connect(lambda: self.edit_wanted.emit(answer.turn))
        answer.finish(turn, branch)
        question.edit_button.show()

    def _remove(self, place: int) -> None:
        widgets: list[QWidget] = [self.questions.pop(place)]
        if len(self.answers) > len(self.questions):
            widgets.append(self.answers.pop(place))
        for widget in widgets:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def _common(before: Sequence[Turn], now: Sequence[Turn]) -> int:
    """The number of turns at the beginning that look the same."""
    alike = 0
    for one, other in zip(before, now, strict=False):
        if (one.id, one.answer, one.finish) != (other.id, other.answer, other.finish):
            break
        alike += 1
    return alike


def _size(turn: Turn) -> int:
    return len(turn.question) + len(turn.answer) + _OVERHEAD
