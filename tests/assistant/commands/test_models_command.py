"""`carrel models` and what the settings choose, with small models and a hub on this machine."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.doctor.checks import run_checks
from assistant.home import Home
from assistant.models.encoders import chosen_reranker, open_embedder, open_reranker
from assistant.settings import NetworkSettings, SearchSettings, Settings
from assistant.settings_file import SettingsFile
from knowledge.encoders.encoder_catalogue import ENCODER_CATALOGUE
from knowledge.encoders.encoder_folder import AGREEMENT
from network.download_job import partial_folder
from tests.hub_models import embedder_hub, reranker_hub
from tests.hub_server import Hub, serving
from tests.models import tiny_bert, tiny_xlm_roberta
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.logs("is not installed"),
]  # a pull starts Python and checks the model

Carrel = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own, and no models beside the environment."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "person"))
    return Home(tmp_path / "home").create()


@pytest.fixture
def carrel(home: Home, capsys: pytest.CaptureFixture[str]) -> Carrel:
    """Runs a command line with --json: exit code and what it reports."""

    def run(*argv: str) -> tuple[int, dict[str, Any]]:
        code = cli.main([*argv, "--home", str(home.path), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hub that has a small reranker in place of bge-reranker-base."""
    served, model = reranker_hub(tmp_path / "on the hub")
    others = [known for known in ENCODER_CATALOGUE if known.name != model.name]
    monkeypatch.setattr("knowledge.encoders.encoder_catalogue.ENCODER_CATALOGUE", (*others, model))
    with serving(served):
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        yield


def chosen(**search: Any) -> Settings:
    return Settings(search=SearchSettings(**search))


def test_every_model_is_listed_with_size_licence_and_use(carrel: Carrel) -> None:
    code, told = carrel("models", "list")
    assert code == 0
    for model in told["models"]:
        assert model["bytes"] > 80e6
        assert model["licence"] and model["detail"] and model["installed"] is False
        assert model["status"] == "available" and not model["reason"]
    assert {model["kind"] for model in told["models"]} == {"chat", "embedder", "reranker"}


def test_chat_models_are_listed_and_those_refused_say_why(carrel: Carrel, home: Home) -> None:
    home.models.mkdir()
    write_tiny_gguf(home.models / "tiny.gguf")
    (home.models / "cut.gguf").write_bytes(b"GGUF")
    first, second = carrel("models", "list")[1]["models"][:2]
    assert (first["name"], first["status"], first["quantization"], first["context_tokens"]) == (
        "tiny",
        "installed",
        "F32",
        2048,
    )
    assert (second["name"], second["status"]) == ("cut", "refused") and "damaged" in second["reason"]


def test_fit_says_what_a_model_needs_and_suggests_one(carrel: Carrel, home: Home) -> None:
    home.models.mkdir()
    write_tiny_gguf(home.models / "tiny.gguf")
    code, told = carrel("models", "fit", "tiny", "--context", "1024")
    (found,) = told["models"]
    assert code == 0 and found["verdict"] == "fits" and found["context_tokens"] == 1024
    assert found["total_bytes"] == found["weights_bytes"] + found["kv_bytes"] + found["compute_bytes"]
    assert found["expected_tokens_per_second"] > 0 and told["machine"]["cpu_bandwidth"] > 0
    assert carrel("models", "fit", "other")[0] == 1


def test_a_chat_model_is_removed_with_its_folder(carrel: Carrel, home: Home) -> None:
    folder = home.models / "owner" / "tiny-GGUF"
    folder.mkdir(parents=True)
    write_tiny_gguf(folder / "tiny.gguf")
    assert carrel("models", "remove", "tiny") == (0, {"removed": "tiny"})
    assert not (home.models / "owner").exists()


def test_a_model_of_another_program_is_not_removed(carrel: Carrel, tmp_path: Path) -> None:
    folder = tmp_path / "person" / ".lmstudio" / "models"
    folder.mkdir(parents=True)
    write_tiny_gguf(folder / "theirs.gguf")
    code, told = carrel("models", "remove", "theirs")
    assert code == 1 and "does not delete" in told["error"]["hint"]
    assert (folder / "theirs.gguf").exists()


