"""The first step: folders that are offered, and a button for any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from assistant.first_run.folder_offers import FolderOffer
from desktop.language import mark, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.theme import SMALL, UNIT

ABOUT = mark("Carrel reads the documents in it and keeps up with changes. It never changes your files.")
FROM_GPT4ALL = mark("Coming from GPT4All")
FOUND = mark("Found on this computer")


class FolderStep(QWidget):
    """Offers folders."""

    chosen = Signal(object)  # Path

    def __init__(self) -> None:
        super().__init__()
        self._offers: tuple[FolderOffer, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(UNIT // 2)
        add = TextButton(tr("Add folder…"), "plus", kind="primary")
        add.clicked.connect(self.choose_folder)
        choice = QHBoxLayout()
        choice.setSpacing(UNIT + 4)
        choice.addWidget(add)
        choice.addWidget(Label(tr("or drop one onto this window"), ink="muted"), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT + 2)
        column.addWidget(Label(tr(ABOUT), ink="muted", wrap=True))
        column.addLayout(choice)
        column.addLayout(self._rows)

    def choose_folder(self) -> None:
        """Ask for a folder."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self.window(), tr("Choose a folder"), start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(Path(path)))
        dialog.open()

    def show_offers(self, offers: Sequence[FolderOffer]) -> None:
        """Offer these folders and no others."""
        if tuple(offers) == self._offers:
            return
        self._offers = tuple(offers)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        theirs = [offer for offer in offers if offer.origin == "GPT4All"]
        for caption, group in ((FROM_GPT4ALL, theirs), (FOUND, [one for one in offers if one not in theirs])):
            if group:
                self._rows.addWidget(self._caption(caption, group))
            for offer in group:
                row = OfferRow(offer)
                row.chosen.connect(self.chosen)
                self._rows.addWidget(row)

    def _caption(self, text: str, group: Sequence[FolderOffer]) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, UNIT // 2, 0, 0)
        row.addWidget(Label(tr(text), SMALL * 1.07, bold=True, ink="muted"), 1)
        if text == FROM_GPT4ALL and len(group) > 1:
            every = TextButton(tr("Add all {count}", count=len(group)), kind="quiet")
            every.setAccessibleName(tr("Add all {count} folders of GPT4All", count=len(group)))
            every.clicked.connect(lambda: self._choose_all(group))
            row.addWidget(every)
        return line

    def _choose_all(self, group: Sequence[FolderOffer]) -> None:
        for offer in group:
            self.chosen.emit(offer.path)


class OfferRow(QWidget):
    """A folder that is offered, with a button that adds it."""

    chosen = Signal(object)  # Path

    def __init__(self, offer: FolderOffer) -> None:
        super().__init__()
        name = offer.path.name or str(offer.path)
        add = TextButton(tr("Add"))
        add.setAccessibleName(tr("Add {name}", name=name))
        add.setToolTip(str(offer.path))
        add.clicked.connect(lambda: self.chosen.emit(offer.path))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(name))
        words.addWidget(ElidedLabel(_place(offer), SMALL * 1.07, ink="muted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addLayout(words, 1)
        row.addWidget(add)


def _place(offer: FolderOffer) -> str:
    """Return `Obsidian vault  ·  ~/notes`; of a folder whose name says what it is, the place alone."""
    home = Path.home()
    inside = offer.path.is_relative_to(home)
    place = str(Path("~") / offer.path.relative_to(home)) if inside else str(offer.path)
    return f"{offer.origin}  ·  {place}" if offer.origin == "Obsidian vault" else place
