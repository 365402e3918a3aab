"""Each model goes to the engine that reads it, and to a GPU only where it fits."""

from dataclasses import replace

import pytest

from engines.opening import EngineConditions, choose_engine

GIB = 1 << 30
FITS = EngineConditions(is_folder=True, weights_bytes=10 * GIB, gpu_free_bytes=(12 * GIB,), vllm_installed=True)


def test_gguf_is_for_llama_cpp_whatever_else_is_here() -> None:
    assert choose_engine(replace(FITS, is_folder=False)) == "llama.cpp"


def test_folder_that_fits_on_a_gpu_is_for_vllm() -> None:
    assert choose_engine(FITS) == "vLLM"


@pytest.mark.parametrize(
    "otherwise",
    [
        replace(FITS, vllm_installed=False),
        replace(FITS, gpu_free_bytes=()),
        replace(FITS, gpu_free_bytes=(11 * GIB,)),
        replace(FITS, gpus_shared=2),
        replace(FITS, gpu_free_bytes=(24 * GIB, 3 * GIB), gpus_shared=2),
        replace(FITS, quantize=True),
    ],
    ids=["not installed", "no GPU", "no room", "too few GPUs", "one of them full", "quantised while loading"],
)
def test_any_other_folder_is_for_transformers(otherwise: EngineConditions) -> None:
    assert choose_engine(otherwise) == "transformers"


def test_gpus_share_a_model_that_none_of_them_holds() -> None:
    assert choose_engine(replace(FITS, gpu_free_bytes=(7 * GIB, 6 * GIB), gpus_shared=2)) == "vLLM"
