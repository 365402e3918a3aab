"""The conversation: a readable column that follows the writing only while scrolled to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget
from shiboken6 import isValid

from assistant.composing.reach import ALL_FOLDERS, Reach
from desktop.background import Background
from desktop.chat.chat_session import NEWEST, LookAt
from desktop.chat.message_view import AnswerView, QuestionView
from desktop.chat.text_blocks import TextBlock
from desktop.chat.turn_column import TurnColumn
from desktop.language import tr
from desktop.reading.find_bar import Hit, TextWidget
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Looked, Retrieved, Thought, Turn
    from engines import Usage
    from errors import AppError
    from knowledge import SyncProgress

PINNED_WITHIN = 24  # px from the end still count as being at the end
NEAR, FAR = 1.5, 6.0  # screens: nearer turns are built, farther ones taken away


class ChatView(QScrollArea):
    """Shows turns and appends to the last one."""

    cited = Signal(object, int)  # Turn or None while it is written, n
    sources_wanted = Signal(object)  # Turn
    link_clicked = Signal(str)
    again_wanted = Signal(object)  # Turn
    edit_wanted = Signal(object)  # Turn
    branch_wanted = Signal(object, int)  # Turn, step
    more_wanted = Signal(object)  # Turn
    later_wanted = Signal(object, bool)  # Turn, answer it again once all files are read
    retry_wanted = Signal()  # after a failure
    remedy_wanted = Signal(str)  # where nothing was found
    export_wanted = Signal(object)  # Turn
    print_wanted = Signal(object)  # Turn
    recomputed = Signal(object)  # Turn

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pinned = True
        self._anchor: tuple[QWidget, int] | None = None  # a message, and its distance from the top of the view in px
        self._hit: TextBlock | None = None  # text with a marked word to go to
        self._is_following = self._is_settling = False  # settling: a turn above was added and is not laid out yet
        self._value = 0  # of the scroll bar, when the anchor was noted
        self._is_scrolled = False  # an empty chat, by the person
        self._column = TurnColumn(background)
        self.welcome = self._column.welcome
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(3 * UNIT, 0, 3 * UNIT, 0)
        row.addStretch(0)
        row.addWidget(self._column, 1)
        row.addStretch(0)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slim_scrolling(self)
        self._jump = TextButton(tr("Jump to latest"), "latest", parent=self)
        self._jump.clicked.connect(self.jump_to_latest)
        self._jump.hide()
        self._filling = QTimer(self, singleShot=True, interval=0)
        self._filling.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(self._note_place)
        self.verticalScrollBar().rangeChanged.connect(self._follow)
        self.verticalScrollBar().actionTriggered.connect(self._note_scrolling)
        self._pass_on()

    @property
    def pinned(self) -> bool:
        """True while the view follows the end."""
        return self._pinned

    @property
    def answers(self) -> list[AnswerView]:
        """The answers that are built, the newest last."""
        return self._column.answers

    def show_turns(
        self,
        turns: tuple[Turn, ...],
        names: dict[str, str],
        branches: dict[str, tuple[int, int]],
        look_at: LookAt = NEWEST,
    ) -> None:
        """Show these turns and nothing else. `names` by persona id, `branches` by turn id."""
        around = next((at for at, turn in enumerate(turns) if turn.id == look_at.turn_id), None)
        distance = UNIT
        if look_at.stay:
            around = self._column.alike(turns)
            if there := self._column.question(around):
                distance = there.y() - self.verticalScrollBar().value()
        self._hit = None
        if not turns:
            self._value, self._is_scrolled = 0, False
        self._column.replace(turns, names, branches, around)
        question = self._column.question(around) if around is not None else None
        if around is None or question is None:
            self.jump_to_latest()
            return
        self._pinned, self._anchor = False, (question, distance)
        if look_at.words:
            self._hit = self._column.mark(around, look_at.words)
        self._follow()

    def add_question(self, text: str, reach: Reach = ALL_FOLDERS) -> None:
        """Show a question at the end and go there. `reach`: the files to answer it from."""
        self._column.add_question(text, reach)
        self.jump_to_latest()

    def add_answer(self, persona_name: str) -> AnswerView:
        """Begin an answer under the last question."""
        return self._column.add_answer(persona_name)

    def show_waiting(self) -> None:
        """Say that another answer is written first."""
        self.answers[-1].show_waiting()

    def show_begun(self) -> None:
        """Say that the answer is being prepared."""
        self.answers[-1].show_begun()

    def texts(self) -> list[TextWidget]:
        """Return the texts of the questions and answers that are built, from the first to the last."""
        turns = zip(self._column.questions, self.answers, strict=False)
        return [text for question, answer in turns for text in (question.text, *answer.body.texts())]

    def reveal(self, hit: Hit) -> None:
        """Bring found words into view."""
        for answer in self.answers:
            answer.body.fold.unfold_for(hit.text)
        cursor = hit.text.textCursor()
        cursor.setPosition(hit.end)
        hit.text.setTextCursor(cursor)
        if (page := self.widget()) is not None:
            place = hit.text.viewport().mapTo(page, hit.text.cursorRect().center())
            self.ensureVisible(place.x(), place.y(), 0, self.height() // 4)

    def show_from(self, widget: QWidget) -> None:
        """Bring a part of the empty chat to the top, once it is laid out."""

        def go() -> None:
            if not self._column.questions:
                self._is_scrolled = True
                self.verticalScrollBar().setValue(widget.mapTo(self._column, widget.rect().topLeft()).y() - UNIT)

        QTimer.singleShot(0, widget, go)

    def show_unread(self, waits: bool) -> None:
        """Tell the answers whether files are still to be read."""
        self._column.show_unread(waits)

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
        self._column.show_end()
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
        self._column.finish(turn, branch)
        question = self._column.questions[-1]
        if turn.finish in ("quotes", "computed"):  # it is complete at once, so it is read from its beginning
            QTimer.singleShot(0, question, lambda: self._read_from(question))

    def _read_from(self, question: QuestionView) -> None:
        if not question.isHidden():  # else another chat is shown by now
            self.verticalScrollBar().setValue(question.y())

    def fail(self, error: AppError) -> None:
        """Show what went wrong in the last answer."""
        self.answers[-1].fail(error)

    def jump_to_latest(self) -> None:
        """Go to the end and follow it."""
        self._column.show_end()
        self._pinned = True
        self._follow()
        self._jump.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in place."""
        super().resizeEvent(event)
        self._place_jump()
        self._filling.start()

    def _pass_on(self) -> None:
        column = self._column
        column.cited.connect(self.cited)
        column.sources_wanted.connect(self.sources_wanted)
        column.link_clicked.connect(self.link_clicked)
        column.edit_wanted.connect(self.edit_wanted)
        column.branch_wanted.connect(self.branch_wanted)
        column.more_wanted.connect(self.more_wanted)
        column.later_wanted.connect(self.later_wanted)
        column.remedy_wanted.connect(self.remedy_wanted)
        column.export_wanted.connect(self.export_wanted)
        column.print_wanted.connect(self.print_wanted)
        column.again_wanted.connect(self._again)
        column.recomputed.connect(self.recomputed)

    def _again(self, answer: AnswerView) -> None:
        if answer.turn is not None and not answer.has_failed:
            self.again_wanted.emit(answer.turn)
        else:
            self.retry_wanted.emit()

    def _note_scrolling(self, _: int) -> None:
        self._is_scrolled = True

    def _note_place(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if self._is_following or not (self._column.questions or self._is_scrolled):
            return
        self._hit = None
        self._pinned = value >= bar.maximum() - PINNED_WITHIN and not self._column.missing_below
        if self._is_settling and self._anchor is not None:
            self._anchor = self._anchor[0], self._anchor[1] - (value - self._value)
        else:
            self._anchor = self._message_at(value)
        self._value = value
        self._place_jump()
        self._filling.start()

    def _message_at(self, value: int) -> tuple[QWidget, int] | None:
        """The first message that reaches below the top of the window, and its distance from there."""
        for question, answer in zip(self._column.questions, self._column.answers, strict=False):
            if answer.geometry().bottom() > value:
                message = question if question.geometry().bottom() > value else answer
                return message, message.y() - value
        return None

    def _follow(self) -> None:
        """Stay at the end, or with the message that one reads, when what is around it has changed its height."""
        bar = self.verticalScrollBar()
        self._is_following, self._is_settling = True, False
        if not self._column.questions:
            bar.setValue(self._value)  # an empty chat is read from its beginning
        elif self._pinned:
            bar.setValue(bar.maximum())
        elif self._hit is not None and isValid(self._hit):
            marked = self._hit.mapTo(self._column, self._hit.marked_place())
            bar.setValue(marked.y() - self.viewport().height() // 3)
        elif self._anchor is not None and isValid(self._anchor[0]):
            bar.setValue(self._anchor[0].y() - self._anchor[1])
        self._is_following, self._value = False, bar.value()
        self._place_jump()
        self._filling.start()

    def _fill(self) -> None:
        """Build one turn near the place where one reads, or take one away that is far."""
        bar, page, column = self.verticalScrollBar(), self.viewport().height(), self._column
        above, below = bar.value(), bar.maximum() - bar.value()
        if not (column.answers and column.questions and self.isVisible()):
            return
        if self._is_settling:  # what was added is laid out by now, also where the whole is as high as before
            self._follow()
        elif column.questions[-1].y() - above > (FAR + 1) * page and column.answers[-1].turn is not None:
            column.drop_last()
        elif above - column.answers[0].geometry().bottom() > FAR * page:
            self._is_settling = True
            column.drop_first()
        elif above < NEAR * page and column.first:
            self._is_settling = True
            column.add_above()
        elif below < NEAR * page and column.missing_below:
            column.add_below()
        else:
            return
        self._filling.start()

    def _place_jump(self) -> None:
        bar = self.verticalScrollBar()
        is_away = bar.value() < bar.maximum() - PINNED_WITHIN or self._column.missing_below
        self._jump.setVisible(is_away and not self._pinned and bool(self._column.questions))
        self._jump.adjustSize()
        self._jump.move((self.width() - self._jump.width()) // 2, self.height() - self._jump.height() - UNIT)
        self._jump.raise_()
