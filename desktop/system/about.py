"""About Carrel: version, home, licence, and the way to the log."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from assistant.doctor.own_version import own_version
from desktop.language import mark, tr
from desktop.widgets.buttons import TextButton, icon_pixmap
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, TITLE, UNIT, zoomed

LICENCE = mark("Apache License 2.0. The text face is Source Sans Pro, SIL Open Font License 1.1.")


def details(home: Path) -> str:
    """Return what a report of a fault needs: versions, the system and the home."""
    lines = (
        f"Carrel {own_version()}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        platform.platform(),
        tr("Home: {home}", home=home),
    )
    return "\n".join(lines)


def show_about(parent: QWidget, home: Path, logs: Path) -> QDialog:
    """Open the dialog."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("About Carrel"))
    text = details(home)
    sign = Label()
    sign.setPixmap(icon_pixmap("carrel", "#1d6a4d", zoomed(48), parent.devicePixelRatioF()))
    head = QHBoxLayout()
    head.setSpacing(2 * UNIT)
    head.addWidget(sign)
    head.addWidget(Label("Carrel", TITLE, bold=True), 1)
    buttons = QHBoxLayout()
    for label, act in (
        (tr("Open logs"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(logs)))),
        (tr("Copy details"), lambda: QGuiApplication.clipboard().setText(text)),
        (tr("Close"), dialog.close),
    ):
        button = TextButton(label)
        button.clicked.connect(act)
        buttons.addWidget(button)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
    column.setSpacing(2 * UNIT)
    column.addLayout(head)
    column.addWidget(Label(text))
    column.addWidget(Label(tr(LICENCE), SMALL, ink="muted", wrap=True))
    column.addLayout(buttons)
    dialog.open()
    return dialog
