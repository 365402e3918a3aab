"""Builds tiny models whose cache cannot be truncated at will: hybrids with short convolutions, and sliding windows."""

from pathlib import Path

import gguf
import numpy as np

from tests.models.byte_bpe import CHATML, CONTROL, byte_alphabet, is_ascii, merges_of
from tests.models.tiny_gguf import write_vocabulary

_WIDTH, _LAYERS, _HEADS, _KV_HEADS, _FEED_FORWARD, _CONVOLUTION = 64, 4, 4, 2, 128, 3
_HEAD = _WIDTH // _HEADS


def write_tiny_hybrid(path: Path, *, context: int = 2048) -> Path:
    """An LFM2 of some 700 KB with hardly more tokens than bytes, which writes random ASCII; returns `path`.

    Its second and fourth layer have attention, the others short convolutions.
    """
    tiny = _TinyModel(path, "lfm2", "Tiny Hybrid", context, embedding_scale=1.0)
    has_attention = [layer % 2 == 1 for layer in range(_LAYERS)]
    tiny.writer.add_head_count_kv([_KV_HEADS if attends else 0 for attends in has_attention])
    tiny.writer.add_layer_norm_rms_eps(1e-5)
    tiny.writer.add_shortconv_l_cache(_CONVOLUTION)
    for layer, attends in enumerate(has_attention):
        block = f"blk.{layer}."
        tiny.norms(block, _WIDTH, "attn_norm", "ffn_norm")
        tiny.feed_forward(block)
        if attends:
            tiny.attention(block)
        else:
            tiny.tensor(f"{block}shortconv.conv.weight", _WIDTH, _CONVOLUTION)
            tiny.tensor(f"{block}shortconv.in_proj.weight", 3 * _WIDTH, _WIDTH)
            tiny.tensor(f"{block}shortconv.out_proj.weight", _WIDTH, _WIDTH)
    tiny.norms("", _WIDTH, "token_embd_norm")
    return tiny.write()


def write_tiny_window(path: Path, *, window: int = 16, context: int = 2048) -> Path:
    """A Gemma 3 of some 700 KB with hardly more tokens than bytes, which writes random ASCII; returns `path`.

    Its first and third layer look back `window` tokens, the others to the beginning.
    """
    tiny = _TinyModel(path, "gemma3", "Tiny Window", context, embedding_scale=0.2)
    tiny.writer.add_head_count_kv(_KV_HEADS)
    tiny.writer.add_key_length(_HEAD)
    tiny.writer.add_value_length(_HEAD)
    tiny.writer.add_layer_norm_rms_eps(1e-6)
    tiny.writer.add_sliding_window(window)
    tiny.writer.add_sliding_window_pattern([layer % 2 == 0 for layer in range(_LAYERS)])
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        tiny.norms(block, _WIDTH, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
        tiny.attention(block)
        tiny.feed_forward(block)
    tiny.norms("", _WIDTH, "output_norm")
    return tiny.write()


class _TinyModel:
    """The vocabulary and the layers that both kinds share. Weights are random, the same each time."""

    def __init__(self, path: Path, architecture: str, name: str, context: int, *, embedding_scale: float) -> None:
        merges = merges_of(["the"])
        tokens = [*byte_alphabet(), *(left + right for left, right in merges), *CONTROL]
        self._path, self._random = path, np.random.default_rng(0)
        self.writer = gguf.GGUFWriter(path, architecture)
        self.writer.add_name(name)
        self.writer.add_context_length(context)
        self.writer.add_embedding_length(_WIDTH)
        self.writer.add_block_count(_LAYERS)
        self.writer.add_feed_forward_length(_FEED_FORWARD)
        self.writer.add_head_count(_HEADS)
        write_vocabulary(self.writer, tokens, merges, CHATML)
        self.tensor("token_embd.weight", len(tokens), _WIDTH, scale=embedding_scale)
        self._output = self._random.standard_normal((len(tokens), _WIDTH)).astype(np.float32)
        self._output[[not is_ascii(token) for token in tokens]] = 0.0

    def tensor(self, name: str, *shape: int, scale: float = 0.3) -> None:
        self.writer.add_tensor(name, (self._random.standard_normal(shape) * scale).astype(np.float32))

    def norms(self, block: str, size: int, *names: str) -> None:
        for name in names:
            self.writer.add_tensor(f"{block}{name}.weight", np.ones(size, dtype=np.float32))

    def attention(self, block: str) -> None:
        self.norms(block, _HEAD, "attn_q_norm", "attn_k_norm")
        for name, rows in (("attn_q", _WIDTH), ("attn_k", _KV_HEADS * _HEAD), ("attn_v", _KV_HEADS * _HEAD)):
            self.tensor(f"{block}{name}.weight", rows, _WIDTH)
        self.tensor(f"{block}attn_output.weight", _WIDTH, _WIDTH)

    def feed_forward(self, block: str) -> None:
        for name in ("ffn_gate", "ffn_up"):
            self.tensor(f"{block}{name}.weight", _FEED_FORWARD, _WIDTH)
        self.tensor(f"{block}ffn_down.weight", _WIDTH, _FEED_FORWARD)

    def write(self) -> Path:
        self.writer.add_tensor("output.weight", self._output)
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()
        return self._path
