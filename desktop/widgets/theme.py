"""Colours, type and spacing: two palettes with one accent, the green of a reading lamp.

Everything is painted from QPalette, so a switch between light and dark is one palette change and no style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QLocale, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

UNIT = 8  # px: every distance is a multiple of it, or half of it
RADIUS = 8  # px
SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
READING_WIDTH = 760  # px: about 90 characters a line

SMALL, BODY, TITLE, LARGE = 11 / 13, 1.0, 15 / 13, 21 / 13  # type scale, as parts of the system's font size
ZOOM_STEPS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
FACES = ("carrel", "system")
DENSITIES = ("comfortable", "compact")
FONT_FILES = Path(__file__).parents[1] / "fonts"
OWN_FACE = "Source Sans Pro"
HAN_FACES = {  # by locale: those of macOS, Windows and Linux
    "zh_CN": ("PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei"),
    "zh_TW": ("PingFang TC", "Microsoft JhengHei UI", "Noto Sans CJK TC", "Noto Sans TC"),
    "zh_HK": ("PingFang HK", "Microsoft JhengHei UI", "Noto Sans CJK HK", "Noto Sans HK"),
    "ja_JP": ("Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", "Noto Sans JP"),
    "ko_KR": ("Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic"),
}
OWN_FACE_SCALE = 1.12  # of DejaVu Sans to Source Sans: the heights of their small letters, 0.547 and 0.486 em


class Colours(NamedTuple):
    """Colours by use, as `#rrggbb`. Every text colour has a contrast of at least 4.5:1 on every surface, `edge`, of
    fields and switches, 3:1."""

    window: str
    base: str
    card: str
    hover: str
    border: str
    edge: str
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
    edge="#8a867b",
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
    edge="#7b7e76",
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


def zoomed(pixels: float) -> int:
    """Return a length in pixels at the present zoom."""
    zoom: float | None = QApplication.instance().property("zoom")  # type: ignore[union-attr]  # a window needs one
    return round(pixels * (zoom or 1.0))


def row_padding() -> int:
    """Return the pixels above and below the text of a row in a list."""
    is_compact = QApplication.instance().property("compact")  # type: ignore[union-attr]  # a window needs one
    return zoomed(UNIT // 2 if is_compact else UNIT)


class Appearance(QObject):
    """Light or dark, the zoom, the text face and the density; remembered in the window's own settings file."""

    changed = Signal()

    def __init__(self, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._has_own_face = False
        self._system_font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self.scheme = _stored(memory, "scheme", tuple(SCHEMES))
        self.face = _stored(memory, "face", FACES)
        self.density = _stored(memory, "density", DENSITIES)
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

    def load_face(self) -> None:
        """Load the files of Carrel's own face, some 6 ms that the first paint need not wait for, and write in it."""
        files = sorted(FONT_FILES.glob("*.ttf"))
        self._has_own_face = all(QFontDatabase.addApplicationFont(str(file)) >= 0 for file in files)
        self._apply()

    def choose_face(self, face: str) -> None:
        """Write in Carrel's own face, or in the `system`'s."""
        self.face = face
        self._memory.setValue("appearance/face", face)
        self._apply()

    def choose_density(self, density: str) -> None:
        """Make the rows of lists `comfortable`, or `compact`."""
        self.density = density
        self._memory.setValue("appearance/density", density)
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Zoom in by so many steps, or out by a negative number."""
        nearest = min(range(len(ZOOM_STEPS)), key=lambda i: abs(ZOOM_STEPS[i] - self.zoom))
        self.zoom_to(ZOOM_STEPS[max(0, min(len(ZOOM_STEPS) - 1, nearest + steps))])

    def reset_zoom(self) -> None:
        """Return to the system's font size."""
        self.zoom_to(1.0)

    def zoom_to(self, zoom: float) -> None:
        """Zoom to a part of the system's font size."""
        self.zoom = zoom
        self._memory.setValue("appearance/zoom", zoom)
        self._apply()

    def _apply(self) -> None:
        dark = self.scheme == "dark" or (
            self.scheme == "system" and QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        QApplication.setPalette(build_palette(DARK if dark else LIGHT))
        application, font = QApplication.instance(), self._font()
        application.setProperty("compact", self.density == "compact")  # type: ignore[union-attr]  # a window needs one
        application.setProperty("zoom", self.zoom)  # type: ignore[union-attr]
        if QApplication.font() != font:
            QApplication.setFont(font)
        for widget in QApplication.allWidgets():  # Qt tells only those that have no font of their own
            QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
        self.changed.emit()

    def _font(self) -> QFont:
        """Return the system's font at the present zoom, in the face that was chosen; it serves what that one lacks."""
        font, scale = QFont(self._system_font), self.zoom
        if self.face == "carrel" and self._has_own_face:
            font.setFamilies([OWN_FACE, font.family(), *_han_faces()])
            scale *= OWN_FACE_SCALE
        font.setPointSizeF(self._system_font.pointSizeF() * scale)
        return font


def _han_faces() -> list[str]:
    """Return the installed faces for Han characters as the language of the window writes them.

    They share code points: without a name, a Linux system may write Chinese in Japanese shapes.
    """
    return [face for face in HAN_FACES.get(QLocale().name(), ()) if QFontDatabase.hasFamily(face)]


def _stored(memory: QSettings, name: str, choices: Sequence[str]) -> str:
    """Return what was chosen last time, or the first of the choices."""
    kept = str(memory.value(f"appearance/{name}"))
    return kept if kept in choices else choices[0]


def _stored_zoom(memory: QSettings) -> float:
    """Return the zoom of last time; 1.0 where none is stored, or no valid one."""
    try:
        kept = float(str(memory.value("appearance/zoom")))
    except ValueError:
        return 1.0
    return kept if ZOOM_STEPS[0] <= kept <= ZOOM_STEPS[-1] else 1.0
