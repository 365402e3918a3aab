import pytest
import shiboken6
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.widgets.theme import DARK, LIGHT, Appearance, Colours, build_palette, is_dark


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shades", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["window", "base", "card", "hover", "accent_soft"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "warning", "danger"])
def test_every_ink_reads_on_every_surface(shades: Colours, surface: str, ink: str) -> None:
    assert contrast(getattr(shades, ink), getattr(shades, surface)) >= 4.5


@pytest.mark.parametrize("shades", [LIGHT, DARK], ids=["light", "dark"])
def test_marked_text_and_filled_buttons_read(shades: Colours) -> None:
    assert contrast(shades.text, shades.marker) >= 4.5
    assert contrast(shades.on_accent, shades.accent) >= 4.5


def test_dark_and_light_palettes_are_told_apart() -> None:
    assert is_dark(build_palette(DARK))
    assert not is_dark(build_palette(LIGHT))


def test_choosing_dark_changes_widgets_at_once(look: Appearance, qtbot: QtBot) -> None:
    label = QLabel("a")
    qtbot.addWidget(label)
    look.choose_scheme("dark")
    qtbot.waitUntil(lambda: label.palette().color(QPalette.ColorRole.Window).name() == DARK.window)


def test_the_choice_is_remembered(look: Appearance, memory: QSettings) -> None:
    look.choose_scheme("dark")
    look.zoom_by(2)
    again = Appearance(memory)
    assert (again.scheme, again.zoom) == ("dark", 1.25)
    shiboken6.delete(again)


def test_zoom_scales_the_font_and_comes_back(look: Appearance) -> None:
    before = QApplication.font().pointSizeF()
    look.zoom_by(1)
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.1)
    look.reset_zoom()
    assert QApplication.font().pointSizeF() == pytest.approx(before)
