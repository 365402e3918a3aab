"""Downloads in a process of their own, from a hub on this machine."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from network.connections import Connections
from network.download_job import (
    DownloadUnknown,
    Progress,
    cancel,
    follow,
    partial_folder,
    pause,
    progress,
    spec_fields,
    start,
    unfinished,
)
from tests.hub_server import Hub, serving
from tests.network.plain_download import PlainSpec

pytestmark = pytest.mark.timeout(60)  # each download starts Python
WEIGHTS_FILE = "weights.bin"
CONTENT = bytes(range(256)) * 400
REVISION = "c" * 40
SPEC = PlainSpec(name="plain", kind="reranker", repository="owner/plain", revision=REVISION, target="shelf/plain")
SHARED = replace(SPEC, shares_target=True)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {WEIGHTS_FILE: CONTENT, "config.json": b"{}", "deep/er.json": b"[]"}
    with serving(Hub(SPEC.repository, REVISION, files)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@pytest.fixture
def held(hub: Hub, models: Path, connections: Connections) -> Callable[[], None]:
    """Starts a download that waits in the middle of the weights; returns what lets it continue."""
    hold = hub.hold = threading.Event()
    start(SPEC, models, connections)
    wait_for(lambda: hub.asked_for(WEIGHTS_FILE))

    def release() -> None:
        hold.set()
        hub.hold = None

    return release


def wait_for(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.02)


def finished(models: Path, connections: Connections, spec: PlainSpec = SPEC) -> Progress:
    """The last progress of a download that is started and followed."""
    start(spec, models, connections)
    *_, last = follow(models, spec.name)
    return last


def files_in(folder: Path | None) -> dict[str, bytes]:
    assert folder
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_download_is_checked_and_put_in_place(hub: Hub, models: Path, connections: Connections) -> None:
    last = finished(models, connections)
    assert (last.stage, last.kind, last.path) == ("done", "reranker", models / "shelf" / "plain")
    assert files_in(last.path) == {**hub.files, "note": b"checked"}
    assert last.done_bytes == last.total_bytes == sum(map(len, hub.files.values()))
    assert unfinished(models) == []
    assert {one.purpose for one in connections.history()} == {"download of plain"}
    cancel(models, SPEC.name)
    assert {path.name for path in models.iterdir()} <= {"shelf", ".pulling-plain.lock"}


def test_progress_never_exceeds_the_total(hub: Hub, models: Path, connections: Connections) -> None:
    hub.drops = 1
    start(SPEC, models, connections)
    assert all(at.done_bytes <= at.total_bytes for at in follow(models, SPEC.name))


def test_a_whole_folder_replaces_the_old_one(hub: Hub, models: Path, connections: Connections) -> None:
    old = models / "shelf" / "plain"
    old.mkdir(parents=True)
    (old / "left over").touch()
    (old / "config.json").write_text("damaged")
    assert files_in(finished(models, connections).path) == {**hub.files, "note": b"checked"}
    assert files_in(partial_folder(models, SPEC.name)).keys() == {"state.json"}


def test_a_shared_folder_keeps_its_other_files_and_what_is_there_is_not_downloaded_again(
    hub: Hub, models: Path, connections: Connections
) -> None:
    other = models / "shelf" / "plain" / "other.bin"
    other.parent.mkdir(parents=True)
    other.touch()
    assert files_in(finished(models, connections, SHARED).path) == {**hub.files, "other.bin": b""}
    hub.asked.clear()
    assert finished(models, connections, SHARED).stage == "done"
    assert hub.asked == []


@pytest.mark.parametrize(("marker", "title"), [("damaged", "It does not open"), ("refused", "Not worth downloading")])
def test_a_model_that_is_refused_leaves_the_old_one(
    hub: Hub, models: Path, connections: Connections, marker: str, title: str
) -> None:
    hub.files[marker] = b""
    old = models / "shelf" / "plain" / "config.json"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    last = finished(models, connections)
    assert (last.stage, last.title) == ("failed", title)
    assert files_in(models / "shelf") == {"plain/config.json": b"old"}
    assert bool(hub.asked_for(WEIGHTS_FILE)) == (marker == "damaged")


def test_wrong_bytes_say_what_to_do(hub: Hub, models: Path, connections: Connections) -> None:
    hub.wrong_bytes[WEIGHTS_FILE] = bytes(len(CONTENT))
    last = finished(models, connections)
    assert last.stage == "failed" and "checksum" in last.title and last.hint
    assert [one.stage for one in unfinished(models)] == ["failed"]


def test_another_revision_than_pinned_is_refused(hub: Hub, models: Path, connections: Connections) -> None:
    hub.stated_revision = "f" * 40
    last = finished(models, connections)
    assert last.stage == "failed" and "instead of" in last.title
    assert hub.asked == []


def test_missing_space_is_noticed_before_anything_is_downloaded(
    hub: Hub, models: Path, connections: Connections
) -> None:
    hub.stated_sizes[WEIGHTS_FILE] = 1 << 60
    last = finished(models, connections)
    assert last.stage == "failed" and "not enough space" in last.title and "MiB" in last.hint
    assert hub.asked == []


def test_a_paused_download_resumes_where_it_stopped(hub: Hub, models: Path, connections: Connections) -> None:
    hub.files[WEIGHTS_FILE] = CONTENT * 30  # 3 MB: what arrives is written by the MiB
    hub.hold = threading.Event()
    start(SPEC, models, connections)
    wait_for(lambda: progress(models, SPEC.name).done_bytes >= 1 << 20)
    pause(models, SPEC.name)
    assert [one.stage for one in unfinished(models)] == ["paused"]
    assert spec_fields(models, SPEC.name)["repository"] == SPEC.repository
    hub.hold.set()
    hub.hold = None
    hub.asked.clear()
    assert finished(models, connections).stage == "done"
    assert [begun for _, _, begun in hub.asked_for(WEIGHTS_FILE)] == [f"bytes={1 << 20}-"]


def part_name(hub: Hub) -> str:
    return f"{WEIGHTS_FILE}.{hub.checksum(WEIGHTS_FILE)[:16]}.part"


def test_what_the_version_before_had_of_an_encoder_is_resumed(hub: Hub, models: Path, connections: Connections) -> None:
    before = models / ".pulling-plain" / "plain"
    before.mkdir(parents=True)
    (before / "config.json").write_bytes(hub.files["config.json"])
    (before / part_name(hub)).write_bytes(CONTENT[:5000])
    assert finished(models, connections).stage == "done"
    assert [begun for _, _, begun in hub.asked_for(WEIGHTS_FILE)] == ["bytes=5000-"]
    assert not hub.asked_for("config.json")


def test_a_second_start_joins_the_first(
    hub: Hub, models: Path, connections: Connections, held: Callable[[], None]
) -> None:
    state = partial_folder(models, SPEC.name) / "state.json"
    pid = json.loads(state.read_text())["pid"]
    start(SPEC, models, connections)
    assert json.loads(state.read_text())["pid"] == pid
    held()
    *_, last = follow(models, SPEC.name)
    assert last.stage == "done"
    assert len(hub.asked_for(WEIGHTS_FILE)) == 1


def test_two_starts_at_the_same_moment_download_once(hub: Hub, models: Path, connections: Connections) -> None:
    starters = [threading.Thread(target=start, args=(SPEC, models, connections)) for _ in range(2)]
    for one in starters:
        one.start()
    for one in starters:
        one.join()
    wait_for(lambda: progress(models, SPEC.name).stage == "done")
    time.sleep(0.5)  # the second process has had its turn too
    assert progress(models, SPEC.name).stage == "done"
    assert len(hub.asked_for(WEIGHTS_FILE)) == 1


def test_cancelling_leaves_nothing(hub: Hub, models: Path, held: Callable[[], None]) -> None:
    cancel(models, SPEC.name)
    assert unfinished(models) == []
    for ask in (progress, spec_fields):
        with pytest.raises(DownloadUnknown):
            ask(models, SPEC.name)


def test_a_killed_download_counts_as_paused_and_resumes(
    hub: Hub, models: Path, connections: Connections, held: Callable[[], None]
) -> None:
    os.kill(json.loads((partial_folder(models, SPEC.name) / "state.json").read_text())["pid"], signal.SIGKILL)
    *_, last = follow(models, SPEC.name)
    assert last.stage == "paused"
    held()
    assert finished(models, connections).stage == "done"


def test_a_download_outlives_the_terminal_that_started_it(hub: Hub, models: Path, connections: Connections) -> None:
    hub.hold = threading.Event()
    program = (
        "import sys; sys.path[:] = sys.argv[3:]; from pathlib import Path;"
        "from tests.network.plain_download import PlainSpec;"
        "from network.connections import Connections; from network.download_job import start;"
        f"start({SPEC!r}, Path(sys.argv[1]), Connections(Path(sys.argv[2]))); import time; time.sleep(60)"
    )
    arguments = [str(models), str(connections.log_file), *sys.path]
    starter = subprocess.Popen([sys.executable, "-c", program, *arguments], start_new_session=True)
    try:
        wait_for(lambda: hub.asked_for(WEIGHTS_FILE))
    finally:
        os.killpg(starter.pid, signal.SIGKILL)
        starter.wait()
    assert [one.stage for one in unfinished(models)] == ["downloading"]
    hub.hold.set()
    *_, last = follow(models, SPEC.name)
    assert (last.stage, last.path) == ("done", models / "shelf" / "plain")


def test_offline_is_obeyed_in_the_job_too(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    connections = Connections(tmp_path / "log.jsonl", lambda: True)
    last = finished(models, connections)
    assert last.stage == "failed" and "offline" in last.title
    assert [one.outcome for one in connections.history()] == ["refused: offline"]


def test_a_damaged_state_is_no_download(models: Path) -> None:
    folder = partial_folder(models, SPEC.name)
    folder.mkdir(parents=True)
    (folder / "state.json").write_text("[")
    assert progress(models, SPEC.name).stage == "paused"
    with pytest.raises(DownloadUnknown):
        spec_fields(models, SPEC.name)
