"""Models to download, as the window sees them: the list, and every download under way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.doctor.llama_check import UnusedCard, find_unused_card
from assistant.models import model_downloads
from assistant.models.model_downloads import ListedEncoder, ListedModel
from assistant.models.model_library import measured_machine
from assistant.models.model_removal import remove_model
from desktop.background import Background, Callbacks, Task
from desktop.network.connections_page import NetworkState
from engines import Machine
from errors import AppError
from knowledge import encoder_model_name, known_encoders
from network import DownloadSpec, Progress, download_job

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.workspace import Workspace

POLL_MS = 400
_ACTIVE = frozenset({"waiting", "downloading", "checking"})
_SMOOTHING = 0.2  # weight of the newest speed: one short gap does not make a connection slow


class ModelListing(NamedTuple):
    """The models to offer. `machine`: None until it is known; `free_bytes`: of the disk for models.

    `unused_card`: the graphics card of this computer that llama.cpp does not use.
    """

    models: tuple[ListedModel, ...] = ()
    encoders: tuple[ListedEncoder, ...] = ()
    machine: Machine | None = None
    free_bytes: int = 0
    unused_card: UnusedCard | None = None


class Download(NamedTuple):
    """A download that was started. `bytes_per_second`: smoothed; 0 while unknown."""

    progress: Progress
    bytes_per_second: float = 0.0

    @property
    def active(self) -> bool:
        """Return True while a process works on it."""
        return self.progress.stage in _ACTIVE


class ModelDownloads(QObject):
    """Starts, pauses and cancels downloads on a worker, and follows those that are under way."""

    listed = Signal(object)  # ModelListing
    progressed = Signal(object)  # Mapping[str, Download], by name
    installed = Signal(object)  # Path of a chat model that was asked for here
    failed = Signal(object)  # AppError: why a download that was asked for here ended

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._followed: frozenset[str] = frozenset()
        self._ordered: list[str] = []  # names of downloads with a step that a worker has still to take
        self._polling = False
        self._measured: dict[str, tuple[float, int]] = {}  # when, bytes
        self.listing = ModelListing()
        self.downloads: Mapping[str, Download] = {}
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.refresh)

    def reload(self) -> None:
        """Refresh the list of models and the downloads."""

        def read(space: Workspace, _: Task) -> ModelListing:
            machine = measured_machine(space.home)
            listed = model_downloads.listed_models(space.home, machine)
            active = space.library.embedders.names().active
            name = encoder_model_name(active) if active else None
            encoders = model_downloads.listed_encoders(space.home, space.settings, name)
            free = model_downloads.free_bytes(space.home)
            return ModelListing(listed, encoders, machine, free, find_unused_card(space.settings.model.llama_library))

        def show(listing: ModelListing) -> None:
            self.listing = listing
            self.listed.emit(listing)

        self._background.run("scan", read, self, Callbacks(show))
        self.refresh()

    def refresh(self) -> None:
        """Read the downloads, some of which an earlier window or the command line may have started."""
        if self._polling:
            return
        self._polling, followed = True, self._followed

        def read(space: Workspace, _: Task) -> tuple[Progress, ...]:
            return model_downloads.downloads(space.home, followed)

        def fail(error: AppError) -> None:
            self._polling = False
            self._background.failed.emit(error)

        self._background.run("download", read, self, Callbacks(self._take, fail))

    def start(self, spec: DownloadSpec) -> None:
        """Start or resume a download; a chat model is announced as `installed`."""
        self._follow(spec.name)
        self._run(spec.name, lambda space, _: model_downloads.start(space.home, spec, space.connections))

    def resume(self, name: str) -> None:
        """Resume a download that was begun."""
        self._follow(name)
        self._run(name, lambda space, _: model_downloads.resume(space.home, name, space.connections))

    def pause(self, name: str) -> None:
        """Pause a download; what has arrived is kept."""
        self._run(name, lambda space, _: download_job.pause(space.home.models, name))

    def show_offline(self, state: NetworkState) -> None:
        """Pause every download when Carrel goes offline."""
        for name, one in self.downloads.items():
            if state.offline and one.active:
                self.pause(name)

    def cancel(self, name: str) -> None:
        """End a download and delete what has arrived."""
        self._followed -= {name}
        self._run(name, lambda space, _: model_downloads.cancel(space.home, name))

    def delete(self, path: Path, name: str) -> None:
        """Delete an installed model. `path`: of a chat model; an embedder or a reranker goes by its `name`."""

        def remove(space: Workspace, _: Task) -> None:
            wanted = name if name in {model.name for model in known_encoders()} else str(path)
            remove_model(space.home, space.settings, wanted)

        callbacks = Callbacks(lambda _: self.reload(), self._background.failed.emit)
        self._background.run("download", remove, self, callbacks)

    def use_reranker(self, name: str) -> None:
        """Rerank with this model from the next question on."""

        def choose(space: Workspace, _: Task) -> None:
            space.settings = replace(space.settings, search=replace(space.settings.search, reranker=name))

        callbacks = Callbacks(lambda _: self.reload(), self._background.failed.emit)
        self._background.run("download", choose, self, callbacks)

    def _follow(self, name: str) -> None:
        self._followed |= {name}
        known = self.downloads.get(name)
        arrived = known.progress.done_bytes if known else 0, known.progress.total_bytes if known else 0
        waiting = Progress(name=name, stage="waiting", done_bytes=arrived[0], total_bytes=arrived[1])
        self._show({**self.downloads, name: Download(waiting)})

    def _run(self, name: str, work: Callable[[Workspace, Task], None]) -> None:
        def end(_: object = None) -> None:
            self._ordered.remove(name)
            self.refresh()

        def fail(error: AppError) -> None:
            self._background.failed.emit(error)
            end()

        self._ordered.append(name)
        self._background.run("download", work, self, Callbacks(end, fail))

    def _take(self, found: tuple[Progress, ...]) -> None:
        """Show the downloads; remove those that are done and announce them."""
        self._polling = False
        ordered = {name: self.downloads[name] for name in self._ordered if name in self.downloads}
        under_way = {one.name: self._measure(one) for one in found if one.stage != "done"}
        for one in found:
            known = self.downloads.get(one.name) if one.name in self._followed else None
            if one.stage == "failed" and one.name not in ordered and known is not None and known.active:
                self.failed.emit(AppError(one.title, one.hint))
        ended = self.downloads.keys() - under_way.keys() - ordered.keys()
        self._show(under_way | ordered)
        for one in found:
            if one.stage == "done" and one.name not in self._ordered:
                self.cancel(one.name)  # only its report is left
                if one.path is not None and one.kind == "chat":
                    self.installed.emit(one.path)
        if ended:
            self.reload()

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
