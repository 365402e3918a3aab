"""The saved conversations: listed, searched, renamed, filed, deleted, restored and erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.conversations.conversations import Conversations
    from assistant.values import ConversationSummary, FoundConversation
    from assistant.workspace import Workspace


class History(QObject):
    """The list of conversations, newest first, or what a search finds among them, and those in the trash."""

    listed = Signal(object)  # tuple[ConversationSummary, ...]
    found = Signal(object)  # tuple[FoundConversation, ...]
    trashed = Signal(object)  # tuple[ConversationSummary, ...]
    deleted = Signal(object)  # ConversationSummary: it can still be restored

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.wanted = ""
        self._titles: dict[str, str] = {}
        self._deletions: list[str] = []

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
        self.wanted = text.strip()
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Read the list again."""
        wanted = self.wanted

        def find(space: Workspace, _: Task) -> tuple[FoundConversation, ...]:
            return space.conversations.search(wanted)

        def show_found(found: tuple[FoundConversation, ...]) -> None:
            if wanted == self.wanted:
                self.found.emit(found)

        def show(summaries: tuple[ConversationSummary, ...]) -> None:
            self._titles = {each.id: each.title for each in summaries}
            if wanted == self.wanted:
                self.listed.emit(summaries)

        if wanted:
            self._background.run("read", find, self, Callbacks(show_found))
        else:
            self._background.run("read", lambda space, _: tuple(space.conversations.list()), self, Callbacks(show))

    def read_trash(self, _: object = None) -> None:
        """Read which conversations are in the trash."""
        self._background.run(
            "read", lambda space, _: tuple(space.conversations.trash()), self, Callbacks(self.trashed.emit)
        )

    def rename(self, conversation_id: str, title: str) -> None:
        """Rename a conversation."""
        self._titles[conversation_id] = title
        self._change(lambda kept: kept.rename(conversation_id, title))

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._change(lambda kept: kept.pin(conversation_id, pinned))

    def file(self, conversation_id: str, folder: str) -> None:
        """File a conversation under a name; "": under none."""
        self._change(lambda kept: kept.file(conversation_id, folder))

    def rename_folder(self, folder: str, name: str) -> None:
        """Rename a folder; "": its conversations are in none."""
        self._change(lambda kept: kept.rename_folder(folder, name))

    def delete(self, summary: ConversationSummary) -> None:
        """Move a conversation to the trash."""

        def delete(space: Workspace, _: Task) -> ConversationSummary:
            space.delete_conversation(summary.id)
            return summary

        def report(summary: ConversationSummary) -> None:
            self._deletions.append(summary.id)
            self.deleted.emit(summary)
            self._reread()

        self._background.run("read", delete, self, Callbacks(report))

    def restore_last(self) -> None:
        """Undo the last deletion that was not undone yet."""
        if self._deletions:
            self.restore(self._deletions[-1])

    def restore(self, conversation_id: str) -> None:
        """Take a conversation out of the trash."""
        self._forget_deletion(conversation_id)
        self._change(lambda kept: kept.restore(conversation_id))

    def end_undo(self, conversation_id: str) -> None:
        """Erase a deleted conversation where the settings keep no trash."""
        self._background.run(
            "scan", lambda space, _: space.end_undo(conversation_id), self, Callbacks(lambda _: self._reread())
        )

    def purge(self, *ids: str) -> None:
        """Erase deleted conversations for good."""
        for conversation_id in ids:
            self._forget_deletion(conversation_id)
        self._background.run(
            "scan", lambda space, _: space.purge_conversations(*ids), self, Callbacks(lambda _: self._reread())
        )

    def _forget_deletion(self, conversation_id: str) -> None:
        self._deletions = [each for each in self._deletions if each != conversation_id]

    def _change(self, act: Callable[[Conversations], None]) -> None:
        self._background.run(
            "read", lambda space, _: act(space.conversations), self, Callbacks(lambda _: self._reread())
        )

    def _reread(self) -> None:
        self.refresh()
        self.read_trash()
