"""What a model's files say of it: the facts by which it is listed, chosen and fitted into memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["gguf", "safetensors"]
CacheType = Literal["f16", "q8_0"]

CACHE_BYTES: dict[CacheType, float] = {"f16": 2.0, "q8_0": 34 / 32}  # of one value; ggml: q8_0 is 34 bytes for 32
_CELLS = 256  # llama.cpp rounds windows up to this


@dataclass(frozen=True, slots=True)
class LayerCache:
    """What one layer keeps for each token: `values`, of keys and values together.

    `window_tokens`: how far back it looks; None: to the beginning.
    """

    values: int
    window_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class KvCache:
    """The memory of a conversation by layer. `state_bytes`: of recurrent layers, which do not grow with the text.

    `rolls_back`: whether any part of a text can be taken back, as all of it is kept.
    """

    layers: tuple[LayerCache, ...] = ()
    state_bytes: int = 0

    @property
    def rolls_back(self) -> bool:
        """Not where layers slide a window, or sum up what they saw."""
        return not self.state_bytes and not any(layer.window_tokens for layer in self.layers)

    def size(self, context_tokens: int, batch_tokens: int, cache_type: CacheType = "f16", *, sequences: int = 1) -> int:
        """Bytes for a window of `context_tokens` that `sequences` share, and that is read by `batch_tokens` at once.

        As llama.cpp allocates them: windows are rounded up to 256 tokens, a sliding one is there for each sequence and
        holds a batch more, a recurrent state is there for each sequence.
        """
        values = sum(
            layer.values * cells_of(layer.window_tokens, context_tokens, batch_tokens, sequences)
            for layer in self.layers
        )
        return round(values * CACHE_BYTES[cache_type]) + sequences * self.state_bytes

    def growth(self, tokens: int, cache_type: CacheType = "f16") -> int:
        """Bytes that `tokens` more take while no sliding window is full."""
        return round(tokens * sum(layer.values for layer in self.layers) * CACHE_BYTES[cache_type])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model on disk. `path`: the (first) GGUF file, or the folder of the safetensors.

    `weights_bytes`: of all tensors. `active_bytes`: of those that are read for each token written. `quantization`: of
    most of the weights, by the name that people know. `context_tokens`: it was trained for. `width`: of its embeddings;
    `heads`: of its attention, `feed_forward`: of the numbers within a layer; both in the layer that has most.
    `licence`: None where its files do not say.
    """

    path: Path
    files: tuple[Path, ...]
    format: Format
    name: str
    architecture: str
    weights_bytes: int
    active_bytes: int
    parameters: int
    quantization: str
    context_tokens: int | None
    cache: KvCache
    vocabulary: int
    width: int
    heads: int
    feed_forward: int
    has_template: bool
    licence: str | None


def cells_of(window_tokens: int | None, context_tokens: int, batch_tokens: int, sequences: int) -> int:
    """Tokens that llama.cpp makes room for in a layer; `window_tokens` None: it looks back to the beginning."""
    sliding = sequences * window_tokens + batch_tokens if window_tokens else context_tokens
    return -(-min(context_tokens, sliding) // _CELLS) * _CELLS
