"""The order of the Tab key: that of the layouts. Qt's own is the order in which widgets were made."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QSplitter, QWidget


def go_on(top: QWidget, *, forward: bool) -> bool:
    """Give the focus to the next widget of a window, or the one before; False where there is none."""
    at = QApplication.focusWidget()
    stops = list(_stops(top, at))
    if not stops:
        return False
    group = at
    while group is not None and group not in stops:
        group = group.parentWidget()
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    place = stops.index(group) if group is not None else -1 if forward else 0
    stops[(place + (1 if forward else -1)) % len(stops)].setFocus(reason)
    return True


def _stops(part: QWidget, at: QWidget | None) -> Iterator[QWidget]:
    """Yield what can take the focus, and the widget that has it, in the order of the layouts."""
    if not part.isVisible() or not part.isEnabled():
        return
    wanted = part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None
    if wanted or part is at:
        yield part
    for child in _children(part):
        yield from _stops(child, at)


def _children(part: QWidget) -> list[QWidget]:
    """The widgets within: those of layouts and splitters in their order, then what floats above them."""
    found: list[QWidget] = []
    if isinstance(part, QScrollArea) and (inside := part.widget()) is not None:
        found.append(inside)
    elif isinstance(part, QSplitter):
        found += [each for place in range(part.count()) if (each := part.widget(place)) is not None]
    elif (layout := part.layout()) is not None:
        found += _laid_out(layout)
    floating = [each for each in part.children() if isinstance(each, QWidget) and not each.isWindow()]
    skipped = [*found, part.viewport()] if isinstance(part, QScrollArea) else found
    return found + [each for each in floating if each not in skipped]


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
