"""Downloads as the window and the command line see them."""

import hashlib
import json
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.model_downloads import cancel, downloads, find_spec, installed_file, listed_models, resume, start
from engines.models.hub_choice import chat_model_spec
from engines.models.machine import Machine
from engines.models.model_catalogue import MODEL_CATALOGUE, find_in_catalogue
from errors import AppError
from knowledge.encoders.download import encoder_spec
from knowledge.encoders.encoder_catalogue import find_encoder
from network.connections import Connections
from network.download_job import DownloadSpec, DownloadUnknown, follow
from tests.hub_server import Hub, serving
from tests.models.tiny_gguf import write_tiny_gguf

GB = 10**9


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def machine(memory_gb: int, bandwidth: float | None = None) -> Machine:
    memory = memory_gb * GB
    return Machine(cpu="c", cores=4, memory_bytes=memory, available_bytes=memory, cpu_bandwidth=bandwidth)


def test_the_recommended_model_comes_first_and_what_is_too_large_last(home: Home) -> None:
    models = listed_models(home, machine(16, 40e9))
    assert [one.recommended for one in models] == [True] + [False] * (len(MODEL_CATALOGUE) - 1)
    verdicts = [one.expectation.verdict for one in models]
    assert verdicts == sorted(verdicts, key=["fits", "tight", "too large"].index)


def test_an_installed_model_is_known_by_its_file(home: Home) -> None:
    model = find_in_catalogue("qwen3-4b")
    assert model is not None and installed_file(home, model) is None
    path = home.models / "Qwen" / "Qwen3-4B-GGUF" / "Qwen3-4B-Q4_K_M.gguf"
    path.parent.mkdir(parents=True)
    path.touch()
    (path.parent / "Qwen3-4B-Q8_0.gguf").touch()
    assert installed_file(home, model) == path
    assert [one.path for one in listed_models(home, machine(16)) if one.path] == [path]


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("Qwen3-4B", chat_model_spec("Qwen/Qwen3-4B-GGUF", "Q4_K_M")),
        ("owner/model", chat_model_spec("owner/model")),
        ("owner/model:Q5_0", chat_model_spec("owner/model", "Q5_0")),
        ("bge-m3", encoder_spec(find_encoder("bge-m3"))),
        ("bge-reranker-base", encoder_spec(find_encoder("bge-reranker-base"))),
        ("model", None),
        ("../model", None),
        ("a/b/c", None),
        ("", None),
    ],
)
def test_a_download_is_found_by_the_name_in_a_list_or_on_the_hub(name: str, spec: DownloadSpec | None) -> None:
    assert find_spec(name) == spec


def test_nothing_starts_where_nothing_can_be_kept(home: Home) -> None:
    home.models.write_text("a file in the way")
    with pytest.raises(AppError, match="Models cannot be saved"):
        start(home, chat_model_spec("owner/model"), Connections(home.connection_log))


def test_only_started_downloads_resume(home: Home) -> None:
    with pytest.raises(DownloadUnknown):
        resume(home, "owner--model", Connections(home.connection_log))


@pytest.mark.timeout(60)  # it starts Python
def test_a_chat_model_that_the_version_before_began_is_resumed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, name = write_tiny_gguf(tmp_path / "served.gguf").read_bytes(), "owner--tiny-GGUF-Q8_0"
    part = home.models / f".pulling-{name}" / "files" / f"tiny-Q8_0.gguf.{hashlib.sha256(data).hexdigest()[:16]}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(data[:3000])
    wanted = {"repository": "owner/tiny-GGUF", "quantization": "Q8_0"}
    state = {"stage": "downloading", "wanted": wanted, "pid": 1, "total": len(data), "endpoint": "https://hub.invalid"}
    (part.parents[1] / "state.json").write_text(json.dumps(state))
    assert [(one.name, one.kind, one.stage) for one in downloads(home, frozenset())] == [(name, "chat", "paused")]
    with serving(Hub("owner/tiny-GGUF", "c" * 40, {"tiny-Q8_0.gguf": data})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        resume(home, name, Connections(home.connection_log))
        *_, last = follow(home.models, name)
        assert (last.stage, last.path) == ("done", home.models / "owner" / "tiny-GGUF" / "tiny-Q8_0.gguf")
        assert [begun for _, _, begun in hub.asked] == ["bytes=3000-"]
    assert downloads(home, frozenset()) == ()
    assert [one.stage for one in downloads(home, frozenset({name}))] == ["done"]
    cancel(home, name)
    assert downloads(home, frozenset({name})) == ()
