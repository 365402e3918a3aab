"""The saved conversations: listed, searched, renamed, deleted and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.values import ConversationSummary
    from assistant.workspace import Workspace


class History(QObject):
    """The list of conversations, newest first, narrowed by a search."""

    listed = Signal(object)  # tuple[ConversationSummary, ...]
    deleted = Signal(object)  # ConversationSummary: it can still be restored

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted = ""
        self._titles: dict[str, str] = {}

    def begin(self) -> None:
        """List the conversations, and again whenever a model has given one a title."""
        self.refresh()
        listening = Callbacks(reported=self.refresh)
        self._background.run("read", lambda space, task: space.asking.when_titled(task.report), self, listening)

    def title(self, conversation_id: str | None) -> str:
        """Return a conversation's title; empty while it is unknown."""
        return self._titles.get(conversation_id or "", "")

    def search(self, text: str) -> None:
        """List the conversations that contain the words; all of them for an empty text."""
        self._wanted = text.strip()
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Read the list again."""
        wanted = self._wanted

        def read(space: Workspace, _: Task) -> tuple[ConversationSummary, ...]:
            found = space.conversations.search(wanted) if wanted else space.conversations.list()
            return tuple(found)

        def show(found: tuple[ConversationSummary, ...]) -> None:
            self._titles |= {each.id: each.title for each in found}
            if wanted == self._wanted:
                self.listed.emit(found)

        self._background.run("read", read, self, Callbacks(show))

    def rename(self, conversation_id: str, title: str) -> None:
        """Rename a conversation."""
        self._background.run(
            "read", lambda space, _: space.conversations.rename(conversation_id, title), self, Callbacks(self.refresh)
        )

    def delete(self, summary: ConversationSummary) -> None:
        """Hide a conversation; `restore` brings it back until it is purged."""

        def delete(space: Workspace, _: Task) -> ConversationSummary:
            space.delete_conversation(summary.id)
            return summary

        def report(summary: ConversationSummary) -> None:
            self.deleted.emit(summary)
            self.refresh()

        self._background.run("read", delete, self, Callbacks(report))

    def purge(self, conversation_id: str) -> None:
        """Erase a deleted conversation for good."""
        self._background.run(
            "scan", lambda space, _: space.purge_conversation(conversation_id), self, Callbacks(self.refresh)
        )

    def restore(self, conversation_id: str) -> None:
        """Undo a deletion."""
        self._background.run(
            "read", lambda space, _: space.conversations.restore(conversation_id), self, Callbacks(self.refresh)
        )
