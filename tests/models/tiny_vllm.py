"""What the tests of vLLM and transformers share: whether they are here, and where vLLM computes."""

from importlib.util import find_spec

import pytest

from engines.vllm.engine import VllmEngine


def is_installed(name: str) -> bool:
    """Whether the library is here; a mere folder of its name, as of tests, has no origin."""
    return getattr(find_spec(name), "origin", None) is not None


_REASON = "not installed: `make test-vllm`"
vllm_installed = pytest.mark.skipif(not is_installed("vllm"), reason=_REASON)
transformers_installed = pytest.mark.skipif(not is_installed("transformers"), reason=_REASON)


def core_process(engine: VllmEngine) -> int:
    """The id of the child process in which the engine computes."""
    (process,) = engine._core._engine.engine_core.resources.engine_manager.processes
    return int(process.pid)
