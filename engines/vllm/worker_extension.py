"""What Carrel asks of vLLM's workers. vLLM mixes this class into them, in their own processes."""

import os
import shutil
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

_LOOK_SECONDS = 1.0


class CarrelWorker:
    """Adds to a worker what Carrel asks of it."""

    model_runner: Any

    def carrel_end_with(self, process: int, scratch: str) -> None:
        """End when the process of this id has ended, and delete the folder `scratch`.

        Else vLLM would go on after a crash of Carrel, and keep the GPU's memory.
        """
        Thread(target=_end_with, args=(process, scratch), name="carrel-end", daemon=True).start()

    def carrel_memory(self) -> dict[str, int]:
        """Bytes by owner on this worker: of its parameters, of its KV blocks, and of what else it holds on a GPU."""
        import torch

        weights = sum(weight.numel() * weight.element_size() for weight in self.model_runner.model.parameters())
        kv = sum(
            {block.untyped_storage().data_ptr(): block.untyped_storage().nbytes() for block in self._blocks()}.values()
        )
        reserved = torch.cuda.memory_reserved() if torch.cuda.is_available() else 0
        return {"weights": weights, "kv": kv, "compute": max(0, reserved - weights - kv)}

    def _blocks(self) -> list[Any]:
        """The KV tensors, some of which may share their memory."""
        held: list[Any] = []
        for layer in self.model_runner.kv_caches:
            held.extend(layer if isinstance(layer, list | tuple) else [layer])
        return held


def _end_with(process: int, scratch: str) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess):
        watched = psutil.Process(process)
        while watched.is_running() and watched.status() != psutil.STATUS_ZOMBIE:  # nobody may have asked how it ended
            sleep(_LOOK_SECONDS)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)
