"""What a screen reader gets to know: the tree of nodes, the order of the Tab key, and what is announced."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from tests.desktop.driver import press

Role = QAccessible.Role
PRESSED = {Role.Button, Role.CheckBox, Role.RadioButton, Role.PageTab, Role.Link, Role.ButtonMenu}
TYPED = {Role.EditableText, Role.SpinBox, Role.ComboBox, Role.Slider}
LISTED = {Role.List, Role.Table, Role.Tree, Role.Grouping, Role.StaticText, Role.Document}
TAB = Qt.FocusPolicy.TabFocus


class Node(NamedTuple):
    """A node of the tree: its widget, role and name, and those of the nodes above it."""

    widget: QWidget
    role: QAccessible.Role
    name: str
    above: tuple[str, ...]


def node_of(widget: QWidget) -> QAccessibleInterface:
    """The node of a widget."""
    return QAccessible.queryAccessibleInterface(widget)


def name_of(widget: QWidget) -> str:
    """The name of a widget."""
    return node_of(widget).text(QAccessible.Text.Name)


def nodes(top: QWidget) -> list[Node]:
    """The nodes of everything that is shown."""
    return list(_walk(node_of(top), ()))


def _walk(node: QAccessibleInterface, above: tuple[str, ...]) -> Iterator[Node]:
    about: QObject | None = node.object()
    if not isinstance(about, QWidget) or not about.isVisible():
        return
    name = node.text(QAccessible.Text.Name)
    yield Node(about, node.role(), name, above)
    for child in about.children():
        if isinstance(child, QWidget) and not child.isWindow():
            yield from _walk(node_of(child), (*above, name or type(about).__name__))


def tab_stops(window: QWidget) -> list[QWidget]:
    """What the Tab key comes to, in order, pressed until it has come round."""
    window.activateWindow()
    if (at := QApplication.focusWidget()) is not None:
        press(at, Qt.Key.Key_Tab)  # a page that was just opened has the focus itself
    found: list[QWidget] = []
    while (at := QApplication.focusWidget()) not in found:
        assert at is not None
        found.append(at)
        press(at, Qt.Key.Key_Tab)
    first = min(range(len(found)), key=lambda place: (_area(found[place]).left() > 0, _area(found[place]).top()))
    return found[first:] + found[:first]


def misplaced(widgets: list[QWidget], within: QWidget) -> list[str]:
    """Pairs of neighbours in the order of Tab of which the second stands wholly above the first."""
    inside = [each for each in widgets if within.isAncestorOf(each) and not isinstance(each, QScrollBar)]
    return [
        f"{name_of(one)!r} before {name_of(other)!r}"
        for one, other in pairwise(inside)
        if _area(other).bottom() < _area(one).top()
    ]


def _area(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())
