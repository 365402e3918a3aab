"""The card of a model: the facts in its files by which it is listed, chosen and fitted into memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["gguf", "safetensors"]
CacheType = Literal["f16", "q8_0"]

CACHE_BYTES: dict[CacheType, float] = {"f16": 2.0, "q8_0": 34 / 32}  # of one value; ggml: q8_0 is 34 bytes for 32
_CELLS = 256  # llama.cpp rounds windows up to this


@dataclass(frozen=True, slots=True)
class LayerCache:
    """The cache of one layer. `values`: for each token, of keys and values together.

    `window_tokens`: the reach of its attention; None: to the beginning.
    """

    values: int
    window_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class KvCache:
    """The KV cache by layer. `state_bytes`: of recurrent layers, which do not grow with the text."""

    layers: tuple[LayerCache, ...] = ()
    state_bytes: int = 0

    @property
    def rolls_back(self) -> bool:
        """True if any number of tokens can be removed: there are no sliding windows and no recurrent states."""
        return not self.state_bytes and not any(layer.window_tokens for layer in self.layers)

    def size(self, context_tokens: int, batch_tokens: int, cache_type: CacheType = "f16", *, sequences: int = 1) -> int:
        """Bytes for a window of `context_tokens` that `sequences` share, with batches of `batch_tokens`.

        As llama.cpp allocates them: windows are rounded up to 256 tokens; each sequence has a sliding window of its
        own, which holds a batch more, and a recurrent state of its own.
        """
        values = sum(
            layer.values * cells_of(layer.window_tokens, context_tokens, batch_tokens, sequences)
            for layer in self.layers
        )
        return round(values * CACHE_BYTES[cache_type]) + sequences * self.state_bytes

    def growth(self, tokens: int, cache_type: CacheType = "f16") -> int:
        """Bytes of `tokens` more while no sliding window is full."""
        return round(tokens * sum(layer.values for layer in self.layers) * CACHE_BYTES[cache_type])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model on disk. `path`: the (first) GGUF file, or the folder of the safetensors.

    `weights_bytes`: of all tensors. `active_bytes`: of those that are read for each generated token. `quantization`: of
    most of the weights, by its usual name. `context_tokens`: the window it was trained for. `width`: of its embeddings;
    `heads`, `feed_forward`: attention heads and feed-forward width of the largest layer. `licence`: None where its
    files do not tell. `layer_bytes`: of the weights of each layer, in order; `output_bytes`: of those that come after
    the last, of which `copied_bytes` are the embeddings', which a device beside the processor holds again.
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
    layer_bytes: tuple[int, ...] = ()
    output_bytes: int = 0
    copied_bytes: int = 0


def cells_of(window_tokens: int | None, context_tokens: int, batch_tokens: int, sequences: int) -> int:
    """Tokens that llama.cpp allocates in a layer; `window_tokens` None: it has no sliding window."""
    sliding = sequences * window_tokens + batch_tokens if window_tokens else context_tokens
    return -(-min(context_tokens, sliding) // _CELLS) * _CELLS


@dataclass(frozen=True, slots=True)
class TensorType:
    """A storage type of weights. `block`: weights that are stored together, in `block_bytes`."""

    name: str
    block: int
    block_bytes: int

    def size(self, weights: int) -> int:
        """Bytes of a tensor of that many weights."""
        return weights // self.block * self.block_bytes


GGML_TYPES: Mapping[int, TensorType] = {
    0: TensorType("F32", 1, 4),
    1: TensorType("F16", 1, 2),
    2: TensorType("Q4_0", 32, 18),
    3: TensorType("Q4_1", 32, 20),
    6: TensorType("Q5_0", 32, 22),
    7: TensorType("Q5_1", 32, 24),
    8: TensorType("Q8_0", 32, 34),
    9: TensorType("Q8_1", 32, 40),
    10: TensorType("Q2_K", 256, 84),
    11: TensorType("Q3_K", 256, 110),
    12: TensorType("Q4_K", 256, 144),
    13: TensorType("Q5_K", 256, 176),
    14: TensorType("Q6_K", 256, 210),
    15: TensorType("Q8_K", 256, 292),
    16: TensorType("IQ2_XXS", 256, 66),
    17: TensorType("IQ2_XS", 256, 74),
    18: TensorType("IQ3_XXS", 256, 98),
    19: TensorType("IQ1_S", 256, 50),
    20: TensorType("IQ4_NL", 32, 18),
    21: TensorType("IQ3_S", 256, 110),
    22: TensorType("IQ2_S", 256, 82),
    23: TensorType("IQ4_XS", 256, 136),
    24: TensorType("I8", 1, 1),
    25: TensorType("I16", 1, 2),
    26: TensorType("I32", 1, 4),
    27: TensorType("I64", 1, 8),
    28: TensorType("F64", 1, 8),
    29: TensorType("IQ1_M", 256, 56),
    30: TensorType("BF16", 1, 2),
    34: TensorType("TQ1_0", 256, 54),
    35: TensorType("TQ2_0", 256, 66),
    39: TensorType("MXFP4", 32, 17),
    40: TensorType("NVFP4", 64, 36),
    41: TensorType("Q1_0", 128, 18),
}

SAFETENSORS_BITS: Mapping[str, int] = {
    "BOOL": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}

# llama.h: enum llama_ftype. What a file was made as; its tensors have several types.
FILE_TYPES: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS",
    20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M",
    28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
    39: "NVFP4", 40: "Q1_0",
}  # fmt: skip
