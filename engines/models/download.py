"""Chat models brought from the hub, by a process that outlives the window and can be stopped and taken up again.

The process and whoever looks share one folder per model: `.pulling-NAME` in the folder of models, with what has arrived
and a `state.json`. A lock that the process holds says that it lives, so nothing has to be cleared up after a crash.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from errors import AppError
from network.connections import Connections

Stage = Literal["waiting", "downloading", "checking", "done", "failed", "paused"]

HUB = "https://huggingface.co"
_STATE, _PREFIX = "state.json", ".pulling-"
_START_SECONDS = 30.0  # a process that has not begun by then never will
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.1
_MAX_STATE_BYTES = 1 << 20
_PROGRAM = """
import sys
sys.path[:] = sys.argv[2:]
from engines.models.install import main
main(sys.argv[1])
"""


class DownloadUnknown(AppError):
    """No download of that name was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to bring. `repository`: OWNER/MODEL on the hub; `quantization` None: the one that is best here."""

    repository: str
    quantization: str | None = None

    @property
    def name(self) -> str:
        """The download's name, which is a file name too."""
        return self.repository.replace("/", "--") + (f"-{self.quantization.upper()}" if self.quantization else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a download is. `path`: of the model once it is `done`. `title`, `hint`: why it `failed`."""

    name: str
    stage: Stage
    done_bytes: int = 0
    total_bytes: int = 0
    path: Path | None = None
    title: str = ""
    hint: str = ""


def start(wanted: Wanted, models: Path, connections: Connections) -> None:
    """Begin the download, or go on with it; nothing where it is under way. It goes on when this process ends."""
    scratch = scratch_folder(models, wanted.name)
    scratch.mkdir(parents=True, exist_ok=True)
    if is_running(scratch):
        return
    endpoint = os.environ.get("HF_ENDPOINT") or HUB
    told = {"log_file": str(connections.log_file), "offline": connections.offline, "endpoint": endpoint.rstrip("/")}
    write_state(scratch, {"stage": "waiting", "wanted": asdict(wanted), **told})
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(scratch), *sys.path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # neither the terminal's interrupt nor its end is the download's
    )
    threading.Thread(target=process.wait, name="download", daemon=True).start()  # or it would stay as a zombie
    deadline = time.monotonic() + _START_SECONDS
    while process.returncode is None and read_state(scratch).get("stage") == "waiting" and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def resume(models: Path, name: str, connections: Connections) -> None:
    """Go on with a download that was begun, wherever and by whomever. Raises DownloadUnknown."""
    wanted = read_state(scratch_folder(models, name)).get("wanted")
    if not isinstance(wanted, dict):
        raise DownloadUnknown(f"No download is called “{name}”.", "`carrel models list` shows those begun.")
    start(Wanted(**wanted), models, connections)


def progress(models: Path, name: str) -> Progress:
    """How far the download is now. Raises DownloadUnknown."""
    scratch = scratch_folder(models, name)
    if not scratch.is_dir():
        raise DownloadUnknown(f"No download is called “{name}”.", "`carrel models list` shows those begun.")
    running, said = is_running(scratch), read_state(scratch)
    stage = str(said.get("stage", "waiting"))
    if stage not in ("done", "failed") and not running:
        stage = "paused"
    total = said.get("total", 0)
    total = total if isinstance(total, int) else 0
    path = said.get("path")
    return Progress(
        name=name,
        stage=stage,  # type: ignore[arg-type]
        done_bytes=min(total, _bytes_in(scratch)) if stage != "done" else total,
        total_bytes=total,
        path=Path(str(path)) if path else None,
        title=str(said.get("title", "")),
        hint=str(said.get("hint", "")),
    )


def unfinished(models: Path) -> list[Progress]:
    """Every download that was begun and is not done."""
    folders = sorted(models.glob(f"{_PREFIX}*/{_STATE}"))
    found = [progress(models, folder.parent.name.removeprefix(_PREFIX)) for folder in folders]
    return [one for one in found if one.stage != "done"]


def pause(models: Path, name: str) -> None:
    """End the process; what has arrived stays, and `start` goes on with it."""
    scratch = scratch_folder(models, name)
    pid = read_state(scratch).get("pid")
    if isinstance(pid, int) and is_running(scratch):  # who holds the lock has written its own number
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while is_running(scratch) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def cancel(models: Path, name: str) -> None:
    """End the download and delete what has arrived. Raises OSError."""
    import shutil

    pause(models, name)
    shutil.rmtree(scratch_folder(models, name), ignore_errors=False)


def follow(models: Path, name: str) -> Iterator[Progress]:
    """The progress, several times a second, until it is done, failed or paused; that state comes last."""
    while (at := progress(models, name)).stage in ("waiting", "downloading", "checking"):
        yield at
        time.sleep(_POLL_SECONDS)
    yield at


def scratch_folder(models: Path, name: str) -> Path:
    """Where the files lie until they are whole."""
    return models / f"{_PREFIX}{name}"


def lock_file(scratch: Path) -> Path:
    """What the process locks while it lives; beside the folder, as that is moved away from under it."""
    return scratch.with_name(f"{scratch.name}.lock")


def is_running(scratch: Path) -> bool:
    """Whether a process brings this model now."""
    from filelock import FileLock, Timeout

    if not lock_file(scratch).exists():
        return False
    try:
        with FileLock(lock_file(scratch), timeout=0):
            return False
    except Timeout:
        return True


def read_state(scratch: Path) -> Mapping[str, object]:
    """What the process said last; empty where it said nothing."""
    try:
        with (scratch / _STATE).open("rb") as file:
            said = json.loads(file.read(_MAX_STATE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def write_state(scratch: Path, said: Mapping[str, object]) -> None:
    """Replace what was said, in one step."""
    draft = scratch / f"{_STATE}.{os.getpid()}"
    draft.write_text(json.dumps(said), "utf-8")
    draft.replace(scratch / _STATE)


def _bytes_in(scratch: Path) -> int:
    total = 0
    for path in (scratch / "files").rglob("*"):
        with suppress(OSError):  # renamed when it was whole
            total += path.stat().st_size if path.is_file() and path.suffix != ".etag" else 0
    return total
