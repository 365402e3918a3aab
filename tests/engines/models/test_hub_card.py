"""Cards of models on a hub of this machine, from their headers alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import ModelUnreadable, QuantizationUnknown
from engines.models.hub_card import HubCard, QuantizationSize, quantized, read_hub_card
from engines.models.scan import read_card
from errors import AppError
from network import Connections, DownloadFailed, open_hub
from tests.engines.models.machines import LAPTOP
from tests.engines.models.shaped_gguf import write_shaped_gguf
from tests.hub_server import Hub, serving
from tests.models.tiny_safetensors import write_folder

Read = Callable[..., HubCard]
_MIB = 1 << 20


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Hub], AbstractContextManager[Read]]:
    """Serves a repository; within the block, a function reads its card."""

    @contextmanager
    def served(hub: Hub) -> Iterator[Read]:
        def read(quantization: str | None = None) -> HubCard:
            connections = Connections(tmp_path / "connections.jsonl", lambda: False)
            with open_hub(hub.repository, connections) as reader:
                return read_hub_card(reader, quantization, LAPTOP)

        with serving(hub):
            monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
            yield read

    return served


@pytest.fixture(scope="module")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A GGUF file with a header of 0.4 MB and weights behind it."""
    return write_shaped_gguf(tmp_path_factory.mktemp("shaped") / "shaped.gguf").read_bytes()


def test_a_gguf_model_is_read_by_its_header_alone(
    tmp_path: Path, shaped: bytes, reading: Callable[[Hub], AbstractContextManager[Read]]
) -> None:
    weights = 64 * _MIB
    hub = Hub("owner/shaped-GGUF", "a" * 40, {"shaped-F16.gguf": shaped, "shaped-Q8_0.gguf": b"x" * weights})
    (tmp_path / "here.gguf").write_bytes(shaped)
    here = read_card(tmp_path / "here.gguf")
    with reading(hub) as read:
        found = read("F16")
    assert found.card == replace(here, path=found.card.path, files=(), name=found.card.name)
    assert found.card.layer_bytes and sum(found.card.layer_bytes) < found.card.weights_bytes
    header = len(shaped) - here.weights_bytes
    assert header <= found.read_bytes <= max(2 * header, _MIB) < len(shaped)
    sizes = {one.name: (one.weights_bytes, one.source) for one in found.sizes}
    assert sizes == {"F16": (here.weights_bytes, "file"), "Q8_0": (weights - header, "hub")}
    assert all(asked[2] for asked in hub.asked_for("shaped-F16.gguf")) and not hub.asked_for("shaped-Q8_0.gguf")


@pytest.mark.parametrize("shards", [1, 3])
def test_a_folder_is_read_by_its_config_and_the_headers_of_its_parts(
    tmp_path: Path, shards: int, reading: Callable[[Hub], AbstractContextManager[Read]]
) -> None:
    tensors = {f"model.layers.{layer}.mlp.up_proj.weight": ("BF16", [1024, 1024]) for layer in range(3)}
    folder = write_folder(tmp_path / "tiny", shards=shards, tensors=tensors)
    here = read_card(folder)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with reading(Hub("owner/tiny", "b" * 40, files)) as read:
        found = read()
    assert found.card == replace(here, path=found.card.path, files=())
    assert found.read_bytes < sum(map(len, files.values())) / 10
    assert {one.source for one in found.sizes} == {"file", "calculated"}
    bytes_of = {one.name: one.weights_bytes for one in found.sizes}
    assert bytes_of["BF16"] == here.weights_bytes
    assert bytes_of["Q4_K_M"] == pytest.approx(here.parameters * 4.89 / 8, rel=0.01)


def test_nothing_is_read_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    connections = Connections(tmp_path / "connections.jsonl", lambda: True)
    with pytest.raises(AppError, match="offline"), open_hub("owner/model", connections):
        pass


def test_a_hub_that_sends_whole_files_is_cut_off(
    shaped: bytes, reading: Callable[[Hub], AbstractContextManager[Read]]
) -> None:
    hub = Hub("owner/shaped-GGUF", "a" * 40, {"shaped-F16.gguf": shaped}, ignores_ranges=True)
    with reading(hub) as read, pytest.raises(DownloadFailed, match="does not send parts"):
        read("F16")


@pytest.mark.parametrize(("content", "said"), [(b"no model" * 4096, "not a GGUF"), (b"GGUF\3" + bytes(9), "damaged")])
def test_a_damaged_header_is_told(
    content: bytes, said: str, reading: Callable[[Hub], AbstractContextManager[Read]]
) -> None:
    with reading(Hub("owner/bad", "a" * 40, {"bad-Q4_0.gguf": content})) as read:
        with pytest.raises(ModelUnreadable) as refused:
            read()
        assert said in f"{refused.value.title} {refused.value.hint}"


def test_an_unknown_quantisation_names_those_there_are(
    shaped: bytes, reading: Callable[[Hub], AbstractContextManager[Read]]
) -> None:
    with reading(Hub("owner/shaped", "a" * 40, {"shaped-F16.gguf": shaped})) as read:
        with pytest.raises(QuantizationUnknown) as refused:
            read("Q4_K_M")
        assert "F16" in refused.value.hint


def test_another_quantisation_has_all_parts_in_proportion(tmp_path: Path, shaped: bytes) -> None:
    (tmp_path / "shaped.gguf").write_bytes(shaped)
    card = read_card(tmp_path / "shaped.gguf")
    half = quantized(card, QuantizationSize(name="Q8_0", weights_bytes=card.weights_bytes // 2, source="hub"))
    assert half.weights_bytes == card.weights_bytes // 2 and half.cache == card.cache
    assert half.active_bytes == pytest.approx(card.active_bytes / 2, abs=1)
    assert sum(half.layer_bytes) == pytest.approx(sum(card.layer_bytes) / 2, abs=len(card.layer_bytes))
