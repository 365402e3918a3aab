"""The dialog of a filter: only files whose front matter says so answer the questions of a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told_error, tr, tr_count
from desktop.personas.editor_fields import VALUES_OFFERED, FilterField
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, zoomed
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_PAUSE_MS = 250  # of typing, before the files that pass are counted
_ABOUT = mark(
    "Answers come from files whose front matter says so, in your folders and in the persona's pages. "
    "Compare with = != < > or has, and join with AND, OR and NOT."
)


class FilterDialog(QDialog):
    """A line for the filter, the keys and values to choose from, and the number of the person's files that pass."""

    chosen = Signal(str)  # the filter; "": any file

    def __init__(self, background: Background, parent: QWidget, where: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Only files with…"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self.filter = FilterField("where", tr("Front matter"), tr(_ABOUT))
        self.count = Label("", SMALL, ink="muted", wrap=True)
        self.clear_button = TextButton(tr("Any file"), kind="quiet")
        self.choose_button = TextButton(tr("Filter"), kind="primary")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out()
        self._pause.timeout.connect(self._count)
        self.filter.changed.connect(self._begin_count)
        self.clear_button.clicked.connect(lambda: self._choose(""))
        self.choose_button.clicked.connect(lambda: self._choose(self.filter.value or ""))
        self.filter.line.returnPressed.connect(self.choose_button.click)
        self.filter.show_value(where)
        self._background.run("read", _values, self, Callbacks(self._offer))

    def _offer(self, values: Mapping[str, Sequence[object]]) -> None:
        self.filter.offer_values(values)
        if not values:
            self.filter.show_problem(tr("No file has front matter yet: a block between two lines of --- at its head."))

    def _begin_count(self) -> None:
        self.count.setText("")
        self.filter.show_problem("")
        self.choose_button.setEnabled(not self.filter.value)
        self._pause.start()

    def _count(self) -> None:
        where = self.filter.value or ""
        if not where:
            return

        def counted(passing: int) -> None:
            if where == self.filter.value:
                self.count.setText(tr_count("{count} file passes", "{count} files pass", passing))
                self.choose_button.setEnabled(True)

        def failed(error: AppError) -> None:
            if where == self.filter.value:
                self.filter.show_problem(told_error(error))

        self._background.run(
            "read", lambda space, _: space.library.count_passing(where), self, Callbacks(counted, failed)
        )

    def _choose(self, where: str) -> None:
        self.chosen.emit(where)
        self.accept()

    def _lay_out(self) -> None:
        self.setMinimumWidth(zoomed(80 * UNIT))
        foot = QHBoxLayout()
        foot.addWidget(self.clear_button)
        foot.addStretch(1)
        foot.addWidget(self.choose_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        whole.setSpacing(UNIT)
        whole.addWidget(self.filter)
        whole.addWidget(self.count)
        whole.addStretch(1)
        whole.addLayout(foot)


def _values(space: Workspace, _: Task) -> Mapping[str, Sequence[object]]:
    return space.library.metadata_values(VALUES_OFFERED)
