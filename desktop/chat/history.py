"""The conversations that are kept: listed, searched, renamed, deleted and brought back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.values import ConversationSummary
    from assistant.workspace import Workspace


class History(QObject):
    """The list of conversations, newest first, narrowed by a search."""

    listed = Signal(object)  # tuple[ConversationSummary, ...]
    deleted = Signal(object)  # ConversationSummary: it can still be brought back

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted = ""
        self._titles: dict[str, str] = {}

    def begin(self) -> None:
        """List what there is, and again whenever a model has named a conversation."""
        self.refresh()
        listening = Callbacks(_listens, reported=self.refresh)
        self._background.run("read", lambda space, task: space.asking.when_titled(task.report), self, listening)

    def title(self, conversation_id: str | None) -> str:
        """What a conversation is called; "" while that is not known."""
        return self._titles.get(conversation_id or "", "")

    def search(self, text: str) -> None:
        """Show the conversations in which the words occur; all of them for none."""
        self._wanted = text.strip()
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Read the list again."""
        wanted = self._wanted

        def read(space: "Workspace", _: Task) -> "tuple[str, tuple[ConversationSummary, ...]]":
            found = space.conversations.search(wanted) if wanted else space.conversations.list()
            return wanted, tuple(found)

        self._background.run("read", read, self, Callbacks(self._list))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        self._background.run(
            "read", lambda space, _: space.conversations.rename(conversation_id, title), self, Callbacks(self.refresh)
        )

    def delete(self, summary: "ConversationSummary", *, after_answers: bool = False) -> None:
        """Take a conversation out of the list; `restore` brings it back.

        `after_answers`: once what is being written is saved, since a turn that is saved brings its conversation back.
        """

        def delete(space: "Workspace", _: Task) -> "ConversationSummary":
            space.delete_conversation(summary.id)
            return summary

        self._background.run("ask" if after_answers else "read", delete, self, Callbacks(self._forget))

    def restore(self, conversation_id: str) -> None:
        """Undo a deletion."""
        self._background.run(
            "read", lambda space, _: space.conversations.restore(conversation_id), self, Callbacks(self.refresh)
        )

    def _list(self, listing: "tuple[str, tuple[ConversationSummary, ...]]") -> None:
        self._titles |= {each.id: each.title for each in listing[1]}
        if listing[0] == self._wanted:
            self.listed.emit(listing[1])

    def _forget(self, summary: "ConversationSummary") -> None:
        self.deleted.emit(summary)
        self.refresh()


def _listens(_: object) -> None:
    """What a model names is reported as it comes."""
