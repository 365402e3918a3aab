"""What Carrel asks of vLLM's workers. vLLM mixes this class into them, in their own processes."""

from typing import Any


class MemoryReport:
    """Adds one question to a worker."""

    model_runner: Any

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
