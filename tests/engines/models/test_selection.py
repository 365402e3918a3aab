"""Which files of a repository are brought."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engines.errors import QuantizationUnknown, RepositoryUnusable
from engines.models.hub_choice import select
from engines.models.machine import Machine
from engines.models.model_catalogue import (
    MODEL_CATALOGUE,
    CatalogueModel,
    closest_name,
    estimate_fit,
    find_in_catalogue,
    recommended_model,
    suitable_models,
)
from network.downloads import RemoteFile, Repository
from tests.engines.models.machines import GB, LAPTOP


def machine(memory_gb: int) -> Machine:
    memory = memory_gb * GB
    return replace(LAPTOP, memory_bytes=memory, available_bytes=memory, cpu_bandwidth=None)


def repository(**sizes: int) -> Repository:
    files = [RemoteFile(name, f"http://hub/{name}", size, "a" * 64) for name, size in sizes.items()]
    return Repository("owner/model", "c" * 40, tuple(files))


def speed(model: CatalogueModel | None, here: Machine) -> float:
    """Tokens per second that are expected of a model."""
    assert model
    expected = estimate_fit(model, here).tokens_per_second
    assert expected is not None
    return expected


EIGHT_BILLION = {
    "README.md": 1000,
    "imatrix.gguf": 4_000_000,
    "mmproj-model-F16.gguf": GB,
    "model-Q8_0.gguf": 8_540_000_000,
    "model-Q4_K_M.gguf": 4_920_000_000,
    "model-q4_0.gguf": 4_660_000_000,
    "model-Q2_K.gguf": 3_180_000_000,
}


def names(files: Sequence[RemoteFile]) -> list[str]:
    return [file.name for file in files]


@pytest.mark.parametrize(("memory", "chosen"), [(64, "Q4_K_M"), (16, "Q4_K_M"), (8, "Q4_0"), (6, "Q2_K"), (1, "Q2_K")])
def test_the_quantisation_follows_the_machine(memory: int, chosen: str) -> None:
    papers, weights = names(select(repository(**EIGHT_BILLION), None, machine(memory)))
    assert papers == "README.md" and weights.upper() == f"MODEL-{chosen}.GGUF"


def test_a_wish_is_followed_in_any_case_of_letters() -> None:
    assert names(select(repository(**EIGHT_BILLION), "q8_0", machine(8))) == ["README.md", "model-Q8_0.gguf"]


def test_a_quantisation_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(QuantizationUnknown) as refused:
        select(repository(**EIGHT_BILLION), "Q5_K_M", machine(8))
    assert "Q4_K_M" in refused.value.hint


def test_parts_are_brought_together() -> None:
    parts = {f"Q4_K_M/model-Q4_K_M-{n:05}-of-00002.gguf": GB for n in (1, 2)}
    assert names(select(repository(**parts), None, machine(8))) == list(parts)


def test_of_safetensors_all_is_brought_but_code_pickles_and_copies() -> None:
    wanted = ["config.json", "tokenizer.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    others = ["modeling.py", "pytorch_model.bin", "consolidated.safetensors", "onnx/model.safetensors"]
    files = select(repository(**{name: 10 + n for n, name in enumerate([*wanted, *others])}), None, machine(8))
    assert names(files) == wanted


def test_a_repository_of_pickles_is_refused() -> None:
    with pytest.raises(RepositoryUnusable, match="has no model"):
        select(repository(**{"pytorch_model.bin": GB}), None, machine(8))


def test_the_list_has_something_for_every_class_of_memory() -> None:
    assert [len(suitable_models(machine(memory))) > 0 for memory in (2, 4, 8, 16, 24, 48, 80)] == [False] + [True] * 6
    for memory in (4, 8, 16, 24, 48, 80):
        assert suitable_models(machine(memory))[0].memory_gb <= memory
        assert suitable_models(machine(memory))[0].size < 0.8 * memory * GB


def test_models_of_the_list_are_found_by_name() -> None:
    assert len({model.name for model in MODEL_CATALOGUE}) == len(MODEL_CATALOGUE)
    assert find_in_catalogue("QWEN3-4B") and not find_in_catalogue("qwen")
    assert closest_name("qwen3-4") == "qwen3-4b"


def test_of_what_fits_the_largest_that_writes_fluently_is_recommended() -> None:
    slow, fast = replace(machine(48), cpu_bandwidth=40e9), replace(machine(48), cpu_bandwidth=4e12)
    best, modest = recommended_model(fast), recommended_model(slow)
    assert best == suitable_models(fast)[0]
    assert best and modest and modest.size < best.size
    assert speed(modest, slow) >= 20
    assert recommended_model(machine(2)) is None


def test_where_nothing_is_fluent_the_fastest_is_recommended() -> None:
    crawling = replace(machine(48), cpu_bandwidth=1e9)
    speeds = [speed(model, crawling) for model in suitable_models(crawling)]
    assert speed(recommended_model(crawling), crawling) == max(speeds)


def test_a_mixture_of_experts_is_expected_to_be_as_fast_as_what_it_reads() -> None:
    here = replace(machine(48), cpu_bandwidth=40e9)
    mixture, dense = find_in_catalogue("qwen3-30b-a3b"), find_in_catalogue("qwen3-32b")
    assert speed(mixture, here) > 5 * speed(dense, here)


def test_what_a_machine_has_too_little_memory_for_is_tight_or_too_large() -> None:
    model = find_in_catalogue("qwen3-8b")
    assert model
    verdicts = [estimate_fit(model, machine(memory)).verdict for memory in (4, 8, 16)]
    assert verdicts == ["too large", "tight", "fits"]
