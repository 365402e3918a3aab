"""The temporary folder of one vLLM engine, and the processes that a start which hangs leaves behind."""

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from engines.environment import environment

_CORE = "EngineCore"  # how vLLM's processes are named
_LONGEST_PARENT = 40  # characters: the path of a socket has at most 107, of which its name and the folder's take 66


class Scratch:
    """A folder of an engine's own: vLLM leaves its sockets and files behind, three at each start."""

    def __init__(self) -> None:
        usual = gettempdir()
        parent = usual if len(usual) <= _LONGEST_PARENT else "/tmp"
        self.path = Path(mkdtemp(prefix=f"carrel-vllm-{os.getpid()}-", dir=parent))
        self._others = frozenset(multiprocessing.active_children())

    @contextmanager
    def used(self) -> Iterator[None]:
        """What is started within the block keeps its temporary files in the folder."""
        with environment({"TMPDIR": str(self.path), "VLLM_RPC_BASE_PATH": str(self.path)}):
            yield

    def kill(self) -> None:
        """End the engine's processes at once. One that was begun after it ends too, and is started again."""
        for child in frozenset(multiprocessing.active_children()) - self._others:
            if child.name.startswith(_CORE):
                child.kill()
                child.join()

    def remove(self) -> None:
        """Delete the folder. Any number of times."""
        shutil.rmtree(self.path, ignore_errors=True)
