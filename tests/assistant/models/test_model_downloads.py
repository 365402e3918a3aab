"""What can be downloaded, as the window and the command line see it."""

from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.model_downloads import begin, brought_model, go_on, listed_models, wanted_model
from engines.models.download import DownloadUnknown, Wanted
from engines.models.machine import Machine
from engines.models.model_catalogue import CATALOGUE, find_in_catalogue
from errors import AppError
from network.connections import Connections

GB = 10**9


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def machine(memory_gb: int, bandwidth: float | None = None) -> Machine:
    memory = memory_gb * GB
    return Machine(cpu="c", cores=4, memory_bytes=memory, available_bytes=memory, cpu_bandwidth=bandwidth)


def test_the_recommended_model_comes_first_and_what_is_too_large_last(home: Home) -> None:
    models = listed_models(home, machine(16, 40e9))
    assert [one.recommended for one in models] == [True] + [False] * (len(CATALOGUE) - 1)
    verdicts = [one.expectation.verdict for one in models]
    assert verdicts == sorted(verdicts, key=["fits", "tight", "too large"].index)


def test_a_model_that_was_brought_is_known_by_its_file(home: Home) -> None:
    model = find_in_catalogue("qwen3-4b")
    assert model is not None and brought_model(home, model) is None
    path = home.models / "Qwen" / "Qwen3-4B-GGUF" / "Qwen3-4B-Q4_K_M.gguf"
    path.parent.mkdir(parents=True)
    path.touch()
    (path.parent / "Qwen3-4B-Q8_0.gguf").touch()
    assert brought_model(home, model) == path
    assert [one.path for one in listed_models(home, machine(16)) if one.path] == [path]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Qwen3-4B", Wanted(repository="Qwen/Qwen3-4B-GGUF", quantization="Q4_K_M")),
        ("owner/model", Wanted(repository="owner/model")),
        ("owner/model:Q5_0", Wanted(repository="owner/model", quantization="Q5_0")),
        ("model", None),
        ("../model", None),
        ("a/b/c", None),
        ("", None),
    ],
)
def test_a_model_is_meant_by_its_name_in_the_list_or_on_the_hub(name: str, wanted: Wanted | None) -> None:
    assert wanted_model(name) == wanted


def test_where_nothing_can_be_kept_nothing_is_begun(home: Home) -> None:
    home.models.write_text("a file in the way")
    with pytest.raises(AppError, match="Models cannot be kept"):
        begin(home, Wanted(repository="owner/model"), Connections(home.connection_log))


def test_only_what_was_begun_goes_on(home: Home) -> None:
    with pytest.raises(DownloadUnknown):
        go_on(home, "owner--model", Connections(home.connection_log))