def test_a_chat_model_is_pulled_from_its_repository(
    carrel: Carrel, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    with serving(Hub("owner/tiny-GGUF", "c" * 40, {"tiny-Q4_0.gguf": data})) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        code, told = carrel("models", "pull", "owner/tiny-GGUF")
        assert (code, told["path"]) == (0, str(home.models / "owner" / "tiny-GGUF" / "tiny-Q4_0.gguf"))
        assert carrel("models", "pull", "owner/tiny-GGUF:Q5_K_M")[1]["error"]["hint"] == "It has: Q4_0."


def test_a_pulled_model_is_listed_used_and_removed_again(hub: None, carrel: Carrel, home: Home) -> None:
    assert carrel("models", "pull", "bge-reranker-base")[1]["folder"] == str(home.models / "bge-reranker-base")
    assert carrel("models", "list")[1]["models"][-1]["installed"] is True
    assert chosen_reranker(home, Settings()) == "bge-reranker-base"
    assert carrel("models", "remove", "bge-reranker-base") == (0, {"removed": "bge-reranker-base"})
    assert carrel("models", "list")[1]["models"][-1]["installed"] is False


def test_an_embedder_arrives_though_the_command_that_started_it_is_killed(
    carrel: Carrel, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, model = embedder_hub(tmp_path / "on the hub")
    served.hold = threading.Event()

    def told() -> dict[str, Any]:
        return {one["status"]: one for one in carrel("models", "list")[1]["models"] if one["name"] == model.name}

    with serving(served):
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        program = (
            "import sys; sys.path[:] = sys.argv[2:]; from assistant import cli;"
            "from knowledge.encoders import encoder_catalogue as catalogue;"
            "from knowledge.encoders.encoder_catalogue import EncoderModel, Instructions;"
            f"catalogue.ENCODER_CATALOGUE = (*catalogue.ENCODER_CATALOGUE[:1], {model!r});"
            f"cli.main(['models', 'pull', {model.name!r}, '--home', sys.argv[1]])"
        )
        command = subprocess.Popen([sys.executable, "-c", program, str(home.path), *sys.path], start_new_session=True)
        try:
            while not served.asked_for("model.safetensors"):
                time.sleep(0.02)
        finally:
            os.killpg(command.pid, signal.SIGKILL)
            command.wait()
        assert told()["downloading"]["kind"] == "embedder"
        served.hold.set()
        while "installed" not in told():
            time.sleep(0.1)
    opened = open_embedder(home, chosen(embedder=model.name), None)
    assert opened is not None
    opened.close()


def test_unfinished_download_is_removed_with_the_model(carrel: Carrel, home: Home) -> None:
    (home.models / "bge-m3").mkdir(parents=True)
    partial_folder(home.models, "bge-m3").mkdir()
    assert carrel("models", "remove", "bge-m3") == (0, {"removed": "bge-m3"})
    assert list(home.models.iterdir()) == []


@pytest.mark.parametrize("action", ["pull", "remove"])
def test_an_unknown_model_is_refused_with_the_nearest(carrel: Carrel, action: str) -> None:
    code, told = carrel("models", action, "bge-m4")
    assert code == 1
    assert "bge-m3" in told["error"]["hint"]


def test_a_model_that_is_not_there_cannot_be_removed(carrel: Carrel) -> None:
    assert carrel("models", "remove", "bge-m3")[0] == 1


def test_names_that_climb_out_of_the_folder_are_no_models(carrel: Carrel, home: Home) -> None:
    assert carrel("models", "remove", "../library")[0] == 1
    assert home.path.is_dir()


def test_the_embedder_of_the_settings_opens(home: Home) -> None:
    tiny_bert.write_model(home.models / "bge-small-en-v1.5")
    opened = open_embedder(home, chosen(embedder="bge-small-en-v1.5", precision="int8"), None)
    assert opened is not None
    assert opened.name == "bge-small-en-v1.5-int8"
    opened.close()


def test_the_embedder_of_an_index_opens_whatever_the_settings_say(home: Home) -> None:
    tiny_bert.write_model(home.models / "bge-small-en-v1.5")
    tiny_bert.write_json(home.models / "bge-small-en-v1.5" / AGREEMENT, {"agrees": True})
    opened = open_embedder(home, chosen(precision="int8"), "bge-small-en-v1.5")
    assert opened is not None
    assert opened.name == "bge-small-en-v1.5"
    opened.close()


@pytest.mark.logs("is not installed")
def test_default_embedder_replaces_a_missing_one(home: Home) -> None:
    tiny_bert.write_model(home.models / "multilingual-e5-small")
    opened = open_embedder(home, chosen(embedder="bge-m3"), None)
    assert opened is not None
    assert opened.name == "multilingual-e5-small-int8"
    opened.close()


@pytest.mark.logs("is not installed")
def test_no_reranker_is_no_failure(home: Home) -> None:
    assert open_reranker(home, Settings()) is None
    assert open_reranker(home, chosen(reranker="bge-reranker-base")) is None


def test_a_reranker_can_be_switched_off(home: Home) -> None:
    tiny_xlm_roberta.write_reranker(home.models / "bge-reranker-base")
    assert open_reranker(home, chosen(reranker="off")) is None
    opened = open_reranker(home, Settings())
    assert opened is not None
    opened.close()


@pytest.mark.logs("cannot be read")
def test_a_damaged_reranker_leaves_the_fused_order(home: Home) -> None:
    tiny_xlm_roberta.write_reranker(home.models / "bge-reranker-base")
    (home.models / "bge-reranker-base" / "model.safetensors").write_bytes(b"cut sho")
    assert open_reranker(home, Settings()) is None


def test_search_is_reranked_by_the_installed_reranker(home: Home, carrel: Carrel, notes: Path) -> None:
    tiny_bert.write_model(home.models / "multilingual-e5-small")
    tiny_xlm_roberta.write_reranker(home.models / "bge-reranker-base")
    carrel("index", str(notes))
    scores = [passage["rerank"] for passage in carrel("search", "What is the desk made of?")[1]["passages"]]
    assert None not in scores[:2]
    assert scores


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("embedder = 'bge-smal-en-v1.5'", "bge-small-en-v1.5"),
        ("reranker = 'bge-reranker-v2m3'", "bge-reranker-v2-m3"),
        ("reranker = 'of'", "off"),
        ("precision = 'int4'", "int8"),
    ],
)
def test_unknown_models_in_the_settings_are_named_with_the_nearest(home: Home, line: str, nearest: str) -> None:
    home.settings.write_text(f"[search]\n{line}\n")
    (problem,) = SettingsFile(home.settings).problems
    assert nearest in problem.hint


