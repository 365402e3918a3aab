"""Whatever a test of vLLM starts has ended with its module."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import psutil
import pytest


@pytest.fixture(scope="module", autouse=True)
def nothing_left() -> Iterator[None]:
    """Kills the processes that a module leaves behind, deletes nothing, and tells of both."""
    yield
    left = [
        child for child in psutil.Process().children(recursive=True) if "resource_tracker" not in str(child.cmdline())
    ]
    names = [child.name() for child in left]
    for child in left:
        child.kill()
    assert not names
    assert not list(Path(gettempdir()).glob("carrel-vllm-*"))
