"""What is chosen for a question, wired to the composer: attachments, files, persona, manner, prompts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from assistant.composing.reach import ALL_FOLDERS
from assistant.values import Turn
from desktop.background import Background
from desktop.chat.chat_page import ChatPage
from desktop.chat.chat_session import ChatSession
from desktop.chat.persona_choice import PersonaChoice
from desktop.chats.running_answers import PendingQuestion
from desktop.composer.attached_files import AttachedFile, Attachments
from desktop.composer.completion import Choice, Completion
from desktop.composer.file_names import NameCompletion, NamedPath
from desktop.composer.manner_chip import MannerChip
from desktop.composer.own_prompts import Prompts
from desktop.composer.persona_chip import PersonaChip
from desktop.composer.reach_choice import ReachChip, ReachChoice
from desktop.folders.drops import DropImporter, DroppedPaths
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import tr
from desktop.models.model_choice import ModelState
from desktop.widgets.buttons import IconButton, TextButton


class ComposerControls(QObject):
    """Owns what stands around the question box, and tells the session what was chosen."""

    folders_wanted = Signal()

    def __init__(
        self,
        background: Background,
        page: ChatPage,
        session: ChatSession,
        personas: PersonaChoice,
        folders: WatchedFolders,
        drops: DropImporter,
    ) -> None:
        super().__init__(page)
        self._page, self._session, self._folders, composer = page, session, folders, page.composer
        self._key = ""  # of the chat on screen
        self._reach_before = ALL_FOLDERS  # of what was in the box when an earlier question came into it
        self._names = NameCompletion()
        self.reach = ReachChoice(self)
        self.attachments = Attachments(background, folders, drops, self)
        self.prompts = Prompts(background, composer, lambda: self.reach.reach, self)
        self.completion = Completion(composer.box, composer, self.find_names, self.prompts.find)
        self.attach = IconButton("attach", tr("Attach…"), size=26)
        self.reach_chip, self.manner = ReachChip(background, self.reach, folders), MannerChip(session)
        self.persona = PersonaChip(personas)
        self.unread = TextButton("", "refresh", kind="quiet")
        self._lay_out()
        self._connect()

    def find_names(self, typed: str) -> Sequence[Choice]:
        """Return files and folders to answer from, by what follows an @."""
        snapshot = self._folders.snapshot
        found = self._names.find(typed, [folder.path for folder in snapshot.folders], snapshot.listing)
        return [Choice(one.path.name, _place(one), partial(self._answer_from_named, one)) for one in found]

    def choose_files(self) -> None:
        """Ask for files and attach them."""
        dialog = QFileDialog(self._page.window(), tr("Attach files"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attachments.add(DroppedPaths((), tuple(map(Path, names)))))
        dialog.open()

    def choose_folder(self) -> None:
        """Ask for a folder and attach it."""
        dialog = QFileDialog(self._page.window(), tr("Attach a folder"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.attachments.add(DroppedPaths((Path(name),), ())))
        dialog.open()

    def _answer_from(self, items: tuple[AttachedFile, ...]) -> None:
        """Answer from what was attached: alone, or with what the person chose besides."""
        if self.reach.reach.is_everywhere:
            items = self.attachments.items
        folders = [one.path for one in items if one.is_folder]
        self.reach.add(folders=folders, files=[one.path for one in items if not one.is_folder])

    def _answer_from_named(self, named: NamedPath) -> None:
        if named.is_folder:
            self.reach.add(folders=[named.path])
        else:
            self.reach.add(files=[named.path])

    def _forget_sent(self, question: PendingQuestion, _: float) -> None:
        if question.conversation_id == self._session.conversation_id and not question.continued:
            self._key = question.conversation_id
            self.attachments.clear()

    def _begin_edit(self, turn: Turn) -> None:
        """Answer the question that is edited from the files of the first time."""
        self._reach_before = self.reach.reach
        self.reach.show(turn.reach)

    def _leave_chat(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.attachments.clear()

    def _show_unread(self, _: object = None) -> None:
        waiting = self._folders.snapshot.waiting
        self.unread.relabel(tr("{waiting} unread", waiting=waiting))
        self.unread.setToolTip(
            tr("Files that are not read yet: answers may miss what is in them. Click for the folders.")
        )
        self.unread.setVisible(waiting > 0)

    def show_model(self, state: ModelState) -> None:
        """Offer how to write only where a model writes."""
        self.manner.setVisible(bool(state.engine))

    def _open_attach_menu(self) -> None:
        menu = QMenu(self.attach)
        menu.setAccessibleName(tr("Attach"))
        menu.addAction(tr("Files…")).triggered.connect(self.choose_files)
        menu.addAction(tr("Folder…")).triggered.connect(self.choose_folder)
        menu.addSeparator()
        menu.addAction(tr("Use a prompt…\t/")).triggered.connect(lambda: self.completion.search(self.prompts.find))
        save = menu.addAction(tr("Save the text as a prompt…"))
        save.setEnabled(bool(self._page.composer.text))
        save.triggered.connect(lambda: self.prompts.open_dialog(self._page.composer.text))
        menu.addAction(tr("Edit prompts…")).triggered.connect(lambda: self.prompts.open_dialog())
        menu.popup(self.attach.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _lay_out(self) -> None:
        for widget in (self.attach, self.reach_chip, self.persona, self.manner, self.unread):
            self._page.composer.foot.addWidget(widget)
        self.manner.hide()
        self.unread.hide()

    def _connect(self) -> None:
        composer, attached, session = self._page.composer, self.attachments, self._session
        self.attach.clicked.connect(self._open_attach_menu)
        composer.attached.connect(attached.add)
        composer.image_attached.connect(attached.add_image)
        composer.detached.connect(attached.remove)
        attached.changed.connect(lambda: composer.show_attachments(attached.items, attached.reading))
        attached.brought.connect(self._answer_from)
        attached.removed.connect(self.reach.remove)
        self.reach.changed.connect(partial(setattr, session, "reach"))
        session.moved.connect(self._leave_chat)
        self._page.edit_begun.connect(self._begin_edit)
        self._page.edit_left.connect(lambda: self.reach.show(self._reach_before))
        session.running.started.connect(self._forget_sent)
        self._folders.changed.connect(self._show_unread)
        self._folders.progressed.connect(self._show_unread)
        self.prompts.changed.connect(self.completion.refresh)
        self.persona.clicked.connect(lambda: self.completion.search(self.persona.find_personas))
        self.unread.clicked.connect(self.folders_wanted)


def _place(named: NamedPath) -> str:
    return "folder" if named.is_folder else named.path.parent.name
