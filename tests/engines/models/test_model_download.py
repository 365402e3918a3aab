"""Chat models brought by a process of its own, from a hub on this machine."""

import json
import threading
import time

import pytest

from engines.models.download import DownloadUnknown, Wanted, cancel, follow, pause, progress, start, unfinished
from engines.models.scan import read_card
from network.connections import Connections
from tests.hub_server import Hub, serving
from tests.tiny_gguf import write_tiny_gguf
from tests.tiny_safetensors import write_folder

pytestmark = pytest.mark.timeout(60)  # each download starts Python
REPOSITORY = "owner/tiny-GGUF"
WANTED = Wanted(repository=REPOSITORY, quantization="Q8_0")


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def connections(tmp_path):
    return Connections(tmp_path / "log.jsonl")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    files = {"tiny-Q8_0.gguf": data, "tiny-F16.gguf": data, "README.md": b"---\nlicense: mit\n---\n"}
    with serving(Hub(REPOSITORY, "c" * 40, files)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


def brought(models, connections, wanted=WANTED):
    start(wanted, models, connections)
    *_, last = follow(models, wanted.name)
    return last


def test_a_model_is_brought_checked_and_put_in_its_place(hub, models, connections):
    last = brought(models, connections)
    assert (last.stage, last.path) == ("done", models / "owner" / "tiny-GGUF" / "tiny-Q8_0.gguf")
    assert read_card(last.path).name == "Tiny"
    assert sorted(path.name for path in last.path.parent.iterdir()) == ["README.md", "tiny-Q8_0.gguf"]
    assert unfinished(models) == []
    assert "download of owner/tiny-GGUF" in {connection.purpose for connection in connections.history()}


def test_what_is_there_is_not_brought_again(hub, models, connections):
    brought(models, connections)
    hub.asked.clear()
    assert brought(models, connections).stage == "done"
    assert len(hub.asked) <= 1


def test_a_folder_of_safetensors_is_brought_whole(tmp_path, hub, models, connections):
    folder = write_folder(tmp_path / "served", shards=2)
    hub.files = {path.name: path.read_bytes() for path in folder.iterdir()} | {"modeling.py": b"evil"}
    last = brought(models, connections, Wanted(repository=REPOSITORY))
    assert read_card(last.path).format == "safetensors"
    assert not (last.path / "modeling.py").exists()


def test_code_of_its_own_is_refused_before_the_weights_are_brought(tmp_path, hub, models, connections):
    folder = write_folder(tmp_path / "served", auto_map={"AutoModel": "modeling.Model"})
    hub.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    last = brought(models, connections, Wanted(repository=REPOSITORY))
    assert last.stage == "failed" and "run code" in last.hint
    assert not [path for _, path, _ in hub.asked if path.endswith(".safetensors")]


def test_a_damaged_model_is_not_put_in_place(hub, models, connections):
    hub.files["tiny-Q8_0.gguf"] = b"GGUF\3\0\0\0"
    last = brought(models, connections)
    assert last.stage == "failed" and "damaged" in last.hint
    assert not (models / "owner").exists()


def test_wrong_bytes_say_what_to_do(hub, models, connections):
    hub.wrong_bytes["tiny-Q8_0.gguf"] = bytes(len(hub.files["tiny-Q8_0.gguf"]))
    last = brought(models, connections)
    assert last.stage == "failed" and "checksum" in last.title
    assert [one.stage for one in unfinished(models)] == ["failed"]


def held(hub, models, connections):
    """A download that waits in the middle of the weights."""
    hub.hold = threading.Event()
    start(WANTED, models, connections)
    while not [path for _, path, _ in hub.asked if path.endswith(".gguf")]:
        time.sleep(0.02)


def test_it_can_be_paused_and_taken_up_again(hub, models, connections):
    held(hub, models, connections)
    pause(models, WANTED.name)
    assert [one.stage for one in unfinished(models)] == ["paused"]
    hub.hold.set()
    hub.hold = None
    hub.asked.clear()
    assert brought(models, connections).stage == "done"


def test_a_second_start_joins_the_first(hub, models, connections):
    held(hub, models, connections)
    pid = json.loads((models / f".pulling-{WANTED.name}" / "state.json").read_text())["pid"]
    start(WANTED, models, connections)
    assert json.loads((models / f".pulling-{WANTED.name}" / "state.json").read_text())["pid"] == pid
    cancel(models, WANTED.name)


def test_giving_up_leaves_nothing(hub, models, connections):
    held(hub, models, connections)
    cancel(models, WANTED.name)
    assert unfinished(models) == []
    with pytest.raises(DownloadUnknown):
        progress(models, WANTED.name)


def test_offline_is_obeyed(hub, models, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    last = brought(models, Connections(tmp_path / "log.jsonl", lambda: True))
    assert last.stage == "failed" and "offline" in last.title
