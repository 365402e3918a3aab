"""Random models of a few MB whose memory llama.cpp can be asked for: every layer whole, or some with a window."""

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

_WIDTH, _HEADS, _KV_HEADS, _HEAD, _FEED_FORWARD, _VOCABULARY = 128, 4, 2, 32, 256, 16_384


def write_shaped_gguf(path: Path, architecture: str = "llama", *, layers: int = 6, window: int | None = None) -> Path:
    """A `llama`, or a `gemma3` of which every sixth layer looks beyond `window` tokens."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(32_768)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KV_HEADS)
    writer.add_key_length(_HEAD)
    writer.add_value_length(_HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    if window:
        writer.add_sliding_window(window)
    tokens = ["<end>", *(f"w{number}" for number in range(_VOCABULARY - 1))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL, *[gguf.TokenType.NORMAL] * (_VOCABULARY - 1)])
    writer.add_token_merges(["w 1"])
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    for name, shape in _tensors(architecture, layers):
        kind = np.float32 if len(shape) == 1 else np.float16
        writer.add_tensor(name, np.full(shape, 0.01, dtype=kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _tensors(architecture: str, layers: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "token_embd.weight", (_VOCABULARY, _WIDTH)
    yield "output_norm.weight", (_WIDTH,)
    norms = ["attn_norm", "ffn_norm"]
    if architecture == "gemma3":
        norms += ["post_attention_norm", "post_ffw_norm"]
    for layer in range(layers):
        block = f"blk.{layer}."
        for norm in norms:
            yield f"{block}{norm}.weight", (_WIDTH,)
        if architecture == "gemma3":
            yield f"{block}attn_q_norm.weight", (_HEAD,)
            yield f"{block}attn_k_norm.weight", (_HEAD,)
        yield f"{block}attn_q.weight", (_HEADS * _HEAD, _WIDTH)
        yield f"{block}attn_k.weight", (_KV_HEADS * _HEAD, _WIDTH)
        yield f"{block}attn_v.weight", (_KV_HEADS * _HEAD, _WIDTH)
        yield f"{block}attn_output.weight", (_WIDTH, _HEADS * _HEAD)
        yield f"{block}ffn_gate.weight", (_FEED_FORWARD, _WIDTH)
        yield f"{block}ffn_up.weight", (_FEED_FORWARD, _WIDTH)
        yield f"{block}ffn_down.weight", (_WIDTH, _FEED_FORWARD)
