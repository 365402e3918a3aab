"""What the tests of vLLM share: whether it is here, and where it computes."""

from importlib.util import find_spec

import pytest

from engines.vllm.engine import VllmEngine

# A namespace that is only a folder of this name has no origin.
_HERE = getattr(find_spec("vllm"), "origin", None) is not None
vllm_installed = pytest.mark.skipif(not _HERE, reason="vLLM is not installed: `make test-vllm`")


def core_process(engine: VllmEngine) -> int:
    """The id of the child process in which the engine computes."""
    (process,) = engine._core._engine.engine_core.resources.engine_manager.processes
    return int(process.pid)
