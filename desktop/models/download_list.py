"""Models to download, as the window sees them: the list, and every download under way.

The first paint waits for no module of the other packages: those are imported where a worker first needs them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.background import Background, Callbacks, Task
from desktop.network.offline_switch import NetworkState
from errors import AppError

if TYPE_CHECKING:
    from assistant.models.model_downloads import ListedModel
    from assistant.workspace import Workspace
    from engines.models.machine import Machine
    from network.download_job import DownloadSpec, Progress

POLL_MS = 400
_ACTIVE = frozenset({"waiting", "downloading", "checking"})
_SMOOTHING = 0.2  # weight of the newest speed: a line that drops out for a moment has not become slow


class Listing(NamedTuple):
    """The list as it stands here. `machine`: None until it is known; `free_bytes`: of the disk for models."""

    models: tuple[ListedModel, ...] = ()
    machine: Machine | None = None
    free_bytes: int = 0


class Download(NamedTuple):
    """A download that was begun. `bytes_per_second`: of late; 0 while that is not known."""

    progress: Progress
    bytes_per_second: float = 0.0

    @property
    def active(self) -> bool:
        """Return True while a process works on it."""
        return self.progress.stage in _ACTIVE


class ModelDownloads(QObject):
    """Starts, pauses and cancels downloads on a worker, and follows those that are under way."""

    listed = Signal(object)  # Listing
    progressed = Signal(object)  # Mapping[str, Download], by name
    installed = Signal(object)  # Path of a chat model that was asked for here
    failed = Signal(object)  # AppError: why a download that was asked for here ended

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._followed: frozenset[str] = frozenset()
        self._ordered: list[str] = []  # what a worker has been told to begin, pause or end, and has not done yet
        self._polling = False
        self._measured: dict[str, tuple[float, int]] = {}  # when, bytes
        self.listing = Listing()
        self.downloads: Mapping[str, Download] = {}
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def look(self) -> None:
        """Refresh the list of models and the downloads."""
        self._background.run("look", _list, self, Callbacks(self._show_listing))
        self.refresh()

    def refresh(self) -> None:
        """Refresh the downloads; an earlier window or the command line may have started some."""
        self._poll()

    def start(self, spec: DownloadSpec) -> None:
        """Start or resume a download; a chat model is announced as `installed`."""
        from assistant.models.model_downloads import start

        self._follow(spec.name)
        self._run(spec.name, lambda space, _: start(space.home, spec, space.connections))

    def resume(self, name: str) -> None:
        """Resume a download that was begun."""
        from assistant.models.model_downloads import resume

        self._follow(name)
        self._run(name, lambda space, _: resume(space.home, name, space.connections))

    def pause(self, name: str) -> None:
        """End a download; what has arrived is kept."""
        from network.download_job import pause

        self._run(name, lambda space, _: pause(space.home.models, name))

    def show_offline(self, state: NetworkState) -> None:
        """Pause every download once connections are refused."""
        for name, one in self.downloads.items():
            if state.offline and one.active:
                self.pause(name)

    def cancel(self, name: str) -> None:
        """End a download and delete what has arrived."""
        from assistant.models.model_downloads import cancel

        self._followed -= {name}
        self._run(name, lambda space, _: cancel(space.home, name))

    def _follow(self, name: str) -> None:
        from network.download_job import Progress

        self._followed |= {name}
        known = self.downloads.get(name)
        arrived = known.progress.done_bytes if known else 0, known.progress.total_bytes if known else 0
        waiting = Progress(name=name, stage="waiting", done_bytes=arrived[0], total_bytes=arrived[1])
        self._show({**self.downloads, name: Download(waiting)})

    def _run(self, name: str, work: Callable[[Workspace, Task], None]) -> None:
        def end(_: object = None) -> None:
            self._ordered.remove(name)
            self._poll()

        def miss(error: AppError) -> None:
            self._background.failed.emit(error)
            end()

        self._ordered.append(name)
        self._background.run("download", work, self, Callbacks(end, miss))

    def _poll(self) -> None:
        if self._polling:
            return
        self._polling, followed = True, self._followed

        def look(space: Workspace, _: Task) -> tuple[Progress, ...]:
            from assistant.models.model_downloads import downloads

            return downloads(space.home, followed)

        self._background.run("download", look, self, Callbacks(self._take, self._miss))

    def _miss(self, error: AppError) -> None:
        self._polling = False
        self._background.failed.emit(error)

    def _take(self, found: tuple[Progress, ...]) -> None:
        """Show the downloads; those that are done are cleared away and announced."""
        self._polling = False
        ordered = {name: self.downloads[name] for name in self._ordered if name in self.downloads}
        under_way = {one.name: self._measure(one) for one in found if one.stage != "done"}
        for one in found:
            if one.stage == "failed" and one.name not in ordered and self._was_active(one.name):
                self.failed.emit(AppError(one.title, one.hint))
        ended = self.downloads.keys() - under_way.keys() - ordered.keys()
        self._show(under_way | ordered)
        for one in found:
            if one.stage == "done" and one.name not in self._ordered:
                self.cancel(one.name)  # only the report is left of it
                if one.path is not None and one.kind == "chat":
                    self.installed.emit(one.path)
        if ended:
            self.look()

    def _was_active(self, name: str) -> bool:
        known = self.downloads.get(name)
        return name in self._followed and known is not None and known.active

    def _measure(self, progress: Progress) -> Download:
        known, now = self.downloads.get(progress.name), time.monotonic()
        then, arrived = self._measured.get(progress.name, (now, progress.done_bytes))
        self._measured[progress.name] = now, progress.done_bytes
        if progress.stage != "downloading" or now <= then:
            return Download(progress)
        newest = max(0, progress.done_bytes - arrived) / (now - then)
        before = known.bytes_per_second if known else 0.0
        return Download(progress, newest if not before else before + _SMOOTHING * (newest - before))

    def _show(self, downloads: Mapping[str, Download]) -> None:
        if any(one.active for one in downloads.values()) != self._timer.isActive():
            (self._timer.stop if self._timer.isActive() else self._timer.start)()
        if downloads != self.downloads:
            self.downloads = downloads
            self.progressed.emit(downloads)

    def _show_listing(self, listing: Listing) -> None:
        self.listing = listing
        self.listed.emit(listing)


def _list(space: Workspace, _: Task) -> Listing:
    from assistant.models.model_downloads import free_bytes, listed_models
    from assistant.models.model_library import measured_machine

    machine = measured_machine(space.home)
    return Listing(listed_models(space.home, machine), machine, free_bytes(space.home))
