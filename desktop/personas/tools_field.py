"""The field of the persona editor for its tools."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

import personas  # loads the tools when they are offered
from desktop.language import tr
from desktop.personas.editor_fields import EditorField, LineField, persona_fields
from desktop.widgets.buttons import TextButton


def all_fields() -> list[EditorField]:
    """Return the fields of a persona with its tools, in the order of the page."""
    fields = persona_fields()
    at = next(place for place, field in enumerate(fields) if field.key == "files")
    meaning = tr("Compute figures: a question that asks for one is answered by the tool.")
    return [*fields[:at], ToolsField("tools", tr("Tools"), meaning), *fields[at:]]


class ToolsField(LineField):
    """Names of tools between commas, with a menu of those that there are."""

    def __init__(self, key: str, title: str, meaning: str) -> None:
        super().__init__(key, title, meaning, tr("None, such as: estimate_cost"), listed=True)
        self.offer = TextButton(tr("Add a tool  ▾"))
        self.offer.clicked.connect(self.open_menu)
        self.row.addWidget(self.offer)

    def open_menu(self) -> QMenu:
        """Open the menu of the tools that the persona does not have."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name, tool in personas.TOOLS.items():
            if name not in self.value:
                action = menu.addAction(name)
                action.setToolTip(tool.summary)
                action.triggered.connect(partial(self.add_tool, name))
        menu.popup(self.offer.mapToGlobal(self.offer.rect().bottomLeft()))
        return menu

    def add_tool(self, name: str, _: bool = False) -> None:
        """Append a tool."""
        self.line.setText(", ".join([*self.value, name]))
