"""The settings page: one searchable column of sections, each setting with its meaning, its control and its default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QDesktopServices, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.settings_catalogue import SettingGroup, describe_settings, value_of
from desktop.language import OWN_FOLDER, languages, mark, told, told_error, tr
from desktop.settings.appearance_rows import appearance_rows
from desktop.settings.key_row import KeyRow
from desktop.settings.setting_row import Row, SettingRow
from desktop.settings.stored_settings import SettingsState, StoredSettings
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import SearchField, slim_scrolling
from desktop.widgets.flow import FlowLayout
from desktop.widgets.labels import Divider, Label
from desktop.widgets.theme import LARGE, READING_WIDTH, SMALL, TITLE, UNIT, Appearance, zoomed

if TYPE_CHECKING:
    from pathlib import Path

    from errors import AppError

EXPLANATION = mark("Changes are saved at once. What differs from its default can be reset.")
NOTHING = mark("No setting is about that.")


class SettingsPage(QWidget):
    """A page in place of the conversation; Back returns to it. `shortcuts`: what keys do, and the keys."""

    closed = Signal()
    restart_wanted = Signal()

    def __init__(self, stored: StoredSettings, appearance: Appearance, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._stored, self._appearance, self._shortcuts = stored, appearance, shortcuts
        self._state: SettingsState | None = None
        self._groups = [_told(group) for group in describe_settings()]
        self._chosen = self._groups[0].title
        self._links: dict[str, TextButton] = {}
        self.rows: dict[str, SettingRow] = {}
        self.sections: dict[str, SettingsSection] = {}
        self.search = SearchField(tr("Search settings"))
        self.search.textChanged.connect(lambda: self._filter())
        self.nothing = Label(tr(NOTHING), ink="muted")
        self.nothing.hide()
        self._area = QScrollArea()
        self._column = QVBoxLayout()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        stored.changed.connect(self.show_state)
        stored.refused.connect(self._show_refusal)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the settings again: the file may have been edited."""
        super().showEvent(event)
        self._stored.read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the chat on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def show_state(self, state: SettingsState) -> None:
        """Show the settings that apply, and the mistakes in their file at the settings that were meant."""
        is_first, self._state = self._state is None, state
        for row in self.rows.values():
            self._show_value(row, state)
        if is_first:
            QTimer.singleShot(0, self, self._build_next)

    @property
    def is_built(self) -> bool:
        """True once every section is there; they are built one by one, between other events."""
        return len(self.sections) == len(self._links)

    def choose_section(self, title: str) -> None:
        """Show one section, and no search."""
        self._chosen = title
        self.search.clear()
        self._filter()
        self._area.verticalScrollBar().setValue(0)

    def _build_next(self) -> None:
        for group in self._groups:
            if group.title not in self.sections:
                looks = appearance_rows(self._appearance) if group is self._groups[-1] else []
                self._add(SettingsSection(group.title, [*self._rows(group), *looks], group.note))
                break
        else:
            self._add(SettingsSection(tr("Shortcuts"), [Row(what, "", Label(keys)) for what, keys in self._shortcuts]))
        if not self.is_built:
            QTimer.singleShot(0, self, self._build_next)

    def _rows(self, group: SettingGroup) -> list[Row]:
        rows: list[Row] = []
        for setting in group.settings:
            if setting.name == "answers.persona" and self._state is not None:
                setting = replace(setting, kind="choice", choices=self._state.personas)
            if setting.name == "appearance.language" and self._state is not None:
                own = languages(self._state.home / OWN_FOLDER)
                setting = replace(setting, kind="choice", choices=own)
            row = self.rows[setting.name] = SettingRow(setting)
            row.chosen.connect(self._stored.choose)
            rows.append(row)
            if self._state is not None:
                self._show_value(row, self._state)
            if setting.name == "remote.url":
                rows.append(KeyRow(self._stored))
            if setting.name == "appearance.language":
                restart = TextButton(tr("Restart now"))
                restart.clicked.connect(self.restart_wanted)
                rows.append(Row(tr("Restart Carrel"), tr("Chats and drafts stay as they are."), restart))
        return rows

    def _show_value(self, row: SettingRow, state: SettingsState) -> None:
        row.show_value(value_of(state.settings, row.setting))
        meant = (told_error(one) for one in state.problems if one.nearest == row.setting.name)
        row.show_problem(next(meant, ""))

    def _add(self, section: SettingsSection) -> None:
        self.sections[section.title] = section
        self._column.insertWidget(self._column.count() - 1, section)
        section.filter(self._words(), is_chosen=section.title == self._chosen)

    def _words(self) -> list[str]:
        return self.search.text().casefold().split()

    def _filter(self) -> None:
        words = self._words()
        found = [section.filter(words, is_chosen=title == self._chosen) for title, section in self.sections.items()]
        self.nothing.setVisible(self.is_built and not any(found))
        for title, link in self._links.items():
            link.setChecked(not words and title == self._chosen)

    def _show_refusal(self, name: str, error: AppError) -> None:
        if name in self.rows:
            self.rows[name].show_refusal(error)

    def _open(self, place: str) -> None:
        if self._state is not None:
            path: Path = getattr(self._state, place)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.exists() else path.parent)))

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the chat"))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Settings"), LARGE, bold=True), 1)
        places = FlowLayout()
        for label, place in (
            (tr("Open settings.toml"), "file"),
            (tr("Open the home folder"), "home"),
            (tr("Open logs"), "logs"),
        ):
            button = TextButton(label, kind="quiet")
            button.clicked.connect(partial(self._open, place))
            places.addWidget(button)
        contents = FlowLayout()
        for title in (*(group.title for group in self._groups), tr("Shortcuts")):
            link = self._links[title] = TextButton(title, kind="quiet")
            link.setCheckable(True)
            link.accessible_role = QAccessible.Role.PageTab
            link.clicked.connect(partial(self.choose_section, title))
            contents.addWidget(link)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, UNIT)
        column.setSpacing(UNIT)
        column.addLayout(head)
        column.addWidget(Label(tr(EXPLANATION), ink="muted", wrap=True))
        column.addWidget(self.search)
        column.addLayout(contents)
        column.addWidget(self.nothing)
        column.addWidget(self._area, 1)
        column.addLayout(places)
        inside = QWidget()
        inside.setMaximumWidth(zoomed(READING_WIDTH))
        inside.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 2 * UNIT, 2 * UNIT)
        self._column.setSpacing(2 * UNIT)
        self._column.addStretch(1)
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self._area)


def _told(group: SettingGroup) -> SettingGroup:
    """Return the group in the language of the window."""
    settings = (
        replace(one, title=told(one.title), meaning=told(one.meaning), unit=told(one.unit)) for one in group.settings
    )
    return SettingGroup(told(group.title), told(group.note), tuple(settings))


class SettingsSection(QWidget):
    """A heading and its rows."""

    def __init__(self, title: str, rows: Sequence[Row], note: str = "") -> None:
        super().__init__()
        self.title, self.rows = title, tuple(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(title, TITLE, bold=True))
        if note:
            column.addWidget(Label(note, SMALL * 1.07, ink="muted", wrap=True))
        column.addSpacing(UNIT // 2)
        column.addWidget(Divider())
        for row in rows:
            column.addWidget(row)

    def filter(self, words: list[str], *, is_chosen: bool) -> bool:
        """Show the rows that hold every word, or all where the heading does; without words, all of a chosen section.

        True if any is shown.
        """
        is_whole = all(word in self.title.casefold() for word in words)
        for row in self.rows:
            row.setVisible(is_whole or row.matches(words))
        self.setVisible(any(not row.isHidden() for row in self.rows) if words else is_chosen)
        return not self.isHidden()
