"""Writes a GGUF file with the shape of Qwen2.5-0.5B in Q4_0 and random weights: what speed depends on, and no download.

The shape is that of its published config.json. As in quantised releases of models with tied embeddings, those are Q8_0.
"""

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

_LAYERS, _WIDTH, _FEED_FORWARD, _HEADS, _KV_HEADS, _VOCABULARY = 24, 896, 4864, 14, 2, 151_936
_CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_BLOCK = 32  # weights that share one half-precision scale, in Q4_0 and Q8_0 alike
_Q4_SCALE, _Q8_SCALE = 0.007, 0.0005  # weights of about the size that training leaves


def write_random_gguf(path: Path) -> Path:
    """The file at `path`, 350 MB, written unless it is there. It never ends an answer by itself."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "qwen2", use_temp_file=False)
    _write_shape(writer)
    _write_vocabulary(writer)
    _write_weights(writer, np.random.default_rng(0))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return partial.rename(path)


def _write_shape(writer: gguf.GGUFWriter) -> None:
    writer.add_name("Random, Qwen2.5-0.5B shape")
    writer.add_context_length(32_768)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)


def _write_vocabulary(writer: gguf.GGUFWriter) -> None:
    letters = [chr(code) for code in range(33, 127)]
    space, newline = "\u0120", "\u010a"  # as byte-level BPE spells them
    known = [*letters, space, newline, space + "t", *_CONTROL]
    words = [f"{space}w{number}" for number in range(_VOCABULARY - len(known))]
    tokens = [*known, *words]
    kinds = [gguf.TokenType.CONTROL if token in _CONTROL else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{space} t"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)


def _write_weights(writer: gguf.GGUFWriter, random: np.random.Generator) -> None:
    embedding = _blocks(random, _VOCABULARY, _WIDTH, 32, _Q8_SCALE)
    embedding[:200] = 0  # control tokens and letters are never drawn
    writer.add_tensor("token_embd.weight", embedding, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, dtype=np.float32))
    for layer in range(_LAYERS):
        _write_layer(writer, random, f"blk.{layer}.")


def _write_layer(writer: gguf.GGUFWriter, random: np.random.Generator, block: str) -> None:
    keys = _WIDTH // _HEADS * _KV_HEADS
    for norm in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"{block}{norm}.weight", np.ones(_WIDTH, dtype=np.float32))
    for name, rows in (("attn_q", _WIDTH), ("attn_k", keys), ("attn_v", keys)):
        writer.add_tensor(f"{block}{name}.bias", np.zeros(rows, dtype=np.float32))
    shapes = {
        "attn_q": (_WIDTH, _WIDTH),
        "attn_k": (keys, _WIDTH),
        "attn_v": (keys, _WIDTH),
        "attn_output": (_WIDTH, _WIDTH),
        "ffn_gate": (_FEED_FORWARD, _WIDTH),
        "ffn_up": (_FEED_FORWARD, _WIDTH),
        "ffn_down": (_WIDTH, _FEED_FORWARD),
    }
    for name, (rows, columns) in shapes.items():
        data = _blocks(random, rows, columns, 16, _Q4_SCALE)
        writer.add_tensor(f"{block}{name}.weight", data, raw_dtype=gguf.GGMLQuantizationType.Q4_0)


def _blocks(random: np.random.Generator, rows: int, columns: int, block_bytes: int, scale: float) -> NDArray[np.uint8]:
    """Rows of quantised blocks: a half-precision scale, then `block_bytes` of random values."""
    blocks = random.integers(0, 256, (rows, columns // _BLOCK, 2 + block_bytes), dtype=np.uint8)
    blocks[..., :2] = np.frombuffer(np.float16(scale).tobytes(), dtype=np.uint8)
    return blocks.reshape(rows, -1)
