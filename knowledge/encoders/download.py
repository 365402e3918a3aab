"""Models brought from the hub and removed again. The work is done by a process of its own, which can be ended."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from knowledge.encoders.encoder_catalogue import Model
from knowledge.encoders.fetch import ModelNotFetched
from knowledge.encoders.install import scratch_folder
from network.connections import Connections

_POLL_SECONDS = 0.2
_PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from knowledge.encoders.install import main
main()
"""


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a download is; checking follows it and takes from seconds to a minute, by the model's size."""

    stage: Literal["downloading", "checking"]
    done_bytes: int
    total_bytes: int


def pull(
    model: Model,
    models: Path,
    connections: Connections,
    on_progress: Callable[[PullProgress], None] = lambda progress: None,
    cancelled: threading.Event | None = None,
) -> Path | None:
    """The folder of the model, brought into `models`; None when `cancelled` was set. Goes on where a try stopped.

    Raises ModelNotFetched, also where Carrel is offline, whose hint says what to do; nothing is then installed.
    """
    models.mkdir(parents=True, exist_ok=True)
    process = _start(model, models, connections)
    watch = _Watch(scratch_folder(models, model.name), on_progress)
    reader = threading.Thread(target=watch.read, args=(process,), name="pull")
    reader.start()
    try:
        while reader.is_alive() and not (cancelled and cancelled.is_set()):
            reader.join(_POLL_SECONDS)
            watch.show()
    finally:
        process.kill()  # whatever ends this, the download ends with it
        process.wait()
        reader.join()
        if process.stdout:
            process.stdout.close()
    return watch.result(stopped=bool(cancelled and cancelled.is_set()), model=model)


def remove(name: str, models: Path) -> bool:
    """Delete a model and what was brought of it; whether there was anything. Raises OSError."""
    found = [folder for folder in (models / name, scratch_folder(models, name)) if folder.exists()]
    for folder in found:
        shutil.rmtree(folder)
    return bool(found)


class _Watch:
    """Reads what the process reports, and the size of what has arrived."""

    def __init__(self, scratch: Path, on_progress: Callable[[PullProgress], None]) -> None:
        self._scratch, self._on_progress = scratch, on_progress
        self._news: dict[str, object] = {}
        self._complaint = ""

    def read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self._news |= json.loads(line)

    def show(self) -> None:
        total = self._news.get("total")
        if not isinstance(total, int):
            return
        checking = "stage" in self._news
        done = total if checking else min(total, _bytes_in(self._scratch))
        self._on_progress(PullProgress("checking" if checking else "downloading", done, total))

    def result(self, *, stopped: bool, model: Model) -> Path | None:
        if installed := self._news.get("installed"):
            return Path(str(installed))
        if stopped:
            return None
        title = self._news.get("failed", f"The process that brings {model.name} ended early.")
        raise ModelNotFetched(str(title), str(self._news.get("hint", "Pull again: it goes on where it stopped.")))


def _start(model: Model, models: Path, connections: Connections) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **_environment(scratch_folder(models, model.name))},
        start_new_session=True,  # an interrupt from the terminal is ours to handle
    )
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin:
        told = {"log_file": str(connections.log_file), "offline": connections.offline}
        json.dump({"model": asdict(model), "models": str(models), **told}, process.stdin)
    return process


def _environment(scratch: Path) -> Mapping[str, str]:
    """Nothing is told to the hub but which files are wanted, and nothing is written outside `scratch`."""
    return {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HOME": str(scratch / ".hub"),
    }


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # renamed when it was whole
            total += path.stat().st_size if path.is_file() else 0
    return total
