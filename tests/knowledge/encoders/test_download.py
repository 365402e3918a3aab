"""Pulling and removing, with the real process and a hub on this machine; every home folder is watched for strays."""

import json
import threading
from dataclasses import replace

import pytest
from test_torch_file import write_arrays

from knowledge.encoders.download import pull, remove
from knowledge.encoders.encoder_catalogue import find_model
from knowledge.encoders.encoder_folder import WeightsUnreadable
from knowledge.encoders.fetch import ModelNotFetched
from knowledge.encoders.install import install, scratch_folder
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from knowledge.encoders.open_encoders import AGREEMENT, PROVENANCE, open_embedder, open_reranker
from network.connections import Connections
from tests.hub_models import embedder_hub, reranker_hub
from tests.hub_server import serving

pytestmark = pytest.mark.timeout(60)  # each pull starts Python, and loads ONNX Runtime to check the model


@pytest.fixture
def models(tmp_path):
    return tmp_path / "home" / "models"


@pytest.fixture
def allowed(tmp_path):
    """Connections as they are where nobody switched them off."""
    return Connections(tmp_path / "connections.jsonl")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A person's home folder, in which nothing may appear."""
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    folder = tmp_path / "person"
    folder.mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def served(tmp_path, monkeypatch, home):
    hub, model = embedder_hub(tmp_path / "on the hub")
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub, model


def test_a_model_that_was_pulled_opens_and_nothing_lies_elsewhere(served, models, home, allowed):
    _, model = served
    seen = []
    assert pull(model, models, allowed, seen.append) == models / model.name
    embedder = open_embedder(model.name, [models])
    assert embedder.embed(["the cat"]).shape == (1, 32)
    embedder.close()
    assert list(home.iterdir()) == []
    assert {path.name for path in models.iterdir()} - {".pulling-bge-small-en-v1.5.lock"} == {model.name}
    assert not [path for path in models.rglob("*") if path.is_symlink()]
    assert all(progress.done_bytes <= progress.total_bytes for progress in seen)


def test_its_origin_is_written_beside_it(served, models, allowed):
    hub, model = served
    install(model, models, lambda news: None, allowed, hub.endpoint)
    origin = json.loads((models / model.name / PROVENANCE).read_text())
    assert (origin["repository"], origin["revision"]) == (model.repository, model.revision)
    assert origin["checksums"]["model.safetensors"] == model.sha256
    assert json.loads((models / model.name / AGREEMENT).read_text())["agrees"] in (True, False)


def test_a_reranker_is_pulled_as_well(tmp_path, models, allowed):
    hub, model = reranker_hub(tmp_path / "on the hub")
    with serving(hub):
        install(model, models, lambda news: None, allowed, hub.endpoint)
    reranker = open_reranker(model.name, [models])
    assert len(reranker.scores("the cat", ["dog", "cat"])) == 2
    reranker.close()


def test_a_model_of_torch_becomes_safetensors(tmp_path, models, served, allowed):
    hub, model = served
    before = OnnxEmbedder(tmp_path / "on the hub", precision="float32", threads=1)
    from tests import tiny_bert

    write_arrays(tmp_path / "pytorch_model.bin", tiny_bert.random_weights(seed=0))
    hub.files["pytorch_model.bin"] = (tmp_path / "pytorch_model.bin").read_bytes()
    install(replace(model, weights="pytorch_model.bin", sha256=None), models, lambda news: None, allowed, hub.endpoint)
    after = OnnxEmbedder(models / model.name, precision="float32", threads=1)
    assert after.embed(["the cat"]).tolist() == before.embed(["the cat"]).tolist()
    assert not (models / model.name / "pytorch_model.bin").exists()
    before.close()
    after.close()


def test_a_torch_file_that_would_run_something_installs_nothing(served, models, allowed):
    hub, model = served
    hub.files["pytorch_model.bin"] = b"cos\nsystem\n(S'true'\ntR."
    with pytest.raises(WeightsUnreadable):
        install(
            replace(model, weights="pytorch_model.bin", sha256=None), models, lambda news: None, allowed, hub.endpoint
        )
    assert not (models / model.name).exists()


def test_weights_that_do_not_fit_the_graph_install_nothing_and_leave_the_old(served, models, allowed):
    hub, model = served
    install(model, models, lambda news: None, allowed, hub.endpoint)
    old = (models / model.name / "config.json").read_bytes()
    hub.files["config.json"] = b"{}"
    with pytest.raises(Exception, match="cannot be used"):
        install(model, models, lambda news: None, allowed, hub.endpoint)
    assert (models / model.name / "config.json").read_bytes() == old


def test_pulling_again_replaces_what_was_there(served, models, allowed):
    hub, model = served
    install(model, models, lambda news: None, allowed, hub.endpoint)
    (models / model.name / "config.json").write_text("damaged")
    install(model, models, lambda news: None, allowed, hub.endpoint)
    assert (models / model.name / "config.json").read_bytes() == hub.files["config.json"]


def test_a_download_can_be_cancelled_and_taken_up_again(served, models, allowed):
    hub, model = served
    hub.hold = threading.Event()
    cancelled = threading.Event()
    begun = threading.Event()

    def on_progress(progress):
        begun.set()
        cancelled.set()

    assert pull(model, models, allowed, on_progress, cancelled) is None
    assert begun.is_set()
    assert not (models / model.name).exists()
    hub.hold.set()
    hub.hold = None
    assert pull(model, models, allowed) == models / model.name


def test_a_failure_in_the_process_says_what_to_do(served, models, allowed):
    _, model = served
    with pytest.raises(ModelNotFetched, match="not the official model") as caught:
        pull(replace(model, sha256="0" * 64), models, allowed)
    assert caught.value.hint
    assert not (models / model.name).exists()


def test_removing_takes_the_model_and_what_was_begun(models):
    (models / "bge-m3").mkdir(parents=True)
    scratch_folder(models, "bge-m3").mkdir()
    assert remove("bge-m3", models)
    assert not remove("bge-m3", models)
    assert list(models.iterdir()) == []


def test_two_pulls_of_one_model_do_not_mix(served, models, allowed):
    from filelock import FileLock

    hub, model = served
    models.mkdir(parents=True)
    with FileLock(models / f".pulling-{model.name}.lock"), pytest.raises(ModelNotFetched, match="already"):
        install(find_model(model.name), models, lambda news: None, allowed, hub.endpoint)
