"""Chat models downloaded from a hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.models.hub_choice import ChatModelSpec, chat_model_spec
from engines.models.scan import read_card
from network.connections import Connections
from network.download_job import Progress, follow, start, unfinished
from tests.hub_server import Hub, serving
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_safetensors import write_folder

pytestmark = pytest.mark.timeout(60)  # each download starts Python
REPOSITORY = "owner/tiny-GGUF"
SPEC = chat_model_spec(REPOSITORY, "Q8_0")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    files = {"tiny-Q8_0.gguf": data, "tiny-F16.gguf": data, "README.md": b"---\nlicense: mit\n---\n"}
    with serving(Hub(REPOSITORY, "c" * 40, files)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


def downloaded(models: Path, connections: Connections, spec: ChatModelSpec = SPEC) -> Progress:
    start(spec, models, connections)
    *_, last = follow(models, spec.name)
    return last


def test_a_model_is_checked_and_put_in_its_place(hub: Hub, models: Path, connections: Connections) -> None:
    last = downloaded(models, connections)
    assert (last.stage, last.path) == ("done", models / "owner" / "tiny-GGUF" / "tiny-Q8_0.gguf")
    assert last.path and read_card(last.path).name == "Tiny"
    assert sorted(path.name for path in last.path.parent.iterdir()) == ["README.md", "tiny-Q8_0.gguf"]
    assert unfinished(models) == []
    assert "download of owner/tiny-GGUF" in {connection.purpose for connection in connections.history()}


def test_a_folder_of_safetensors_is_downloaded_without_its_code(
    tmp_path: Path, hub: Hub, models: Path, connections: Connections
) -> None:
    folder = write_folder(tmp_path / "served", shards=2)
    hub.files = {path.name: path.read_bytes() for path in folder.iterdir()} | {"modeling.py": b"evil"}
    last = downloaded(models, connections, chat_model_spec(REPOSITORY))
    assert last.path and read_card(last.path).format == "safetensors"
    assert not (last.path / "modeling.py").exists()


def test_code_of_its_own_is_refused_before_the_weights_are_downloaded(
    tmp_path: Path, hub: Hub, models: Path, connections: Connections
) -> None:
    folder = write_folder(tmp_path / "served", auto_map={"AutoModel": "modeling.Model"})
    hub.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    last = downloaded(models, connections, chat_model_spec(REPOSITORY))
    assert last.stage == "failed" and "run code" in last.hint
    assert not [path for _, path, _ in hub.asked if path.endswith(".safetensors")]


def test_a_damaged_model_is_not_put_in_place(hub: Hub, models: Path, connections: Connections) -> None:
    hub.files["tiny-Q8_0.gguf"] = b"GGUF\3\0\0\0"
    last = downloaded(models, connections)
    assert last.stage == "failed" and "damaged" in last.hint
    assert not (models / "owner").exists()
