"""The page that edits a persona, with a preview of its empty chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.chat.welcome import Welcome
from desktop.language import mark, tr, tr_count
from desktop.personas.draft import NEW, PersonaDraft, field_values, front_of, persona_of, problems_of
from desktop.personas.editor_fields import EditorField, FilterField
from desktop.personas.own_personas import OwnPersonas
from desktop.personas.tools_field import all_fields
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.flow import FlowLayout
from desktop.widgets.labels import Label, Surface, size_text
from desktop.widgets.notices import Notice, NoticeStack
from desktop.widgets.theme import LARGE, READING_WIDTH, SMALL, UNIT, zoomed
from errors import AppError
from personas import PersonaHeader

CHECK_MS = 150  # after the last key, before fields are checked and the preview follows
BUILT_IN = mark(
    "This persona comes with Carrel. Saving keeps your version in its place; deleting that one returns to it."
)
COPIED = mark("Files are copied, so that the persona and its knowledge can be exported as one file.")


class _EditorForm(NamedTuple):
    """What stands in the fields, and the persona as it is saved."""

    stored: PersonaDraft
    values: dict[str, Any]
    prompt: str
    added: tuple[Path, ...]


class EditorPage(QWidget):
    """A page in place of the conversation. What was not saved is there again when the persona is edited again."""

    closed = Signal()
    try_wanted = Signal(str, str)  # id of the saved persona; a starter to ask, or ""

    def __init__(self, own: OwnPersonas) -> None:
        super().__init__()
        self._own, self._stored = own, NEW
        self._left: dict[str, _EditorForm] = {}
        self._added: tuple[Path, ...] = ()
        self._touched: set[str] = set()
        self._saving, self._tries, self._starter = False, False, ""
        self._title, self._note = Label("", LARGE, bold=True, wrap=True), Label(tr(BUILT_IN), ink="muted", wrap=True)
        self.notices = NoticeStack()
        self.fields: dict[str, EditorField] = {field.key: field for field in all_fields()}
        self.knowledge = Label("", wrap=True)
        self.add_files, self.add_folder = TextButton(tr("Add files…")), TextButton(tr("Add a folder…"))
        self.preview = Welcome()
        self.discard = TextButton(tr("Discard changes"), kind="quiet")
        self.save, self.try_it = TextButton(tr("Save"), kind="primary"), TextButton(tr("Save and try"))
        self._delay = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.show_draft(NEW)
        self._connect()

    def edit(self, persona_id: str) -> None:
        """Edit a persona, or for "" a new one. What was left unsaved of it is shown again."""
        self._keep()
        if left := self._left.get(persona_id):
            self._show(left)
        elif persona_id:
            self._own.open(persona_id)
        else:
            self.show_draft(NEW)

    def show_draft(self, stored: PersonaDraft) -> None:
        """Show a saved persona."""
        self._show(_EditorForm(stored, field_values(stored.front), stored.prompt.strip(), ()))

    @property
    def is_changed(self) -> bool:
        """True if the fields differ from the saved persona."""
        form, stored = self._form(), self._stored
        saved = field_values(stored.front), stored.prompt.strip(), ()
        return (form.values, form.prompt, form.added) != saved

    def add_knowledge(self, *paths: str) -> None:
        """Copy files or folders into the persona's knowledge when it is saved."""
        self._added = tuple(dict.fromkeys((*self._added, *map(Path, paths))))
        self.check()

    def leave(self) -> None:
        """Leave the page; what is not saved is kept."""
        self._keep()
        self.closed.emit()

    def store(self, starter: str = "", *, tries: bool = False) -> None:
        """Save the persona, or go to the first field that is wrong. `tries`: open its chat then, and ask `starter`."""
        self._touched = {*self.fields, "prompt"}
        problems = self.check()
        if problems:
            wrong = self.fields[next(iter(problems))]
            self._area.ensureWidgetVisible(wrong)
            wrong.control.setFocus()
            return
        form = self._form()
        self._starter, self._tries, self._saving = starter, tries, True
        front = front_of(form.values)
        self._own.save(self._stored._replace(front=front, prompt=form.prompt, added=form.added))

    def check(self) -> dict[str, str]:
        """Show what is wrong with fields that were touched, and the preview; return all problems by key."""
        form = self._form()
        problems = problems_of(form.values, form.prompt)
        for key, field in self.fields.items():
            field.show_problem(problems.get(key, "") if key in self._touched else "")
        self._show_preview(form)
        self._show_knowledge()
        self.discard.setVisible(self.is_changed)
        return problems

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the keys and values that files have now."""
        super().showEvent(event)
        self._own.read_values()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview beside the fields, below them in a narrow page, and nowhere in a small one."""
        super().resizeEvent(event)
        wide = self.width() >= zoomed(96 * UNIT)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._beside.setVisible(wide or self.height() >= zoomed(90 * UNIT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+S, and leave on Esc."""
        if event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.store()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _form(self) -> _EditorForm:
        values = {key: field.value for key, field in self.fields.items()}
        return _EditorForm(self._stored, values, values.pop("prompt"), self._added)

    def _keep(self) -> None:
        """Keep the fields where they differ from what is saved."""
        self._left.pop(self._stored.id, None)
        if self.is_changed:
            self._left[self._stored.id] = self._form()

    def _show(self, form: _EditorForm) -> None:
        self._stored, self._added, self._touched = form.stored, form.added, set()
        for key, value in {**form.values, "prompt": form.prompt}.items():
            self.fields[key].show_value(value)
        self._touched.clear()
        name = form.stored.front.name
        self._title.setText(tr("Edit {name}", name=name) if form.stored.id else tr("New persona"))
        self._note.setVisible(bool(form.stored.id) and not form.stored.is_own)
        self._delay.stop()
        self.check()
        self._area.verticalScrollBar().setValue(0)
        self.fields["name"].control.setFocus()

    def _touch(self, key: str) -> None:
        self._touched.add(key)
        self._delay.start()

    def _show_preview(self, form: _EditorForm) -> None:
        persona = persona_of(form.stored.id, form.values, form.prompt)
        self.preview.introduce(
            PersonaHeader(
                id=persona.id,
                name=persona.name,
                summary=persona.summary,
                folder=persona.folder,
                tools=persona.tools,
            )
        )
        self.preview.show_persona(persona)

    def _show_knowledge(self) -> None:
        stored, added = self._stored, len(self._added)
        files = f"{tr_count('{count} file', '{count} files', stored.files)}, {size_text(stored.size_bytes)}"
        parts = [files if stored.files else tr("No pages of its own.")]
        parts += [tr("To be added: {names}.", names=", ".join(path.name for path in self._added))] * bool(added)
        self.knowledge.setText(" ".join(parts))

    def _finish(self, persona_id: str) -> None:
        """Leave after a save, and try the persona where that was wanted."""
        if not self._saving:
            return
        self._saving = False
        self._left.pop(self._stored.id, None)
        self._stored = NEW
        self.show_draft(NEW)
        if self._tries:
            self.try_wanted.emit(persona_id, self._starter)
        else:
            self.closed.emit()

    def _refuse(self, error: AppError) -> None:
        if self.isVisible():
            self._saving = False
            self.notices.show_notice(Notice("danger", error.title, error.hint))

    def _discard(self) -> None:
        self._left.pop(self._stored.id, None)
        self.show_draft(self._stored)

    def _ask_files(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self.window(), tr("Add to its knowledge"))
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda paths: self.add_knowledge(*paths))
        dialog.open()

    def _connect(self) -> None:
        own = self._own
        for key, field in self.fields.items():
            field.changed.connect(lambda key=key: self._touch(key))
        self._delay.timeout.connect(self.check)
        self.save.clicked.connect(lambda: self.store())
        self.try_it.clicked.connect(lambda: self.store(tries=True))
        self.preview.starter_chosen.connect(lambda starter: self.store(starter, tries=True))
        self.discard.clicked.connect(self._discard)
        self.add_files.clicked.connect(lambda: self._ask_files(QFileDialog.FileMode.ExistingFiles))
        self.add_folder.clicked.connect(lambda: self._ask_files(QFileDialog.FileMode.Directory))
        own.opened.connect(self.show_draft)
        own.saved.connect(self._finish)
        own.refused.connect(self._refuse)
        filtered = self.fields["where"]
        if isinstance(filtered, FilterField):
            own.valued.connect(filtered.offer_values)

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the personas"))
        back.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(self._title, 1)
        for button in (self.discard, self.try_it, self.save):
            head.addWidget(button)
        self._beside = Surface("base", "border")
        around = QVBoxLayout(self._beside)
        around.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        around.addWidget(Label(tr("Preview of its empty chat"), SMALL, bold=True, ink="muted"))
        around.addWidget(_scrolled(self.preview), 1)
        self._columns.setSpacing(2 * UNIT)
        self._area = _scrolled(self._inside())
        self._columns.addWidget(self._area, 3)
        self._columns.addWidget(self._beside, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(head)
        column.addWidget(self._note)
        column.addWidget(self.notices)
        column.addLayout(self._columns, 1)

    def _inside(self) -> QWidget:
        inside = QWidget()
        inside.setMaximumWidth(zoomed(READING_WIDTH))
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT)
        for key, field in self.fields.items():
            column.addWidget(field)
            if key == "starters":
                column.addWidget(Label(tr("Knowledge"), bold=True))
                column.addWidget(Label(tr(COPIED), SMALL * 1.07, ink="muted", wrap=True))
                buttons = FlowLayout(UNIT)
                for button in (self.add_files, self.add_folder):
                    buttons.addWidget(button)
                column.addWidget(self.knowledge)
                column.addLayout(buttons)
                column.addSpacing(UNIT)
        column.addStretch(1)
        return inside


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    slim_scrolling(area)
    return area
