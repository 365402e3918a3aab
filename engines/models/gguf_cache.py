"""How much a GGUF model remembers of each token, layer by layer, from its header.

Source: llama.cpp, src/llama-hparams.cpp, src/llama-kv-cache*.cpp and src/models/*.cpp.
"""

from collections.abc import Callable

from engines.models.card import KvCache, LayerCache
from engines.models.gguf_header import GgufHeader

# Of every so many layers the last looks at the whole text, where the header does not say; llama.cpp, load_swa_pattern.
_PATTERNS = {
    "afmoe": 4,
    "cohere2": 4,
    "exaone-moe": 4,
    "exaone4": 4,
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gpt-oss": 2,
    "llama4": 4,
    "olmo2": 4,
    "plamo3": 8,
}
_FIRST_IS_WHOLE = {"cohere2moe": 4, "smallthinker": 4}
_LLAMA4_CHUNK = 8192  # llama.cpp sets it for llama4, whose header has none
_FULL_ATTENTION_EVERY = 4  # Qwen's hybrid models, where the header does not say
_MAX_LAYERS = 4096
_STATE_VALUE_BYTES = 4


def gguf_cache(header: GgufHeader) -> KvCache:
    """The cache of the model with this header; empty where the header does not say enough."""
    return _Shape(header).cache()


class _Shape:
    def __init__(self, header: GgufHeader) -> None:
        self._header = header
        self._architecture = header.text("general.architecture") or ""
        blocks = min(self._number("block_count"), _MAX_LAYERS)
        self._layers = max(0, blocks - self._number("nextn_predict_layers"))
        self._is_both = self._architecture == "falcon-h1"  # each of its layers attends and sums up
        self._sliding = self._is_sliding()

    def cache(self) -> KvCache:
        cached = range(self._layers - min(self._layers, self._number("attention.shared_kv_layers")))
        recurrent = [layer for layer in range(self._layers) if self._is_recurrent(layer)]
        layers = [self._layer(layer) for layer in cached if self._is_both or not self._is_recurrent(layer)]
        return KvCache(
            tuple(layer for layer in layers if layer.values), len(recurrent) * self._state_values() * _STATE_VALUE_BYTES
        )

    def _layer(self, layer: int) -> LayerCache:
        sliding = self._sliding(layer)
        heads = self._at("attention.head_count_kv", layer, self._at("attention.head_count", layer, 0))
        keys, values = self._head("key_length", sliding), self._head("value_length", sliding)
        if self._number("attention.key_length_mla"):  # compressed keys, from which the values are made again
            values = 0
        return LayerCache(heads * (keys + values), self._window() if sliding else None)

    def _head(self, key: str, sliding: bool) -> int:
        heads = self._at("attention.head_count", 0, 0)
        usual = self._number("embedding_length") // heads if heads else 0
        whole = self._number(f"attention.{key}") or usual
        return (self._number(f"attention.{key}_swa") or whole) if sliding else whole

    def _window(self) -> int:
        return self._number("attention.sliding_window") or (_LLAMA4_CHUNK if self._architecture == "llama4" else 0)

    def _is_sliding(self) -> Callable[[int], bool]:
        """Which layers look at a window only."""
        pattern = self._header.metadata.get(f"{self._architecture}.attention.sliding_window_pattern")
        if not self._window():
            return lambda layer: False
        if isinstance(pattern, tuple):
            return lambda layer: layer < len(pattern) and bool(pattern[layer])
        if every := _FIRST_IS_WHOLE.get(self._architecture):
            return lambda layer: layer % every != 0
        if not (last := self._number("attention.sliding_window_pattern") or _PATTERNS.get(self._architecture, 0)):
            return lambda layer: False
        return lambda layer: layer % last < last - 1

    def _is_recurrent(self, layer: int) -> bool:
        if self._architecture.startswith(("qwen3next", "qwen35")):
            every = self._number("full_attention_interval") or _FULL_ATTENTION_EVERY
            return (layer + 1) % every != 0
        if self._architecture.startswith("nemotron_h") and self._at("feed_forward_length", layer, 0):
            return False
        return bool(self._state_values()) and (self._is_both or self._at("attention.head_count_kv", layer, 0) == 0)

    def _state_values(self) -> int:
        """What a recurrent layer keeps, whatever the length of the text."""
        if length := self._number("shortconv.l_cache"):
            return self._number("embedding_length") * (length - 1)
        inner, state = self._number("ssm.inner_size"), self._number("ssm.state_size")
        kernel = max(0, self._number("ssm.conv_kernel") - 1)
        return kernel * (inner + 2 * self._number("ssm.group_count") * state) + state * inner

    def _number(self, key: str) -> int:
        return self._header.number(f"{self._architecture}.{key}") or 0

    def _at(self, key: str, layer: int, default: int) -> int:
        """The number of one layer, from an array of them or one for all."""
        value = self._header.metadata.get(f"{self._architecture}.{key}")
        if isinstance(value, tuple):
            value = value[layer] if layer < len(value) else None
        return value if isinstance(value, int) and value >= 0 else default
