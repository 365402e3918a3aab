"""The embedder of search: bringing one where there is none, changing to one of more languages, and the way back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.models.embedder_change import (
    embedder_missing,
    more_languages_offered,
    use_embedder,
    use_previous_embedder,
)
from desktop.background import Background, Callbacks, Task
from desktop.folders.indexing_progress import pause_text
from desktop.language import mark, told, tr
from desktop.models.download_card import BUTTONS, progress_text
from desktop.models.download_list import Download, ModelDownloads
from desktop.widgets.bars import Bar
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import SMALL, UNIT
from knowledge import DEFAULT_EMBEDDER, encoder_spec, find_encoder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.workspace import Workspace
    from errors import AppError
    from knowledge import SyncProgress

Stage = Literal["none", "missing", "bringing", "offered", "changing", "changed", "returning"]


class EmbedderState(NamedTuple):
    """How far the change is. `progress`: while it goes on, once there is any. `download`: while one is brought."""

    stage: Stage = "none"
    progress: SyncProgress | None = None
    download: Download | None = None


class EmbedderChange(QObject):
    """Offers an embedder where there is none, or that of more languages; changes to it, and goes back.

    Nothing is downloaded unasked. Search works meanwhile, with the embedder before, or by words alone.

    A change that the end of Carrel interrupts is carried on by the first indexing of the next start.
    """

    moved = Signal(object)  # EmbedderState

    def __init__(self, background: Background, downloads: ModelDownloads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._downloads = background, downloads
        downloads.progressed.connect(self._follow)
        self._task: Task | None = None
        self._cancelled = threading.Event()
        self.state = EmbedderState()

    def refresh(self, _: object = None) -> None:
        """Look whether there is something to offer; nothing changes while a change goes on or has just been made."""

        def look(space: Workspace, _: Task) -> Stage:
            return "missing" if embedder_missing(space) else "offered" if more_languages_offered(space) else "none"

        def show(stage: Stage) -> None:
            if self.state.stage == "bringing" and stage != "missing":
                self._move(EmbedderState("missing"))
                self.begin()
            elif self.state.stage in ("none", "missing", "bringing", "offered"):
                self._move(EmbedderState(stage))

        self._background.run("read", look, self, Callbacks(show))

    def bring(self) -> None:
        """Download the default embedder, or go on with that, and then search with it."""
        self._downloads.start(encoder_spec(find_encoder(DEFAULT_EMBEDDER)))

    def pause(self) -> None:
        """Pause the download."""
        self._downloads.pause(DEFAULT_EMBEDDER)

    def _follow(self, downloads: Mapping[str, Download]) -> None:
        """Show the download of the default embedder, whoever began it, and look what is there when it has ended."""
        if self.state.stage not in ("missing", "bringing"):
            return
        if download := downloads.get(DEFAULT_EMBEDDER):
            self._move(EmbedderState("bringing", download=download))
        elif self.state.stage == "bringing":
            self.refresh()

    def begin(self, name: str = DEFAULT_EMBEDDER) -> None:
        """Read every file's passages with this embedder, and then search with it."""

        def change(space: Workspace, task: Task) -> bool:
            return use_embedder(space, name, task.report, self._cancelled, task.cancelled)

        if self.state.stage == "missing":
            self._run("changing", change, "none", "missing")
        else:
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
    "missing": _Words(
        mark("Search goes by words alone"),
        mark(
            "With a model of its own (91 MB) it finds what you mean as well, in a hundred languages. "
            "It stays on this computer, and search works as before until your files are read with it."
        ),
        mark("Download"),
    ),
    "bringing": _Words(mark("Getting the model of search"), mark("Search works as before meanwhile."), mark("Pause")),
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
        self._bar.setVisible(state.stage in ("bringing", "changing", "returning"))
        self._bar.fill(_share(state.progress))
        if state.download:
            self._show_download(state.download)

    def _show_download(self, download: Download) -> None:
        at = download.progress
        failed = at.stage == "failed"
        self._bar.setVisible(not failed)
        self._bar.fill(at.done_bytes / at.total_bytes if at.total_bytes else 0.0)
        self.text.setText(f"{told(at.title)} {told(at.hint)}" if failed else progress_text(download))
        self.action.relabel(tr(BUTTONS["pause" if download.active else "retry" if failed else "resume"][0]))

    def _act(self) -> None:
        state = self._change.state
        if state.download is not None and state.download.active:
            self._change.pause()
        elif state.stage in ("missing", "bringing"):
            self._change.bring()
        else:
            acts = {"offered": self._change.begin, "changed": self._change.go_back}
            acts.get(state.stage, self._change.cancel)()


def _progress_text(progress: SyncProgress | None) -> str:
    """Return `120 of 2,000 passages. `, and the reason before it while it waits; empty before the first."""
    if progress is None or not progress.chunks:
        return ""
    waits = f"{pause_text(progress.pause_reason)} · " if progress.pause_reason else ""
    ready = min(progress.ready, progress.chunks)
    return waits + tr("{ready} of {total} passages. ", ready=ready, total=progress.chunks)


def _share(progress: SyncProgress | None) -> float:
    return min(progress.ready / progress.chunks, 1.0) if progress and progress.chunks else 0.0
