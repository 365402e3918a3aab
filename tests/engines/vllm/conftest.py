"""Whatever a test of vLLM starts has ended with its module."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import psutil
import pytest

END_SECONDS = 20  # a killed process gives its memory back first


@pytest.fixture(scope="module", autouse=True)
def nothing_left() -> Iterator[None]:
    """Fails where a module leaves processes or folders behind; the processes are killed."""
    yield
    _, left = psutil.wait_procs(started(), END_SECONDS)
    names = [process.name() for process in left]
    for process in left:
        process.kill()
    assert not names
    assert not list(Path(gettempdir()).glob(f"carrel-vllm-{os.getpid()}-*"))


def started() -> list[psutil.Process]:
    """The processes below this one, less Python's own, which ends with it."""
    children = psutil.Process().children(recursive=True)
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "resource_tracker" not in " ".join(child.cmdline())]
