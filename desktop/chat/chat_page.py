"""The chat page: the conversation, notices and the composer, wired to one chat session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.background import Background
from desktop.chat.chat_session import NEWEST, ChatSession, LookAt
from desktop.chat.chat_view import ChatView
from desktop.chat.persona_choice import PersonaChoice
from desktop.chats.running_answers import Failure, PendingQuestion
from desktop.composer.chat_foot import ChatFoot, EditBanner
from desktop.composer.composer import Composer
from desktop.language import tr
from desktop.reading.export import Exporter
from desktop.reading.find_bar import FindBar
from desktop.widgets.column_widths import ReadingColumn
from desktop.widgets.notices import Notice, NoticeStack
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Turn
    from errors import AppError

METER_MS = 200  # between looks at how much of a prompt is read, or how fast an answer is written
OPENED = frozenset({"http", "https", "mailto"})  # schemes; addresses of any other are not opened


class ChatPage(QWidget):
    """Asks on Enter, shows the answer as it is written, and offers to stop, ask again and edit."""

    cited = Signal(object, int)
    sources_wanted = Signal(object)
    connections_wanted = Signal()
    edit_begun = Signal(object)  # Turn whose question came into the box
    edit_left = Signal()  # without asking it anew

    def __init__(
        self, background: Background, session: ChatSession, personas: PersonaChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._personas = session, personas
        self._editing: Turn | None = None
        self._typed_before = ""  # what was in the box when an earlier question came into it
        self._meter = QTimer(self, interval=METER_MS)
        self._meter.timeout.connect(self._show_usage)
        self.view = ChatView(background)
        self.find_bar = FindBar(tr("Find in this chat"), self.view.texts, self.view.reveal)
        self.exporter = Exporter(background, self)
        self.edit_banner = EditBanner()
        self.notices = NoticeStack(self)  # the window lays it out above every page
        self.composer = Composer()
        self.foot = ChatFoot()
        self._lay_out()
        self._connect()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice above every page."""
        self.notices.show_notice(notice)

    def show_error(self, error: AppError) -> None:
        """Show an expected failure."""
        self.show_notice(Notice("danger", error.title, error.hint))

    def confirm_link(self, address: str) -> None:
        """Show the whole address. A web page or mail address is opened only on a second click."""
        opens = QUrl(address).scheme() in OPENED
        title = tr("Open this link in your browser?") if opens else tr("This link isn't a web page")
        notice = Notice("accent", title, address)
        notice.add_action(tr("Copy"), lambda: QGuiApplication.clipboard().setText(address), primary=False)
        if opens:
            notice.add_action(tr("Open"), lambda: QDesktopServices.openUrl(QUrl(address)))
        self.show_notice(notice)

    def ask(self, text: str) -> None:
        """Ask the chosen persona, in place of the turn that is being edited if there is one and its words differ."""
        persona = self._personas.answering
        if self._session.busy or persona is None:
            self.composer.write(text)
            return
        edited, typed_before = self._editing, self._typed_before
        self._end_edit()
        if edited is not None and edited in self._session.turns and text != edited.question:
            self._session.ask_again(edited, text)
        else:
            self._session.ask(text, persona.id)
            self._personas.answer_next(None)
        if typed_before:
            self.composer.write(typed_before)

    def anticipate(self, half_typed: str) -> None:
        """Search ahead for a question while it is typed."""
        if self._personas.answering is not None and self._editing is None:
            self._session.anticipate(half_typed, self._personas.answering.id)

    def edit_last(self) -> None:
        """Put the last question back into the box. Sending it starts a branch."""
        if self._session.turns and not self._session.busy:
            self._edit(self._session.turns[-1])

    def leave_edit(self) -> None:
        """Leave the earlier question as it is, and put back what was typed before."""
        typed_before = self._typed_before
        if self._editing is not None:
            self._end_edit()
            self.composer.write(typed_before)
            self.edit_left.emit()

    def _edit(self, turn: Turn) -> None:
        if self._editing is None:
            self._typed_before = self.composer.text
        self._editing = turn
        self.edit_begun.emit(turn)
        self.composer.write(turn.question)
        self.edit_banner.show()

    def _end_edit(self) -> None:
        self._editing, self._typed_before = None, ""
        self.edit_banner.hide()

    def _escape(self) -> None:
        if self._editing is not None:
            self.leave_edit()
        else:
            self._session.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type into the box, wherever the focus is on this page."""
        typed = event.text()
        shortcut = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
        if typed and typed.isprintable() and not shortcut:
            self.composer.type(typed)
        else:
            super().keyPressEvent(event)

    def show_question(self, question: PendingQuestion) -> None:
        """Show a question that is being answered."""
        self.view.add_question(question.text, question.reach)
        self.view.add_answer(self._names().get(question.persona_id, question.persona_id))

    def _names(self) -> dict[str, str]:
        return {header.id: header.name for header in self._personas.headers}

    def _show_turns(self, turns: tuple[Turn, ...], look_at: LookAt = NEWEST) -> None:
        self._end_edit()
        branches = {turn.id: self._session.branch(turn) for turn in turns}
        self.view.show_turns(turns, self._names(), branches, look_at)

    def _name_persona(self, _: object) -> None:
        if self._personas.answering is not None:
            self.composer.name_persona(self._personas.answering.name)

    def _show_usage(self) -> None:
        self.view.show_usage(self._session.usage)

    def retry(self) -> None:
        """Ask the question that failed again, and take it out of the box."""
        failure = self._session.running.failure(self._session.conversation_id)
        if failure is not None and not self._session.busy:
            if self.composer.text == failure.question.text:
                self.composer.clear()
            self._session.retry()

    def show_size(self, persona_id: str, passages: int) -> None:
        """Show the size of the chosen persona's own knowledge."""
        if self._personas.current is not None and persona_id == self._personas.current.id:
            self.view.welcome.show_knowledge(passages)

    def restore_question(self, question: PendingQuestion) -> None:
        """Put a question that got no answer back into the box, before what was typed since."""
        if not question.continued:
            self.composer.write("\n".join(filter(None, (question.text, self.composer.text))))

    def _withdraw(self, question: PendingQuestion) -> None:
        self._show_turns(self._session.turns)
        self.restore_question(question)

    def _show_failure(self, failure: Failure) -> None:
        self.view.fail(failure.error)

    def _connect(self) -> None:
        session, view, composer = self._session, self.view, self.composer
        session.asked.connect(self.show_question)
        session.resumed.connect(view.resume)
        session.preparing.connect(view.show_preparing)
        session.retrieved.connect(view.show_retrieved)
        session.looked.connect(view.show_looked)
        session.waiting.connect(view.show_waiting)
        session.began.connect(view.show_begun)
        session.withdrawn.connect(self._withdraw)
        session.unanswered.connect(self.restore_question)
        session.wrote.connect(view.append)
        session.thought.connect(view.append_thought)
        session.answered.connect(lambda turn: view.finish(turn, session.branch(turn)))
        session.failed.connect(self._show_failure)
        session.opened.connect(self._show_turns)
        session.busy_changed.connect(composer.set_busy)
        session.busy_changed.connect(lambda busy: self._meter.start() if busy else self._meter.stop())
        composer.typed.connect(self.anticipate)
        composer.submitted.connect(self.ask)
        composer.stop_wanted.connect(self._escape)
        composer.cleared.connect(self._end_edit)
        self.edit_banner.left.connect(self.leave_edit)
        composer.edit_last_wanted.connect(self.edit_last)
        view.welcome.starter_chosen.connect(self.ask)
        view.again_wanted.connect(session.ask_again)
        view.more_wanted.connect(session.go_on)
        view.edit_wanted.connect(self._edit)
        view.recomputed.connect(session.replace)
        view.retry_wanted.connect(self.retry)
        view.branch_wanted.connect(session.step_branch)
        view.link_clicked.connect(self.confirm_link)
        view.export_wanted.connect(lambda turn: self.exporter.export((turn,), turn.question))
        view.print_wanted.connect(lambda turn: self.exporter.print((turn,), turn.question))
        self.exporter.noticed.connect(self.show_notice)
        view.cited.connect(self.cited)
        view.sources_wanted.connect(self.sources_wanted)
        self.find_bar.closed.connect(composer.setFocus)
        self.foot.connections_wanted.connect(self.connections_wanted)
        self._personas.chosen.connect(view.welcome.introduce)
        self._personas.chosen.connect(self._name_persona)
        self._personas.next_changed.connect(self._name_persona)
        self._personas.loaded.connect(view.welcome.show_persona)
        self._personas.loaded.connect(self.foot.show_persona)
        self._personas.sized.connect(self.show_size)
        self._personas.preparing.connect(view.welcome.show_preparing)

    def _lay_out(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(0, UNIT, 0, UNIT)
        foot.setSpacing(UNIT)
        foot.addWidget(self.edit_banner)
        foot.addWidget(self.composer)
        foot.addWidget(self.foot)
        inside = ReadingColumn()
        inside.setLayout(foot)
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        centred = QHBoxLayout()
        centred.setContentsMargins(3 * UNIT, 0, 3 * UNIT, 0)
        centred.addWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addWidget(self.view, 1)
        column.addLayout(centred)
