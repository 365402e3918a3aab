"""The conversation: a readable column that follows the writing only while scrolled to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.background import Background
from desktop.chat.message_view import AnswerView, QuestionView
from desktop.chat.welcome import Welcome
from desktop.reading.find_bar import Hit, TextWidget
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import READING_WIDTH, UNIT

if TYPE_CHECKING:
    from assistant.values import Looked, Retrieved, Thought, Turn
    from engines import Usage
    from errors import AppError
    from knowledge import SyncProgress

PINNED_WITHIN = 24  # px from the end still count as being at the end


class ChatView(QScrollArea):
    """Shows turns and appends to the last one."""

    cited = Signal(object, int)  # Turn or None while it is written, n
    sources_wanted = Signal(object)  # Turn
    link_clicked = Signal(str)
    again_wanted = Signal(object)  # Turn
    edit_wanted = Signal(object)  # Turn
    branch_wanted = Signal(object, int)  # Turn, step
    more_wanted = Signal(object)  # Turn
    retry_wanted = Signal()  # after a failure
    export_wanted = Signal(object)  # Turn
    print_wanted = Signal(object)  # Turn

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._pinned = True
        self.answers: list[AnswerView] = []
        self._questions: list[QuestionView] = []
        self.welcome = Welcome()
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, UNIT, 0, 2 * UNIT)
        self._column.setSpacing(UNIT)
        self._column.addWidget(self.welcome)
        self._column.addStretch(1)
        self.setWidget(_centred(self._column))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slim_scrolling(self)
        self._jump = TextButton("Jump to latest", "latest", parent=self)
        self._jump.clicked.connect(self.jump_to_latest)
        self._jump.hide()
        self.verticalScrollBar().valueChanged.connect(self._note_place)
        self.verticalScrollBar().rangeChanged.connect(self._follow)

    @property
    def pinned(self) -> bool:
        """True while the view follows the end."""
        return self._pinned

    def show_turns(self, turns: tuple[Turn, ...], names: dict[str, str], branches: dict[str, tuple[int, int]]) -> None:
        """Show these turns and nothing else, scrolled to the newest. `names` by persona id, `branches` by turn id."""
        for widget in (*self._questions, *self.answers):
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.answers, self._questions = [], []
        self.welcome.setVisible(not turns)
        for turn in turns:
            self.add_question(turn.question)
            self.add_answer(names.get(turn.persona_id, turn.persona_id))
            self.finish(turn, branches.get(turn.id, (1, 1)))
        self.jump_to_latest()

    def add_question(self, text: str) -> None:
        """Show a question at the end and go there."""
        self.welcome.hide()
        for answer in self.answers:
            answer.more.hide()  # what follows has read the answer as it is
        question = QuestionView(text)
        self._questions.append(question)
        self._insert(question)
        self.jump_to_latest()

    def add_answer(self, persona_name: str) -> AnswerView:
        """Begin an answer under the last question."""
        answer = AnswerView(self._background, persona_name)
        answer.cited.connect(lambda n: self.cited.emit(answer.turn, n))
        answer.link_clicked.connect(self.link_clicked)
        answer.sources_wanted.connect(lambda: self.sources_wanted.emit(answer.turn))
        answer.again_wanted.connect(lambda: self._again(answer))
        answer.export_wanted.connect(lambda: self.export_wanted.emit(answer.turn))
        answer.print_wanted.connect(lambda: self.print_wanted.emit(answer.turn))
        answer.more_wanted.connect(lambda: self.more_wanted.emit(answer.turn))
        answer.branch_wanted.connect(lambda step: self.branch_wanted.emit(answer.turn, step))
        self.answers.append(answer)
        self._insert(answer)
        return answer

    def texts(self) -> list[TextWidget]:
        """Return the texts of questions and answers, from the first to the last."""
        turns = zip(self._questions, self.answers, strict=False)
        return [text for question, answer in turns for text in (question.text, *answer.body.texts())]

    def reveal(self, hit: Hit) -> None:
        """Bring found words into view."""
        cursor = hit.text.textCursor()
        cursor.setPosition(hit.end)
        hit.text.setTextCursor(cursor)
        if (page := self.widget()) is not None:
            place = hit.text.viewport().mapTo(page, hit.text.cursorRect().center())
            self.ensureVisible(place.x(), place.y(), 0, self.height() // 4)

    def show_preparing(self, progress: SyncProgress) -> None:
        """Show how much of the persona's own knowledge is indexed."""
        self.answers[-1].show_preparing(progress)

    def show_retrieved(self, retrieved: Retrieved) -> None:
        """Show what the answer being written is based on."""
        self.answers[-1].show_retrieved(retrieved)

    def show_looked(self, looked: Looked) -> None:
        """Show what the model looked for again."""
        self.answers[-1].show_looked(looked)

    def show_usage(self, usage: Usage) -> None:
        """Show how much of the prompt is read, or how fast the answer is being written."""
        if self.answers:
            speeds = (answer.turn.usage.prefill_tokens_per_second for answer in self.answers[-2::-1] if answer.turn)
            self.answers[-1].show_usage(usage, next(filter(None, speeds), 0.0))

    def resume(self) -> None:
        """Let the last answer grow again."""
        self.answers[-1].resume()
        self.jump_to_latest()

    def append(self, text: str) -> None:
        """Append text to the answer."""
        self.answers[-1].append(text)

    def append_thought(self, thought: Thought) -> None:
        """Append to the thoughts above the answer."""
        self.answers[-1].append_thought(thought)

    def finish(self, turn: Turn, branch: tuple[int, int] = (1, 1)) -> None:
        """Show the last answer as it was saved."""
        answer, question = self.answers[-1], self._questions[-1]
        if answer.turn is None:
            question.edit_wanted.connect(lambda: self.edit_wanted.emit(answer.turn))
        answer.finish(turn, branch)
        question.edit_button.show()
        if turn.finish == "quotes":  # it is complete at once, so it is read from its beginning
            QTimer.singleShot(0, question, lambda: self.verticalScrollBar().setValue(question.y()))

    def fail(self, error: AppError) -> None:
        """Show what went wrong in the last answer."""
        self.answers[-1].fail(error)

    def jump_to_latest(self) -> None:
        """Go to the end and follow it."""
        self._pinned = True
        self._follow()
        self._jump.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in place."""
        super().resizeEvent(event)
        self._place_jump()

    def _again(self, answer: AnswerView) -> None:
        if answer.turn is not None:
            self.again_wanted.emit(answer.turn)
        else:
            self.retry_wanted.emit()

    def _insert(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)

    def _note_place(self, value: int) -> None:
        self._pinned = value >= self.verticalScrollBar().maximum() - PINNED_WITHIN
        self._place_jump()

    def _follow(self) -> None:
        bar = self.verticalScrollBar()
        if self._pinned:
            bar.setValue(bar.maximum())
        self._place_jump()

    def _place_jump(self) -> None:
        self._jump.setVisible(not self._pinned)
        self._jump.adjustSize()
        self._jump.move((self.width() - self._jump.width()) // 2, self.height() - self._jump.height() - UNIT)
        self._jump.raise_()


def _centred(column: QVBoxLayout) -> QWidget:
    """Return a page with the column at a readable width."""
    page, inside = QWidget(), QWidget()
    inside.setLayout(column)
    inside.setMaximumWidth(READING_WIDTH)
    inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout(page)
    row.setContentsMargins(3 * UNIT, 0, 3 * UNIT, 0)
    row.addStretch(0)
    row.addWidget(inside, 1)
    row.addStretch(0)
    return page
