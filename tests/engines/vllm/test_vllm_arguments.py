"""vLLM takes what memory is free, and says so when that is too little."""

import sys
from pathlib import Path

import pytest

from engines.engine_settings import VllmSettings
from engines.errors import EngineMissing, ModelUnreadable
from engines.models.machine import GpuMemory
from engines.safetensors_folder import SafetensorsFolder
from engines.vllm.engine import engine_arguments, free_share
from engines.vllm.runtime import vllm_library
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import vllm_installed

GIB = 1 << 30


@pytest.fixture
def folder(tmp_path: Path) -> SafetensorsFolder:
    return SafetensorsFolder(write_tiny_folder(tmp_path / "tiny", context=2048))


def gpu(free: float, total: float = 24) -> GpuMemory:
    return GpuMemory(free=round(free * GIB), total=round(total * GIB))


@pytest.mark.parametrize(
    ("free", "share"), [(24, 0.92), (19, 0.75), (1, 0.0), (0.5, 0.0)], ids=["idle", "in use", "reserve", "full"]
)
def test_share_is_the_free_memory_less_a_reserve(free: float, share: float) -> None:
    assert free_share(gpu(free)) == pytest.approx(share)


def test_share_is_that_of_the_fullest_gpu_it_is_spread_over(folder: SafetensorsFolder) -> None:
    arguments = engine_arguments(folder, VllmSettings(tensor_parallel_size=2), [gpu(24), gpu(13), gpu(2)])
    assert arguments["gpu_memory_utilization"] == pytest.approx(0.5)


def test_share_that_was_chosen_is_taken(folder: SafetensorsFolder) -> None:
    arguments = engine_arguments(folder, VllmSettings(gpu_memory_utilization=0.3), [gpu(2)])
    assert arguments["gpu_memory_utilization"] == 0.3


def test_full_gpu_is_reported_with_both_sizes(folder: SafetensorsFolder) -> None:
    with pytest.raises(ModelUnreadable) as refused:
        engine_arguments(folder, VllmSettings(), [gpu(0.9)])
    assert "0.0 GiB are free" in refused.value.hint


def test_compiles_only_on_a_gpu_unless_set(folder: SafetensorsFolder) -> None:
    def eager(settings: VllmSettings, *gpus: GpuMemory) -> bool:
        return bool(engine_arguments(folder, settings, gpus)["enforce_eager"])

    assert eager(VllmSettings())
    assert not eager(VllmSettings(), gpu(24))
    assert eager(VllmSettings(enforce_eager=True), gpu(24))


def test_code_of_the_model_is_never_run_and_pickles_never_read(folder: SafetensorsFolder) -> None:
    arguments = engine_arguments(folder, VllmSettings(), [])
    assert (arguments["trust_remote_code"], arguments["load_format"]) == (False, "safetensors")


def test_knobs_pass_through(folder: SafetensorsFolder) -> None:
    settings = VllmSettings(
        pipeline_parallel_size=2,
        distributed_executor_backend="ray",
        quantization="awq",
        kv_cache_dtype="fp8",
        cpu_offload_bytes=3 * GIB,
        kv_offload_bytes=2 * GIB,
        max_num_seqs=3,
    )
    arguments = engine_arguments(folder, settings, [gpu(24), gpu(24)])
    names = ("pipeline_parallel_size", "distributed_executor_backend", "quantization", "kv_cache_dtype")
    assert [arguments[name] for name in names] == [2, "ray", "awq", "fp8"]
    assert (arguments["cpu_offload_gb"], arguments["kv_offloading_size"], arguments["max_num_seqs"]) == (3, 2, 3)


def test_window_is_at_most_the_models_own(folder: SafetensorsFolder) -> None:
    assert engine_arguments(folder, VllmSettings(context_tokens=100_000), [])["max_model_len"] == 2048


def test_missing_vllm_is_reported_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    vllm_library.cache_clear()
    monkeypatch.setitem(sys.modules, "vllm.engine.arg_utils", None)
    with pytest.raises(EngineMissing) as missing:
        vllm_library()
    assert "pip install" in missing.value.hint


def test_drafting_is_off_unless_chosen(folder: SafetensorsFolder) -> None:
    arguments = engine_arguments(folder, VllmSettings(), [gpu(24)])
    assert arguments["speculative_config"] is None and "attention_backend" not in arguments


def test_drafting_attention_and_quantisation_are_passed_on(folder: SafetensorsFolder) -> None:
    settings = VllmSettings(
        speculative_method="ngram", num_speculative_tokens=5, attention_backend="FLASH_ATTN", quantization="fp8"
    )
    arguments = engine_arguments(folder, settings, [gpu(24)])
    wanted = {"method": "ngram", "num_speculative_tokens": 5, "prompt_lookup_max": 4}
    assert arguments["speculative_config"] == wanted
    assert (arguments["attention_backend"], arguments["quantization"]) == ("FLASH_ATTN", "fp8")
    drafted = engine_arguments(folder, VllmSettings(speculative_model="/models/small"), [gpu(24)])
    assert drafted["speculative_config"] == {"model": "/models/small", "num_speculative_tokens": 4}


@pytest.mark.vllm
@vllm_installed
@pytest.mark.timeout(120)
def test_vllm_knows_every_argument_that_is_passed(folder: SafetensorsFolder) -> None:
    settings = VllmSettings(speculative_method="ngram", attention_backend="FLASH_ATTN", quantization="fp8")
    vllm_library().AsyncEngineArgs(**engine_arguments(folder, settings, [gpu(24)]))
