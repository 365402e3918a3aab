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
_SPACE, _NEWLINE = "\u0120", "\u010a"  # as byte-level BPE spells them
_KNOWN = [*(chr(code) for code in range(33, 127)), _SPACE, _NEWLINE, _SPACE + "t", *_CONTROL]
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwyz" for vowel in "aeiou"]
_COUNTED = 4_096  # words that a counting model's tokenizer knows; each one more makes it slower


def word(number: int) -> str:
    """A text that is one token of a counting model."""
    return f" w{number:06}"


def write_random_gguf(path: Path, *, counts: bool = False) -> Path:
    """The file at `path`, 350 MB, written unless it is there. It never ends an answer by itself.

    `counts`: greedily, it answers everything with `word(0)`, `word(1)` and so on. It computes as much as the random
    model does, but its layers add nothing and its output has weights of its own: 500 MB.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "qwen2", use_temp_file=False)
    _write_shape(writer)
    _write_vocabulary(writer, counts)
    _write_weights(writer, np.random.default_rng(0), counts)
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


def _write_vocabulary(writer: gguf.GGUFWriter, counts: bool) -> None:
    words = [_SPACE + _pronounced(number) for number in range(_VOCABULARY - len(_KNOWN))]
    kinds = [gguf.TokenType.CONTROL if token in _CONTROL else gguf.TokenType.NORMAL for token in (*_KNOWN, *words)]
    if counts:
        words[:_COUNTED] = map(word, range(_COUNTED))
        kinds[len(_KNOWN) : len(_KNOWN) + _COUNTED] = [gguf.TokenType.USER_DEFINED] * _COUNTED
    tokens = [*_KNOWN, *words]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{_SPACE} t"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)


def _pronounced(number: int) -> str:
    """Another word for each number, of mostly three syllables: what a vocabulary of this size holds, as to length."""
    word = ""
    while True:
        number, syllable = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[syllable]
        if not number:
            return word
        number -= 1


def _write_weights(writer: gguf.GGUFWriter, random: np.random.Generator, counts: bool) -> None:
    embedding = _blocks(random, _VOCABULARY, _WIDTH, 32, _Q8_SCALE)
    if counts:
        writer.add_tensor("output.weight", _following(embedding), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    else:
        embedding[[_KNOWN.index(token) for token in _CONTROL]] = 0  # never drawn: thousands of others are likelier
    writer.add_tensor("token_embd.weight", embedding, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, dtype=np.float32))
    for layer in range(_LAYERS):
        _write_layer(writer, random, f"blk.{layer}.", added=0.0 if counts else _Q4_SCALE)


def _following(embedding: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Output rows that point from each word to the next, and from the newline of the template to the first."""
    output = np.zeros_like(embedding)
    output[len(_KNOWN)] = embedding[_KNOWN.index(_NEWLINE)]
    output[len(_KNOWN) + 1 :] = embedding[len(_KNOWN) : -1]
    return output


def _write_layer(writer: gguf.GGUFWriter, random: np.random.Generator, block: str, *, added: float) -> None:
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
        data = _blocks(random, rows, columns, 16, added if name in ("attn_output", "ffn_down") else _Q4_SCALE)
        writer.add_tensor(f"{block}{name}.weight", data, raw_dtype=gguf.GGMLQuantizationType.Q4_0)


def _blocks(random: np.random.Generator, rows: int, columns: int, block_bytes: int, scale: float) -> NDArray[np.uint8]:
    """Rows of quantised blocks: a half-precision scale, then `block_bytes` of random values."""
    blocks = random.integers(0, 256, (rows, columns // _BLOCK, 2 + block_bytes), dtype=np.uint8)
    blocks[..., :2] = np.frombuffer(np.float16(scale).tobytes(), dtype=np.uint8)
    return blocks.reshape(rows, -1)
