"""Embedders and rerankers downloaded from a hub on this machine; every home folder is watched for strays."""

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.encoders.download import EncoderSpec, encoder_spec
from knowledge.encoders.encoder_catalogue import EncoderModel
from knowledge.encoders.encoder_folder import AGREEMENT, PROVENANCE_FILE, EncoderDamaged, WeightsUnreadable
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from knowledge.encoders.open_encoders import open_installed_embedder, open_installed_reranker
from network.connections import Connections
from network.download_job import DownloadFailed, Progress, follow, start
from network.downloads import RemoteFile, Repository
from tests.hub_models import embedder_hub, reranker_hub
from tests.hub_server import Hub, serving
from tests.knowledge.encoders.test_torch_file import write_arrays
from tests.models import tiny_bert

pytestmark = pytest.mark.timeout(60)  # a download starts Python and loads ONNX Runtime to check the model
WEIGHTS_FILE = "model.safetensors"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home folder, in which nothing may appear."""
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    folder = tmp_path / "person"
    folder.mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a small embedder."""
    tiny_bert.write_model(tmp_path / "bge-small-en-v1.5")
    return tmp_path / "bge-small-en-v1.5"


def downloaded(served: tuple[Hub, EncoderModel], models: Path, monkeypatch: pytest.MonkeyPatch) -> Progress:
    """The last progress of a download from the hub."""
    hub, model = served
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        start(encoder_spec(model), models, Connections(models.with_name("log.jsonl")))
        *_, last = follow(models, model.name)
    return last


def repository(hub: Hub, without: Collection[str] = ()) -> Repository:
    """The listing of a hub's files."""
    files = [RemoteFile(name, "", len(data), hub.checksum(name)) for name, data in hub.files.items()]
    return Repository(hub.repository, hub.revision, tuple(file for file in files if file.name not in without))


def test_an_embedder_opens_with_its_origin_beside_it_and_nothing_lies_elsewhere(
    tmp_path: Path, models: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, model = embedder_hub(tmp_path / "on the hub")
    last = downloaded((hub, model), models, monkeypatch)
    installed = models / model.name
    assert (last.stage, last.path) == ("done", installed)
    embedder = open_installed_embedder(model.name, [models])
    assert embedder.embed(["the cat"]).shape == (1, 32)
    embedder.close()
    origin = json.loads((installed / PROVENANCE_FILE).read_text())
    assert (origin["repository"], origin["revision"]) == (model.repository, model.revision)
    assert origin["checksums"][WEIGHTS_FILE] == model.sha256
    assert json.loads((installed / AGREEMENT).read_text())["agrees"] in (True, False)
    assert list(home.iterdir()) == []
    assert not {"README.md", "pytorch_model.bin"} & {path.name for path in models.rglob("*")}


def test_a_reranker_is_downloaded_as_well(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, model = reranker_hub(tmp_path / "on the hub")
    assert downloaded((hub, model), models, monkeypatch).kind == "reranker"
    reranker = open_installed_reranker(model.name, [models])
    assert len(reranker.scores("the cat", ["dog", "cat"])) == 2
    reranker.close()


def test_the_files_of_the_model_are_chosen_and_no_others(tmp_path: Path) -> None:
    hub, model = embedder_hub(tmp_path)
    chosen = {file.name for file in encoder_spec(model).select(repository(hub))}
    assert {WEIGHTS_FILE, "config.json", "tokenizer.json", "1_Pooling/config.json"} <= chosen
    assert chosen.isdisjoint({"README.md", "pytorch_model.bin"})


def test_a_repository_may_lack_what_only_repeats_the_tokenizer(tmp_path: Path) -> None:
    hub, model = embedder_hub(tmp_path)
    optional = {"tokenizer_config.json", "special_tokens_map.json"}
    assert optional.isdisjoint(file.name for file in encoder_spec(model).select(repository(hub, without=optional)))
    with pytest.raises(DownloadFailed, match=r"no tokenizer\.json"):
        encoder_spec(model).select(repository(hub, without={"tokenizer.json"}))


def test_weights_other_than_the_catalogue_knows_are_not_even_downloaded(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, model = embedder_hub(tmp_path / "on the hub")
    last = downloaded((hub, replace(model, sha256="0" * 64)), models, monkeypatch)
    assert last.stage == "failed" and "official" in last.title and last.hint
    assert hub.asked == [] and not (models / model.name).exists()


def torch_spec(tmp_path: Path) -> EncoderSpec:
    _, model = embedder_hub(tmp_path / "on the hub")
    spec = encoder_spec(replace(model, weights="pytorch_model.bin", sha256=None))
    assert isinstance(spec, EncoderSpec)
    return spec


def test_a_model_of_torch_becomes_safetensors(tmp_path: Path, folder: Path) -> None:
    before = OnnxEmbedder(folder, precision="float32", threads=1)
    (folder / WEIGHTS_FILE).unlink()
    write_arrays(folder / "pytorch_model.bin", tiny_bert.random_weights(seed=0))
    torch_spec(tmp_path).finish(folder, ())
    after = OnnxEmbedder(folder, precision="float32", threads=1)
    assert after.embed(["the cat"]).tolist() == before.embed(["the cat"]).tolist()
    assert not (folder / "pytorch_model.bin").exists()
    before.close()
    after.close()


def test_a_torch_file_that_would_run_something_is_refused(tmp_path: Path, folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(WeightsUnreadable):
        torch_spec(tmp_path).finish(folder, ())


def test_weights_that_do_not_fit_the_graph_are_refused(tmp_path: Path, folder: Path) -> None:
    _, model = embedder_hub(tmp_path / "on the hub")
    (folder / "config.json").write_text("{}")
    with pytest.raises(EncoderDamaged):
        encoder_spec(model).finish(folder, ())
