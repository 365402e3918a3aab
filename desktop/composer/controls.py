"""What is chosen for a question, wired to the composer: attachments, files, persona, manner."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QFileDialog, QMenu

from assistant.reach import ALL_FOLDERS
from desktop.background import Background
from desktop.chat.chat_page import ChatPage
from desktop.chat.chat_session import ChatSession
from desktop.chats.running_answers import PendingQuestion
from desktop.composer.attachments import Attachment, Attachments
from desktop.composer.reach_choice import ReachChip, ReachChoice
from desktop.folders.drops import DropImporter, DroppedPaths
from desktop.folders.watched_folders import WatchedFolders
from desktop.widgets.buttons import IconButton


class ComposerControls(QObject):
    """Owns what stands around the question box, and tells the session what was chosen."""

    def __init__(
        self,
        background: Background,
        page: ChatPage,
        session: ChatSession,
        folders: WatchedFolders,
        drops: DropImporter,
    ) -> None:
        super().__init__(page)
        self._page, self._session, composer = page, session, page.composer
        self.reach = ReachChoice(self)
        self.attachments = Attachments(background, folders, drops, self)
        self.attach = IconButton("attach", "Attach…", size=30)
        self.reach_chip = ReachChip(self.reach, folders)
        for widget in (self.attach, self.reach_chip):
            composer.foot.addWidget(widget)
        self.attach.clicked.connect(self._open_attach_menu)
        composer.attached.connect(self.attachments.add)
        composer.image_attached.connect(self.attachments.add_image)
        composer.detached.connect(self.attachments.remove)
        self.attachments.changed.connect(
            lambda: composer.show_attachments(self.attachments.items, self.attachments.reading)
        )
        self.attachments.brought.connect(self._answer_from)
        self.attachments.removed.connect(self.reach.remove)
        self.reach.changed.connect(partial(setattr, session, "reach"))
        session.moved.connect(lambda _: self.attachments.clear())
        session.running.started.connect(self._forget_sent)

    def _answer_from(self, items: tuple[Attachment, ...]) -> None:
        """Answer from what was attached: alone, or with what the person chose besides."""
        if self.reach.reach == ALL_FOLDERS:
            items = self.attachments.items
        self.reach.add(
            folders=[one.path for one in items if one.is_folder], files=[one.path for one in items if not one.is_folder]
        )

    def _forget_sent(self, question: PendingQuestion, _: float) -> None:
        if question.conversation_id == self._session.conversation_id and not question.continued:
            self.attachments.clear()

    def _open_attach_menu(self) -> None:
        menu = QMenu(self.attach)
        menu.setAccessibleName("Attach")
        menu.addAction("Files…").triggered.connect(self.choose_files)
        menu.addAction("Folder…").triggered.connect(self.choose_folder)
        menu.popup(self.attach.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def choose_files(self) -> None:
        """Ask for files and attach them."""
        dialog = QFileDialog(self._page.window(), "Attach files", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attachments.add(DroppedPaths((), tuple(map(Path, names)))))
        dialog.open()

    def choose_folder(self) -> None:
        """Ask for a folder and attach it."""
        dialog = QFileDialog(self._page.window(), "Attach a folder", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.attachments.add(DroppedPaths((Path(name),), ())))
        dialog.open()
