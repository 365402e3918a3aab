"""What the window does for the safety of what is kept: daily copies, words on repairs, forgetting removed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.background import Background, Callbacks
from desktop.language import tr, tr_count
from desktop.widgets.notices import Notice

if TYPE_CHECKING:
    from knowledge import Repair, SyncReport

COPY_EVERY_MS = 3_600_000  # whether a copy is due is looked up that often


class Safekeeping(QObject):
    """Works on the lane of scans, where nothing waits for it."""

    noticed = Signal(object)  # Notice

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._told: tuple[Repair, ...] = ()
        self._timer = QTimer(self, interval=COPY_EVERY_MS)
        self._timer.timeout.connect(self._keep_copy)

    def begin(self) -> None:
        """Tell of what the start has repaired, and keep copies from then on."""
        self._timer.start()
        self._background.run("read", lambda space, _: space.repairs, self, Callbacks(self._tell))

    def look_after(self, report: SyncReport | None) -> None:
        """After an indexing: offer to forget what is quoted from files that it found removed."""
        self._background.run("read", lambda space, _: space.repairs, self, Callbacks(self._tell))
        if report is not None and report.removed:
            self.look_for_quotes()

    def look_for_quotes(self) -> None:
        """Offer to forget what saved answers quote from files that are no longer in the library, if any do."""
        self._background.run("scan", lambda space, _: space.count_gone_quotes(), self, Callbacks(self._offer))

    def _offer(self, answers: int) -> None:
        if not answers:
            return
        notice = Notice(
            "accent",
            tr_count(
                "A saved answer still quotes removed files", "{count} saved answers still quote removed files", answers
            ),
            tr("The passages stay in your chats until you forget them. Answers keep a model's own words."),
        )
        notice.add_action(tr("Forget the quotes"), self._forget)
        self.noticed.emit(notice)

    def _forget(self) -> None:
        self._background.run("scan", lambda space, _: space.forget_gone_quotes(), self, Callbacks())

    def _tell(self, repairs: tuple[Repair, ...]) -> None:
        for repair in repairs:
            if repair not in self._told:
                self.noticed.emit(Notice("warning", repair.title, repair.hint))
        self._told = repairs

    def _keep_copy(self) -> None:
        self._background.run("scan", lambda space, _: space.empty_old_trash(), self, Callbacks())
        self._background.run("scan", lambda space, _: space.keep_copy(), self, Callbacks())
