"""Reading files with an embedder of more languages: the offer, the change with its progress, and the way back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.models.embedder_change import more_languages_offered, use_embedder, use_previous_embedder
from desktop.background import Background, Callbacks, Task
from desktop.folders.indexing_progress import pause_text
from desktop.language import mark, tr
from desktop.widgets.bars import Bar
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import SMALL, UNIT
from knowledge import DEFAULT_EMBEDDER

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from errors import AppError
    from knowledge import SyncProgress

Stage = Literal["none", "offered", "changing", "changed", "returning"]


class EmbedderState(NamedTuple):
    """How far the change is. `progress`: while it goes on, once there is any."""

    stage: Stage = "none"
    progress: SyncProgress | None = None


class EmbedderChange(QObject):
    """Offers the embedder of more languages, changes to it beside the one that answers, and goes back.

    A change that the end of Carrel interrupts is carried on by the first indexing of the next start.
    """

    moved = Signal(object)  # EmbedderState

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._cancelled = threading.Event()
        self.state = EmbedderState()

    def refresh(self, _: object = None) -> None:
        """Look whether there is something to offer; nothing changes while a change goes on or has just been made."""

        def show(is_offered: bool) -> None:
            if self.state.stage in ("none", "offered"):
                self._move(EmbedderState("offered" if is_offered else "none"))

        self._background.run("read", lambda space, _: more_languages_offered(space), self, Callbacks(show))

    def begin(self, name: str = DEFAULT_EMBEDDER) -> None:
        """Read every file's passages with this embedder, and then search with it."""

        def change(space: Workspace, task: Task) -> bool:
            return use_embedder(space, name, task.report, self._cancelled, task.cancelled)

        self._run("changing", change, "changed", "offered")

    def go_back(self) -> None:
        """Search with the embedder before."""

        def change(space: Workspace, task: Task) -> bool:
            return use_previous_embedder(space, task.report, self._cancelled, task.cancelled)

        self._run("returning", change, "offered", "changed")

    def cancel(self) -> None:
        """Give the change up; search stays as it is."""
        self._cancelled.set()

    def _run(self, stage: Stage, change: Callable[[Workspace, Task], bool], after: Stage, otherwise: Stage) -> None:
        if self._task is not None:
            return
        self._cancelled.clear()

        def end(stage_then: Stage) -> None:
            self._task = None
            self._move(EmbedderState(stage_then))

        def fail(error: AppError) -> None:
            end(otherwise)
            self._background.failed.emit(error)

        def show(reports: tuple[SyncProgress, ...]) -> None:
            self._move(EmbedderState(stage, reports[-1]))

        done = Callbacks(lambda is_made: end(after if is_made else otherwise), fail, show)
        self._task = self._background.run("embedder", change, self, done)
        self._move(EmbedderState(stage))

    def _move(self, state: EmbedderState) -> None:
        self.state = state
        self.moved.emit(state)


class _Words(NamedTuple):
    title: str
    text: str
    action: str


WORDS: dict[Stage, _Words] = {
    "offered": _Words(
        mark("Search understands English only"),
        mark(
            "A hundred languages are possible: notes in any of them are then found by what they mean. "
            "Search works as before until all files are read again, and you can go back."
        ),
        mark("Read my files in more languages"),
    ),
    "changing": _Words(
        mark("Reading your files anew for search"), mark("Search works as before until this is done."), mark("Cancel")
    ),
    "changed": _Words(
        mark("Search reads your files with another model now"),
        mark("If it finds less than before, go back: nothing has to be read again for that."),
        mark("Go back"),
    ),
    "returning": _Words(mark("Going back"), mark("Search works as before until this is done."), mark("Cancel")),
}


class EmbedderCard(Surface):
    """The offer, the progress of the change, or the way back; hidden where there is nothing to say."""

    def __init__(self, change: EmbedderChange, parent: QWidget | None = None) -> None:
        super().__init__("card", "border", parent)
        self._change = change
        self._title, self.text = Label("", bold=True, wrap=True), Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._bar = Bar()
        self.action = TextButton(tr(WORDS["offered"].action), kind="plain")
        self.action.clicked.connect(self._act)
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self._title, self.text, self._bar):
            words.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT + 2, UNIT + 4, UNIT + 2)
        row.setSpacing(2 * UNIT)
        row.addLayout(words, 1)
        row.addWidget(self.action)
        change.moved.connect(self.show_state)
        self.show_state(change.state)

    def show_state(self, state: EmbedderState) -> None:
        """Show how far the change is."""
        self.setVisible(state.stage != "none")
        if (words := WORDS.get(state.stage)) is None:
            return
        self._title.setText(tr(words.title))
        self.text.setText(f"{_progress_text(state.progress)}{tr(words.text)}")
        self.action.relabel(tr(words.action))
        self._bar.setVisible(state.stage in ("changing", "returning"))
        self._bar.fill(_share(state.progress))

    def _act(self) -> None:
        acts = {"offered": lambda: self._change.begin(), "changed": self._change.go_back}
        acts.get(self._change.state.stage, self._change.cancel)()


def _progress_text(progress: SyncProgress | None) -> str:
    """Return `120 of 2,000 passages. `, and the reason before it while it waits; empty before the first."""
    if progress is None or not progress.chunks:
        return ""
    waits = f"{pause_text(progress.pause_reason)} · " if progress.pause_reason else ""
    ready = min(progress.ready, progress.chunks)
    return waits + tr("{ready} of {total} passages. ", ready=ready, total=progress.chunks)


def _share(progress: SyncProgress | None) -> float:
    return min(progress.ready / progress.chunks, 1.0) if progress and progress.chunks else 0.0
