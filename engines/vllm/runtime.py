"""Loads vLLM once, when the first model is opened with it, and gives it a folder for its temporary files."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any

from engines.errors import EngineMissing
from engines.safetensors_folder import environment, offline

_ENVIRONMENT = {
    # Not forked: a fork of the window's process would copy its locks.
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
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        with offline():
            from vllm.engine.arg_utils import AsyncEngineArgs
            from vllm.exceptions import VLLMClientError
            from vllm.inputs.engine import tokens_input
            from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams
            from vllm.v1.engine.async_llm import AsyncLLM
            from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError
    except ImportError as error:
        hint = (
            "Install it with `pip install 'carrel-desktop[workstation]'`, or choose a GGUF model, which llama.cpp runs."
        )
        raise EngineMissing("vLLM is not installed", hint) from error
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


def keep_to_this_machine() -> None:
    """Let vLLM's processes listen on this machine's loopback only. Call it before an engine is started."""
    for name, value in _LOOPBACK.items():
        os.environ.setdefault(name, value)


_CORE = "EngineCore"  # how vLLM's processes are named
_LONGEST_PARENT = 40  # characters: the path of a socket has at most 107, of which its name and the folder's take 66


class Scratch:
    """A temporary folder of one engine: vLLM leaves its sockets and files behind, three at each start."""

    def __init__(self) -> None:
        usual = gettempdir()
        parent = usual if len(usual) <= _LONGEST_PARENT else "/tmp"
        self.path = Path(mkdtemp(prefix=f"carrel-vllm-{os.getpid()}-", dir=parent))
        self._others = frozenset(multiprocessing.active_children())

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let processes that are started within the block put their temporary files into the folder."""
        with environment({"TMPDIR": str(self.path), "VLLM_RPC_BASE_PATH": str(self.path)}):
            yield

    def kill(self) -> None:
        """End the engine's processes at once. An engine that started after this one ends too, and is restarted."""
        for child in frozenset(multiprocessing.active_children()) - self._others:
            if child.name.startswith(_CORE):
                child.kill()
                child.join()

    def remove(self) -> None:
        """Delete the folder. Any number of times."""
        shutil.rmtree(self.path, ignore_errors=True)
