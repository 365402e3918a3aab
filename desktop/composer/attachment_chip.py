"""A chip above the question box: what is attached, its size or state, and a button that takes it away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from desktop.composer.attached_files import AttachedFile
from desktop.language import told, tr
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import ElidedLabel, Label, Surface, size_text
from desktop.widgets.theme import SMALL, UNIT, zoomed


class AttachmentChip(Surface):
    """`report.pdf · 1.2 MB`, `report.pdf · reading…`, or in words that it cannot be read."""

    def __init__(self, path: Path, remove: Callable[[Path], None]) -> None:
        super().__init__("card", "border")
        self.path = path
        self._name, self._state = ElidedLabel(path.name, SMALL, bold=True), Label("", SMALL, ink="muted")
        close = IconButton("close", tr("Remove {name}", name=path.name), size=22)
        close.clicked.connect(lambda: remove(path))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 2, 2, 2)
        row.setSpacing(UNIT // 2)
        row.addWidget(self._name, 1)
        row.addWidget(self._state)
        row.addWidget(close)

    def show_state(self, attachment: AttachedFile) -> None:
        """Show the size once it is read."""
        if attachment.problem:
            words = tr("can't be read")
        elif not attachment.is_read:
            words = tr("reading…")
        else:
            words = tr("folder") if attachment.is_folder else size_text(attachment.size_bytes)
        self._state.setText(words)
        self._name.explain(f"{attachment.path}\n{told(attachment.problem)}".strip())
        self.setAccessibleName(tr("Attached: {name}, {state}", name=attachment.path.name, state=words))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for the name, up to a width that leaves some for others."""
        name = min(self._name.sizeHint().width(), zoomed(26 * UNIT))
        margins = self.contentsMargins().left() + 2 * UNIT + 2
        width = name + self._state.sizeHint().width() + zoomed(22) + margins + UNIT
        return QSize(width, super().sizeHint().height())
