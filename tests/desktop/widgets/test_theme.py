from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import SearchField
from desktop.widgets.list_rows import ListRow, RowList
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


@pytest.mark.parametrize("shades", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["window", "base", "card"])
def test_the_edge_of_a_field_is_seen(shades: Colours, surface: str) -> None:
    assert contrast(shades.edge, getattr(shades, surface)) >= 3


def test_icons_and_fields_grow_with_the_zoom(appearance: Appearance, qtbot: QtBot) -> None:
    icon, field = IconButton("gauge", "Gauge"), SearchField("Search")
    for widget in (icon, field):
        qtbot.addWidget(widget)
        widget.show()
    before = icon.sizeHint().width(), field.textMargins().left()
    appearance.zoom_to(2.0)
    qtbot.waitUntil(lambda: icon.sizeHint().width() == 2 * before[0])
    assert field.textMargins().left() > 1.5 * before[1]


def test_compact_lists_have_shorter_rows(appearance: Appearance, qtbot: QtBot) -> None:
    rows = RowList("Rows")
    qtbot.addWidget(rows)
    rows.replace([ListRow("a", "A"), ListRow("b", "B")])
    before = rows.contents_height()
    appearance.choose_density("compact")
    assert rows.contents_height() == before - 16
    appearance.choose_density("comfortable")


def test_what_the_bundled_face_lacks_comes_from_the_system(appearance: Appearance) -> None:
    appearance.load_face()
    assert QFontInfo(QApplication.font()).family() == "Source Sans Pro"
    system = QApplication.font().families()[1]
    appearance.choose_face("system")
    assert QApplication.font().families()[0] == system
    appearance.choose_face("carrel")


def test_dark_and_light_palettes_are_told_apart() -> None:
    assert is_dark(build_palette(DARK))
    assert not is_dark(build_palette(LIGHT))


def test_choosing_dark_changes_widgets_at_once(appearance: Appearance, qtbot: QtBot) -> None:
    label = QLabel("a")
    qtbot.addWidget(label)
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: label.palette().color(QPalette.ColorRole.Window).name() == DARK.window)


def test_the_choice_is_remembered(appearance: Appearance, memory: QSettings) -> None:
    appearance.choose_scheme("dark")
    appearance.zoom_by(2)
    again = Appearance(memory)
    assert (again.scheme, again.zoom) == ("dark", 1.25)
    shiboken6.delete(again)


def test_zoom_scales_the_font_and_comes_back(appearance: Appearance) -> None:
    before = QApplication.font().pointSizeF()
    appearance.zoom_by(1)
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.1)
    appearance.reset_zoom()
    assert QApplication.font().pointSizeF() == pytest.approx(before)