def test_doctor_shows_the_reranker_and_checks_its_files(home: Home) -> None:
    def reranker() -> tuple[bool, str]:
        (check,) = [check for check in run_checks(home) if check.name == "reranker"]
        return check.ok, check.detail

    assert reranker()[0] and "none" in reranker()[1]
    tiny_xlm_roberta.write_reranker(home.models / "bge-reranker-v2-m3")
    assert not reranker()[0] and "wrong" in reranker()[1]


def test_capacity_is_told_of_a_model_on_the_hub_that_nobody_downloads(
    carrel: Carrel, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    files = {"tiny-Q4_0.gguf": data, "tiny-Q8_0.gguf": data + bytes(1 << 20)}
    with serving(Hub("owner/tiny-GGUF", "c" * 40, files)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        chart = tmp_path / "users.svg"
        asked = ("models", "fit", "owner/tiny-GGUF:Q4_0", "--on", "2x A100-80", "--plot", str(chart))
        code, told = carrel(*asked, "--context", "1024")
    plan = told["capacity"]
    assert code == 0 and not home.models.joinpath("owner").exists()
    assert (plan["repository"], plan["context_tokens"], plan["machine"]["gpu"]["count"]) == ("owner/tiny-GGUF", 1024, 2)
    largest, chosen = plan["quantizations"]
    assert (largest["quantization"], largest["source"], chosen["source"]) == ("Q8_0", "hub", "file")
    assert chosen["users"] > 1 and chosen["users_a_day"] > 100 and chosen["longest_context"] == 2048
    assert plan["day"]["questions"] == 20
    assert "<svg" in chart.read_text("utf-8")


def test_capacity_of_what_is_not_there_is_refused(carrel: Carrel, tmp_path: Path) -> None:
    def refused(*arguments: str) -> str:
        code, told = carrel("models", "fit", *arguments)
        assert code == 1
        return f"{told['error']['title']} {told['error']['hint']}"

    assert "qwen3-8b" in refused("qwen3-8")
    assert "near" in refused("owner/model", "--on", "H10O").lower()
    assert ".svg" in refused("owner/model", "--plot", str(tmp_path / "users.png"))
    assert "named" in refused("--on", "16GB")
    assert "not a chat model" in refused("bge-reranker-base")
    assert "at least 1" in refused("--context", "0")


def test_a_hub_is_not_asked_offline(carrel: Carrel, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    SettingsFile(home.settings).save(Settings(network=NetworkSettings(offline=True)))
    code, told = carrel("models", "fit", "owner/model")
    assert code == 1 and "offline" in f"{told['error']['title']} {told['error']['hint']}".lower()
