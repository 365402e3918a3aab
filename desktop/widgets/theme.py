"""Colours, type and spacing: two palettes with one accent, the green of a reading lamp.

Everything is painted from QPalette, so a switch between light and dark is one palette change and no style sheet.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

UNIT = 8  # px: every distance is a multiple of it, or half of it
RADIUS = 8  # px
SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
READING_WIDTH = 760  # px: about 90 characters a line

SMALL, BODY, TITLE, LARGE = 11 / 13, 1.0, 15 / 13, 21 / 13  # type scale, as parts of the system's font size
ZOOM_STEPS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class Colours(NamedTuple):
    """Colours by use, as `#rrggbb`. Every text colour has a contrast of at least 4.5:1 on every surface."""

    window: str
    base: str
    card: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    marker: str
    warning: str
    danger: str


LIGHT = Colours(
    window="#f5f4f0",
    base="#fdfdfb",
    card="#f3f2ed",
    hover="#eae8e1",
    border="#dddad1",
    text="#21201c",
    muted="#605d55",
    accent="#1d6a4d",
    on_accent="#ffffff",
    accent_soft="#dfeee6",
    marker="#fbe7a1",
    warning="#7d5200",
    danger="#a8271c",
)
DARK = Colours(
    window="#191a18",
    base="#20211f",
    card="#292a27",
    hover="#32342f",
    border="#3c3e39",
    text="#ebeae4",
    muted="#aeaca3",
    accent="#74c9a5",
    on_accent="#10261c",
    accent_soft="#24392f",
    marker="#5c4d17",
    warning="#e6b866",
    danger="#f3a69f",
)


def colours(palette: QPalette) -> Colours:
    """Return the colours that a palette was built from."""
    return DARK if is_dark(palette) else LIGHT


def is_dark(palette: QPalette) -> bool:
    """Return True for a palette of light text on dark."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def build_palette(wanted: Colours) -> QPalette:
    """Return the colours as Qt's roles, so that its own widgets follow."""
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, colour in (
        ((role.Window,), wanted.window),
        ((role.Base, role.Button, role.ToolTipBase), wanted.base),
        ((role.AlternateBase,), wanted.card),
        ((role.Text, role.WindowText, role.ButtonText, role.ToolTipText), wanted.text),
        ((role.PlaceholderText,), wanted.muted),
        ((role.Mid, role.Dark), wanted.border),
        ((role.Midlight, role.Light), wanted.hover),
        ((role.Highlight, role.Accent, role.Link, role.LinkVisited), wanted.accent),
        ((role.HighlightedText,), wanted.on_accent),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(wanted.muted))
    return palette


def sized_font(scale: float, *, bold: bool = False) -> QFont:
    """Return the application's font at a step of the type scale."""
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def monospace_font(scale: float = 12 / 13) -> QFont:
    """Return the system's fixed-width font at a step of the type scale."""
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(QApplication.font().pointSizeF() * scale)
    return font


class Appearance(QObject):
    """Light, dark or as the system, and the zoom; remembered in the window's own settings file."""

    changed = Signal()

    def __init__(self, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._base_size = QApplication.font().pointSizeF()
        scheme = str(memory.value("appearance/scheme"))
        self.scheme = scheme if scheme in SCHEMES else "system"
        self.zoom = _stored_zoom(memory)
        hints = QApplication.styleHints()
        if self.scheme != "system":
            hints.setColorScheme(SCHEMES[self.scheme])
        self._apply()
        hints.colorSchemeChanged.connect(self._apply)

    def choose_scheme(self, scheme: str) -> None:
        """Follow `system`, or stay `light` or `dark`."""
        self.scheme = scheme
        self._memory.setValue("appearance/scheme", scheme)
        QApplication.styleHints().setColorScheme(SCHEMES[scheme])
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Zoom in by so many steps, or out by a negative number."""
        nearest = min(range(len(ZOOM_STEPS)), key=lambda i: abs(ZOOM_STEPS[i] - self.zoom))
        self._zoom_to(ZOOM_STEPS[max(0, min(len(ZOOM_STEPS) - 1, nearest + steps))])

    def reset_zoom(self) -> None:
        """Return to the system's font size."""
        self._zoom_to(1.0)

    def _zoom_to(self, zoom: float) -> None:
        self.zoom = zoom
        self._memory.setValue("appearance/zoom", zoom)
        self._apply()

    def _apply(self) -> None:
        dark = self.scheme == "dark" or (
            self.scheme == "system" and QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        QApplication.setPalette(build_palette(DARK if dark else LIGHT))
        font = QApplication.font()
        if abs(font.pointSizeF() - self._base_size * self.zoom) > 0.01:
            font.setPointSizeF(self._base_size * self.zoom)
            QApplication.setFont(font)
            for widget in QApplication.allWidgets():  # Qt tells only those that have no font of their own
                QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
        self.changed.emit()


def _stored_zoom(memory: QSettings) -> float:
    """Return the zoom of last time; 1.0 where none is stored, or no valid one."""
    try:
        kept = float(str(memory.value("appearance/zoom")))
    except ValueError:
        return 1.0
    return kept if ZOOM_STEPS[0] <= kept <= ZOOM_STEPS[-1] else 1.0
