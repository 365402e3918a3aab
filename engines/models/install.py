"""From a repository of the hub to a model in its place: what the process does that `engines.models.download` starts."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.models.download import Wanted, lock_file, read_state, write_state
from engines.models.machine import detect_machine
from engines.models.safetensors import check_config
from engines.models.scan import read_card
from engines.models.selection import select
from errors import AppError
from network.connections import Connections, guard_process

if TYPE_CHECKING:
    from network.downloads import RemoteFile

Report = Callable[[Mapping[str, object]], None]


def install(wanted: Wanted, scratch: Path, endpoint: str, connections: Connections, report: Report) -> Path:
    """The model in its place, `OWNER/MODEL` beside `scratch`: a GGUF file or a folder.

    Raises Offline, DownloadFailed, RepositoryUnusable, QuantizationUnknown and ModelUnreadable; nothing is then in
    place, and what has arrived stays for the next try.
    """
    from network.downloads import bring, check_room, list_repository
    from network.http import http_client

    with http_client(connections, f"download of {wanted.repository}") as client:
        repository = list_repository(client, wanted.repository, endpoint)
        kind, files = select(repository, wanted.quantization, detect_machine(os.cpu_count() or 1))
        fresh, main_file = scratch / "files", _main_file(kind, files)
        target = scratch.parent.joinpath(*wanted.repository.split("/"))
        if all(file.is_at(target / file.name) for file in files):
            return target / main_file
        check_room(fresh, files)
        report({"stage": "downloading", "total": sum(file.size for file in files), "chosen": kind})
        for file in files:
            if kind == "safetensors" and file.name.endswith(".safetensors"):
                check_config(fresh)  # the small files are there: is it worth the large ones?
            bring(client, file, fresh)
    report({"stage": "checking"})
    read_card(fresh / main_file)
    return _put(fresh, files, target) / main_file


def main(scratch_path: str) -> None:
    """Bring what the state in the folder asks for, and write there how far it is."""
    from filelock import FileLock

    guard_process()
    scratch = Path(scratch_path)
    with FileLock(lock_file(scratch)):
        said: dict[str, Any] = {**read_state(scratch), "pid": os.getpid()}

        def report(news: Mapping[str, object]) -> None:
            said.update(news)
            write_state(scratch, said)

        report({"stage": "downloading"})
        connections = Connections(Path(said["log_file"]), lambda: bool(said["offline"]))
        try:
            path = install(Wanted(**said["wanted"]), scratch, said["endpoint"], connections, report)
            report({"stage": "done", "path": str(path)})
        except AppError as error:
            report({"stage": "failed", "title": error.title, "hint": error.hint})
        except OSError as error:
            hint = "Make room and allow writing there, then try again."
            report(
                {"stage": "failed", "title": f"The model cannot be written: {error.strerror or error}", "hint": hint}
            )


def _main_file(kind: str, files: "Sequence[RemoteFile]") -> str:
    """The path of the model within its folder: "" for the folder itself, else the first GGUF file."""
    if kind == "safetensors":
        return ""
    return min(file.name for file in files if file.name.endswith(".gguf"))


def _put(fresh: Path, files: "Sequence[RemoteFile]", target: Path) -> Path:
    """Move the files into place, flushed; those of other quantisations stay beside them."""
    for file in files:
        place = target / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with (fresh / file.name).open("rb") as opened:
            os.fsync(opened.fileno())
        (fresh / file.name).replace(place)
    shutil.rmtree(fresh)
    return target
