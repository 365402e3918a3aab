"""What screen readers are told: roles that Qt has no widget for, and announcements.

A widget that names a role in `accessible_role` has it, and is pressed by `click` if it has that.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QWidget

from desktop.widgets.link_stop import LinkedText

PRESS = "Press"  # Qt's name of the action
Role = QAccessible.Role


def announce(about: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have a screen reader say something at its next pause; `urgent`: at once."""
    event = QAccessibleAnnouncementEvent(about, words)
    level = QAccessible.AnnouncementPoliteness
    event.setPoliteness(level.Assertive if urgent else level.Polite)
    QAccessible.updateAccessibility(event)


class _Node(QAccessibleWidget):
    """A widget in another role than Qt would give it."""

    def state(self) -> QAccessible.State:
        """Return Qt's state; also which tab is selected, and what a button has unfolded."""
        found, about = super().state(), self.object()
        if isinstance(about, QAbstractButton) and about.isCheckable():
            if self.role() == Role.PageTab:
                found.selectable, found.selected = True, about.isChecked()
            else:
                found.expandable, found.expanded = True, about.isChecked()
        return found

    def actionNames(self) -> list[str]:
        """Return Press where the widget can be clicked, and what Qt offers."""
        others = [name for name in super().actionNames() if name != PRESS]
        return [PRESS, *others] if hasattr(self.object(), "click") else others

    def doAction(self, name: str) -> None:
        """Press the widget, or do what Qt does."""
        click = getattr(self.object(), "click", None)
        if name == PRESS and click is not None:
            click()
        else:
            super().doAction(name)


def build_node(_: str, about: QObject) -> QAccessibleInterface | None:
    """Return the node of a widget that names a role; None leaves it to Qt. The links of a text are made before."""
    if isinstance(about, LinkedText):
        about.make_links()
    role: QAccessible.Role | None = getattr(about, "accessible_role", None)
    return _Node(about, role) if role is not None and isinstance(about, QWidget) else None


QAccessible.installFactory(build_node)  # once for the process, as Qt keeps no other way to name a role
