"""Chat models that can be brought from the hub, as the window sees them: the list, and every download under way."""

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
    from engines.models.download import Progress, Wanted
    from engines.models.machine import Machine

POLL_MS = 400
_ACTIVE = frozenset({"waiting", "downloading", "checking"})
_SMOOTHING = 0.2  # weight of the newest speed: a line that drops out for a moment has not become slow


class Listing(NamedTuple):
    """The list as it stands here. `machine`: None until it is known; `free_bytes`: of the disk for models."""

    models: "tuple[ListedModel, ...]" = ()
    machine: "Machine | None" = None
    free_bytes: int = 0


class Download(NamedTuple):
    """A download that was begun. `bytes_per_second`: of late; 0 while that is not known."""

    progress: "Progress"
    bytes_per_second: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it goes on by itself."""
        return self.progress.stage in _ACTIVE


class ModelDownloads(QObject):
    """Begins, pauses and gives up downloads on a worker, and looks how far they are while any goes on."""

    listed = Signal(object)  # Listing
    progressed = Signal(object)  # Mapping[str, Download], by name
    brought = Signal(object)  # Path of a model that was asked for here and is whole
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
        """Ask anew what there is, what is here, and what is on its way."""
        self._background.run("look", _list, self, Callbacks(self._show_listing))
        self.refresh()

    def refresh(self) -> None:
        """Look how far the downloads are; one may go on since an earlier window, or by the command line."""
        self._poll()

    def start(self, wanted: "Wanted") -> None:
        """Begin a download, or go on with it; the model is announced as `brought` once it is whole."""
        from assistant.models.model_downloads import begin

        self._follow(wanted.name)
        self._run(wanted.name, lambda space, _: begin(space.home, wanted, space.connections))

    def resume(self, name: str) -> None:
        """Go on with a download that was begun."""
        from assistant.models.model_downloads import go_on

        self._follow(name)
        self._run(name, lambda space, _: go_on(space.home, name, space.connections))

    def pause(self, name: str) -> None:
        """End a download; what has arrived stays."""
        from engines.models.download import pause

        self._run(name, lambda space, _: pause(space.home.models, name))

    def show_offline(self, state: NetworkState) -> None:
        """Pause what goes on once connections are refused."""
        for name, one in self.downloads.items():
            if state.offline and one.active:
                self.pause(name)

    def give_up(self, name: str) -> None:
        """End a download and delete what has arrived."""
        from assistant.models.model_downloads import give_up

        self._followed -= {name}
        self._run(name, lambda space, _: give_up(space.home, name))

    def _follow(self, name: str) -> None:
        from engines.models.download import Progress

        self._followed |= {name}
        known = self.downloads.get(name)
        arrived = known.progress.done_bytes if known else 0, known.progress.total_bytes if known else 0
        waiting = Progress(name=name, stage="waiting", done_bytes=arrived[0], total_bytes=arrived[1])
        self._show({**self.downloads, name: Download(waiting)})

    def _run(self, name: str, work: "Callable[[Workspace, Task], None]") -> None:
        def end(_: object = None) -> None:
            self._ordered.remove(name)
            self._poll()

        def miss(error: "AppError") -> None:
            self._background.failed.emit(error)
            end()

        self._ordered.append(name)
        self._background.run("download", work, self, Callbacks(end, miss))

    def _poll(self) -> None:
        if self._polling:
            return
        self._polling, followed = True, self._followed

        def look(space: "Workspace", _: Task) -> "tuple[Progress, ...]":
            from assistant.models.model_downloads import on_their_way

            return on_their_way(space.home, followed)

        self._background.run("download", look, self, Callbacks(self._take, self._miss))

    def _miss(self, error: "AppError") -> None:
        self._polling = False
        self._background.failed.emit(error)

    def _take(self, found: "tuple[Progress, ...]") -> None:
        """Show how far they are; what is done is cleared away and announced."""
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
                self.give_up(one.name)  # of it only its last word is left
                if one.path is not None:
                    self.brought.emit(one.path)
        if ended:
            self.look()

    def _was_active(self, name: str) -> bool:
        known = self.downloads.get(name)
        return name in self._followed and known is not None and known.active

    def _measure(self, progress: "Progress") -> Download:
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


def _list(space: "Workspace", _: Task) -> Listing:
    from assistant.models.model_downloads import free_bytes, listed_models
    from assistant.models.model_library import measured_machine

    machine = measured_machine(space.home)
    return Listing(listed_models(space.home, machine), machine, free_bytes(space.home))
