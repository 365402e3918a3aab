"""Settings for one answer or for many, and what is said where memory runs out."""

import pytest

from engines.engine_settings import LlamaSettings, VllmSettings, favouring
from engines.vllm.core import loading_hint


def test_for_latency_settings_stay_as_they_are() -> None:
    llama, vllm = LlamaSettings(), VllmSettings(max_num_seqs=3)
    assert favouring("latency", llama, vllm) == (llama, vllm)


def test_for_throughput_more_answer_at_once_and_nobody_drafts() -> None:
    llama, vllm = favouring("throughput", LlamaSettings(), VllmSettings())
    assert llama.parallel_chats > LlamaSettings().parallel_chats and not llama.drafting
    assert vllm.max_num_seqs > VllmSettings().max_num_seqs
    assert vllm.max_num_batched_tokens > VllmSettings().max_num_batched_tokens


def test_what_the_person_has_set_stays_for_throughput() -> None:
    _, vllm = favouring("throughput", LlamaSettings(), VllmSettings(max_num_seqs=3))
    assert vllm.max_num_seqs == 3 and vllm.max_num_batched_tokens == 8192


@pytest.mark.parametrize(
    "told",
    [
        "CUDA out of memory. Tried to allocate 2.00 GiB.\nmore",
        "Free memory on device (3.1/80 GiB) on startup is less than desired GPU memory utilization (0.95, 76 GiB).",
        "No available memory for the cache blocks. Try increasing `gpu_memory_utilization`.",
        "To serve at least one request, 4.0 GiB KV cache is needed, which is larger than the available KV cache memory",
    ],
)
def test_where_memory_runs_out_the_hint_says_what_to_set_lower(told: str) -> None:
    hint = loading_hint(told)
    assert "gpu_memory_utilization 0.85" in hint and "context_tokens" in hint
    assert told.splitlines()[0] in hint and "more" not in hint


def test_another_failure_is_told_as_vllm_says_it() -> None:
    assert loading_hint("Unknown architecture\ntrace") == "vLLM cannot load it: Unknown architecture"
