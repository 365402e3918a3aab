"""Keeps what is typed into the question box, and the files chosen for it, chat by chat: through switching, quitting
and a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.composing.reach import ALL_FOLDERS
from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.values import Draft
    from assistant.workspace import Workspace
    from desktop.chat.chat_session import ChatSession
    from desktop.chats.running_answers import Failure, PendingQuestion
    from desktop.composer.composer import Composer
    from desktop.composer.reach_choice import ReachChoice

SAVE_AFTER_MS = 400  # since the last key


class DraftKeeper(QObject):
    """Saves the box of the chat on screen, and fills it when another chat is opened."""

    saved = Signal()  # a question is on the disk: its chat can be listed

    def __init__(
        self,
        background: Background,
        session: ChatSession,
        composer: Composer,
        reach: ReachChoice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background, self._session, self._composer, self._reach = background, session, composer, reach
        self._key = self._text = ""
        self._asked_reach = ALL_FOLDERS  # the files that the last question of the chat was asked of
        self._delay = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._delay.timeout.connect(self._write)
        composer.typed.connect(self._note)
        reach.chosen.connect(lambda _: self._delay.start())
        session.moved.connect(self._move)
        session.running.started.connect(self._keep_question)
        session.running.failed.connect(self._take_back_failed)
        session.running.withdrawn.connect(self._take_back)

    def begin(self) -> None:
        """Fill the box with what was typed into a new chat last time."""
        self._load(self._key)

    def save(self) -> None:
        """Save what is in the box; nothing where it is saved already."""
        if self._delay.isActive():
            self._delay.stop()
            self._write()

    def _note(self, text: str) -> None:
        self._text = text
        self._delay.start()

    def _move(self, key: str) -> None:
        if key == self._key:
            return
        self.save()
        self._key, self._text = key, ""
        self._composer.clear()
        self._asked_reach = self._session.turns[-1].reach if self._session.turns else ALL_FOLDERS
        self._reach.show(self._asked_reach)
        self._delay.stop()
        self._load(key)

    def _load(self, key: str) -> None:
        answers = self._session.running

        def read(space: Workspace, _: Task) -> Draft:
            drafts = space.conversations.drafts
            if answers.of(key) is None:
                drafts.take_back(key)
            return drafts.read(key)

        def show(draft: Draft) -> None:
            if key != self._key or self._composer.text or self._delay.isActive():
                return  # the person has gone on meanwhile
            if draft.reach is not None:
                self._reach.show(draft.reach)
            if draft.typed:
                self._composer.fill(draft.typed)
            self._delay.stop()  # it is saved

        self._background.run("save", read, self, Callbacks(show))

    def _keep_question(self, question: PendingQuestion, asked_at: float) -> None:
        """Keep a question until it is answered, and list its chat."""
        self._delay.stop()
        was_new, self._key = not self._key, question.conversation_id
        self._text, self._asked_reach = self._composer.text, question.reach
        if question.continued:
            return

        def keep(space: Workspace, _: Task) -> None:
            kept = space.conversations
            kept.ask(question.conversation_id, question.persona_id, question.text, asked_at, question.reach)
            if was_new:
                kept.drafts.write("", "")

        self._background.run("save", keep, self, Callbacks(lambda _: self.saved.emit()))
        if self._text:
            self._delay.start()

    def _take_back_failed(self, failure: Failure) -> None:
        self._take_back(failure.question)

    def _take_back(self, question: PendingQuestion) -> None:
        key = question.conversation_id
        self._background.run("save", lambda space, _: space.conversations.drafts.take_back(key), self, Callbacks())

    def _write(self) -> None:
        key, text = self._key, self._text
        reach = None if self._reach.reach == self._asked_reach else self._reach.reach
        self._background.run(
            "save", lambda space, _: space.conversations.drafts.write(key, text, reach), self, Callbacks()
        )
