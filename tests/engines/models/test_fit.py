"""Estimated memory against llama.cpp's own numbers, and verdicts on made-up machines."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engines.models.card import KvCache, LayerCache, ModelCard
from engines.models.fit import fit_model, longest_window, memory_verdict
from engines.models.machine import Gpu
from engines.models.memory import RunConfig, compute_bytes, plan_offload
from engines.models.scan import read_card
from tests.engines.models.machines import GB, LAPTOP
from tests.engines.models.shaped_gguf import write_shaped_gguf
from tests.models.tiny_mamba import write_tiny_mamba
from tests.models.tiny_memory_kinds import write_tiny_hybrid, write_tiny_window

_GPU = Gpu("a GPU", 80 * GB, 78 * GB)
WORKSTATION = replace(LAPTOP, gpus=(_GPU,), llama_gpus=(_GPU,), gpu_bandwidth=2000.0 * GB)
EIGHT_BILLION = ModelCard(  # Llama-3.1-8B in Q4_K_M, from its published config.json
    path=Path("llama.gguf"),
    files=(Path("llama.gguf"),),
    format="gguf",
    name="Llama 3.1 8B",
    architecture="llama",
    weights_bytes=4_920_000_000,
    active_bytes=4_600_000_000,
    parameters=8_030_000_000,
    quantization="Q4_K_M",
    context_tokens=131_072,
    cache=KvCache((LayerCache(2 * 8 * 128),) * 32),
    vocabulary=128_256,
    width=4096,
    heads=32,
    feed_forward=14_336,
    has_template=True,
    licence="llama3.1",
)


LAYERED = replace(EIGHT_BILLION, layer_bytes=(131_000_000,) * 32, output_bytes=430_000_000)


@pytest.fixture(scope="module")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("shaped")
    return {
        "llama": write_shaped_gguf(folder / "llama.gguf"),
        "gemma3": write_shaped_gguf(folder / "gemma3.gguf", "gemma3", window=512),
    }


@pytest.mark.engine
@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
@pytest.mark.parametrize("context_tokens", [512, 3000, 16_384])
@pytest.mark.parametrize(("batch_tokens", "flash_attention"), [(64, False), (128, False), (128, True), (512, False)])
def test_the_sizes_are_those_that_llama_reports(
    shaped: dict[str, Path], architecture: str, context_tokens: int, batch_tokens: int, flash_attention: bool
) -> None:
    from engines.engine_settings import LlamaSettings
    from engines.llama.bindings import llama_library
    from engines.llama.engine import LlamaEngine

    plan = RunConfig(context_tokens=context_tokens, batch_tokens=batch_tokens, flash_attention=flash_attention)
    settings = LlamaSettings(
        context_tokens=context_tokens, batch_tokens=batch_tokens, flash_attention=flash_attention, kv_type="f16"
    )
    engine = LlamaEngine(shaped[architecture], settings)
    reported = engine.memory()
    engine.close()
    card, fits = read_card(shaped[architecture]), fit_model(read_card(shaped[architecture]), LAPTOP, plan)
    assert card.weights_bytes == reported["weights"]
    assert fits.kv_bytes == pytest.approx(reported["kv"], rel=0.02)  # it reports MiB to two places
    is_pinned = llama_library().file.package.startswith("llama-cpp-python")  # a later one takes up to 1 MB more
    assert fits.compute_bytes == pytest.approx(reported["compute"], rel=0.10, abs=0 if is_pinned else 1 << 20)


@pytest.mark.engine
@pytest.mark.parametrize("write", [write_tiny_window, write_tiny_hybrid, write_tiny_mamba])
@pytest.mark.parametrize("context_tokens", [500, 2048])
def test_sliding_and_recurrent_memory_is_what_llama_reports(
    tmp_path: Path, write: Callable[..., Path], context_tokens: int
) -> None:
    from engines.engine_settings import LlamaSettings
    from engines.llama.engine import LlamaEngine

    model = write(tmp_path / "model.gguf")
    engine = LlamaEngine(model, LlamaSettings(context_tokens=context_tokens))
    reported = engine.memory()
    engine.close()
    found = fit_model(read_card(model), LAPTOP, RunConfig(context_tokens=context_tokens))
    mebibytes_to_two_places = 0.005 * (1 << 20)
    assert found.kv_bytes == pytest.approx(reported["kv"], abs=2 * mebibytes_to_two_places)


def test_the_cache_of_known_models_is_what_is_published() -> None:
    assert EIGHT_BILLION.cache.growth(1) == 128 << 10  # research on llama.cpp: 128 KiB a token
    small = replace(EIGHT_BILLION, cache=KvCache((LayerCache(2 * 8 * 64),) * 16))
    assert small.cache.growth(1) == 32 << 10  # Llama-3.2-1B
    assert small.cache.growth(1, "q8_0") == pytest.approx(0.53 * (32 << 10), rel=0.01)


def test_a_total_is_the_sum_of_its_parts() -> None:
    found = fit_model(EIGHT_BILLION, LAPTOP, RunConfig(context_tokens=8192))
    assert found.total_bytes == found.weights_bytes + found.kv_bytes + found.compute_bytes
    assert found.kv_bytes == (8192 + 512) * (128 << 10)
    assert found.kv_bytes_per_1k_tokens == 1000 * (128 << 10)


def test_the_window_is_no_longer_than_the_model_was_trained_for() -> None:
    assert fit_model(replace(EIGHT_BILLION, context_tokens=2048), LAPTOP, RunConfig()).context_tokens == 2048


def test_speed_follows_bandwidth_and_bytes_read() -> None:
    once = fit_model(EIGHT_BILLION, LAPTOP, RunConfig()).expected_tokens_per_second
    twice = fit_model(EIGHT_BILLION, replace(LAPTOP, cpu_bandwidth=80.0 * GB), RunConfig()).expected_tokens_per_second
    assert once and twice == pytest.approx(2 * once)
    assert once < 40 / 4.6  # more than memory delivers it cannot be
    assert fit_model(EIGHT_BILLION, replace(LAPTOP, cpu_bandwidth=None), RunConfig()).expected_tokens_per_second is None


def test_it_runs_on_the_gpu_where_it_has_room() -> None:
    assert fit_model(EIGHT_BILLION, WORKSTATION, RunConfig()).device == "gpu"
    assert fit_model(EIGHT_BILLION, WORKSTATION, RunConfig()).expected_tokens_per_second == pytest.approx(
        0.65 * 2000 / 4.6
    )


def test_a_gguf_model_does_not_run_on_a_gpu_that_llama_cannot_use() -> None:
    assert fit_model(EIGHT_BILLION, replace(WORKSTATION, llama_gpus=()), RunConfig()).device == "cpu"
    folder = replace(EIGHT_BILLION, format="safetensors")
    assert fit_model(folder, replace(WORKSTATION, llama_gpus=()), RunConfig()).device == "gpu"


def test_so_many_layers_as_have_room_run_on_a_small_gpu() -> None:
    small = replace(WORKSTATION, llama_gpus=(Gpu("a small GPU", 4 * GB, 4 * GB),))
    found = fit_model(LAYERED, small, RunConfig())
    assert found.device == "gpu and cpu" and found.offload and 5 < found.offload.layers < 33
    room, layer = 4 * GB - (1 << 30), LAYERED.layer_bytes[0] + (8704 << 12)
    assert found.offload.gpu_bytes[0] <= room < found.offload.gpu_bytes[0] + layer
    whole, none = (fit_model(LAYERED, machine, RunConfig()) for machine in (WORKSTATION, LAPTOP))
    speeds = [one.expected_tokens_per_second or 0 for one in (none, found, whole)]
    assert speeds == sorted(speeds) and speeds[0] < speeds[1] < speeds[2]


def test_two_gpus_share_the_layers_by_their_room() -> None:
    twice = plan_offload(LAYERED, 8192, RunConfig(), (6 * GB, 3 * GB))
    assert twice.layers == twice.of_layers == 33
    assert twice.gpu_bytes[0] == pytest.approx(2 * twice.gpu_bytes[1], rel=0.15)
    even = plan_offload(LAYERED, 8192, RunConfig(), (6 * GB, 6 * GB), split=(1.0, 1.0))
    assert even.gpu_bytes[0] == pytest.approx(even.gpu_bytes[1], rel=0.15)
    assert twice.total_bytes == pytest.approx(even.total_bytes, rel=0.01)


def test_a_folder_is_on_the_gpu_whole_or_not_at_all() -> None:
    small = replace(WORKSTATION, gpus=(Gpu("a small GPU", 4 * GB, 4 * GB),))
    assert fit_model(replace(LAYERED, format="safetensors"), small, RunConfig()).device == "cpu"


@pytest.mark.parametrize(
    ("total", "available", "verdict"),
    [(11, 12, "fits"), (11, 8, "tight"), (12, 15, "tight"), (14, 12, "tight"), (15, 16, "too large")],
)
def test_the_judgement_leaves_room_for_other_programs(total: int, available: int, verdict: str) -> None:
    assert memory_verdict(total * GB, replace(LAPTOP, available_bytes=available * GB)) == verdict


def test_a_tight_model_is_offered_the_longest_window_that_fits() -> None:
    machine = replace(LAPTOP, memory_bytes=16 * GB, available_bytes=7 * GB)
    plan = RunConfig(context_tokens=65_536)
    window = longest_window(EIGHT_BILLION, machine, plan)
    assert 1024 <= window < 65_536
    assert f"{window:,} tokens" in fit_model(EIGHT_BILLION, machine, plan).advice
    for tokens, verdict in ((window, "fits"), (window + 1024, "tight")):
        assert fit_model(EIGHT_BILLION, machine, replace(plan, context_tokens=tokens)).verdict == verdict


def test_a_model_that_cannot_fit_at_all_says_so() -> None:
    small = replace(LAPTOP, memory_bytes=4 * GB, available_bytes=3 * GB)
    found = fit_model(EIGHT_BILLION, small, RunConfig())
    assert (found.verdict, longest_window(EIGHT_BILLION, small, RunConfig())) == ("too large", 0)
    assert "smaller" in found.advice


def test_flash_attention_needs_no_scores() -> None:
    plain, flash = RunConfig(batch_tokens=512), RunConfig(batch_tokens=512, flash_attention=True)
    assert compute_bytes(EIGHT_BILLION, 65_536, flash) < compute_bytes(EIGHT_BILLION, 65_536, plain)
