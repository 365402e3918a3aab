"""Builds a tiny model of which half the layers look back a few tokens only, for every test of sliding windows."""

from pathlib import Path

import gguf
import numpy as np

from tests.byte_bpe import CHATML, CONTROL, byte_alphabet, is_ascii, merges_of
from tests.tiny_gguf import write_vocabulary

_WIDTH, _LAYERS, _HEADS, _KV_HEADS, _FEED_FORWARD = 64, 4, 4, 2, 128
_HEAD = _WIDTH // _HEADS


def write_tiny_window(path: Path, *, window: int = 16, context: int = 2048) -> Path:
    """A Gemma 3 of some 700 KB with hardly more tokens than bytes, which writes random ASCII; returns `path`.

    Its first and third layer look back `window` tokens, the others to the beginning.
    """
    merges = merges_of(["the"])
    tokens = [*byte_alphabet(), *(left + right for left, right in merges), *CONTROL]
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_name("Tiny Window")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KV_HEADS)
    writer.add_key_length(_HEAD)
    writer.add_value_length(_HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_sliding_window(window)
    writer.add_sliding_window_pattern([layer % 2 == 0 for layer in range(_LAYERS)])
    write_vocabulary(writer, tokens, merges, CHATML)
    _write_weights(writer, tokens)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_weights(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    random = np.random.default_rng(0)

    def tensor(name: str, *shape: int, scale: float = 0.3) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * scale).astype(np.float32))

    def ones(name: str, size: int) -> None:
        writer.add_tensor(name, np.ones(size, dtype=np.float32))

    tensor("token_embd.weight", len(tokens), _WIDTH, scale=0.2)
    output = random.standard_normal((len(tokens), _WIDTH)).astype(np.float32)
    output[[not is_ascii(token) for token in tokens]] = 0.0
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            ones(f"{block}{norm}.weight", _WIDTH)
        for norm in ("attn_q_norm", "attn_k_norm"):
            ones(f"{block}{norm}.weight", _HEAD)
        for name, rows in (("attn_q", _WIDTH), ("attn_k", _KV_HEADS * _HEAD), ("attn_v", _KV_HEADS * _HEAD)):
            tensor(f"{block}{name}.weight", rows, _WIDTH)
        tensor(f"{block}attn_output.weight", _WIDTH, _WIDTH)
        for name in ("ffn_gate", "ffn_up"):
            tensor(f"{block}{name}.weight", _FEED_FORWARD, _WIDTH)
        tensor(f"{block}ffn_down.weight", _WIDTH, _FEED_FORWARD)
    ones("output_norm.weight", _WIDTH)
    writer.add_tensor("output.weight", output)
