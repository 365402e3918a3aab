"""The class that vLLM mixes into its workers, in their own processes, by its dotted name: keep the file light."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

import psutil

_LOOK_SECONDS = 1.0


class CarrelWorker:
    """Methods that Carrel calls on vLLM's workers."""

    model_runner: Any

    def carrel_end_with(self, process: int, scratch: str) -> None:
        """End when the process of this id has ended, and delete the folder `scratch`.

        Without it vLLM would survive a crash of Carrel, and keep the GPU's memory.
        """
        Thread(target=_end_with, args=(process, scratch), name="carrel-end", daemon=True).start()

    def carrel_memory(self) -> dict[str, int]:
        """Bytes by owner on this worker: its parameters, its KV cache, and everything else on the GPU."""
        import torch

        weights = sum(weight.numel() * weight.element_size() for weight in self.model_runner.model.parameters())
        tensors: list[Any] = []
        for layer in self.model_runner.kv_caches:
            tensors.extend(layer if isinstance(layer, list | tuple) else [layer])
        storages = [tensor.untyped_storage() for tensor in tensors]  # which several may share
        kv = sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())
        reserved = torch.cuda.memory_reserved() if torch.cuda.is_available() else 0
        return {"weights": weights, "kv": kv, "compute": max(0, reserved - weights - kv)}


def _end_with(process: int, scratch: str) -> None:
    with suppress(psutil.NoSuchProcess):
        watched = psutil.Process(process)
        while watched.is_running() and watched.status() != psutil.STATUS_ZOMBIE:  # its parent may not have collected it
            sleep(_LOOK_SECONDS)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)
