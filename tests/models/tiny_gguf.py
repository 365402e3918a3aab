"""Builds a tiny GGUF model that real llama.cpp loads in milliseconds, for every test that needs an engine."""

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

from tests.models.byte_bpe import CHATML, CONTROL, END, WORDS, byte_alphabet, is_ascii, merges_of, recital, spoken

_WIDTH, _LAYERS, _HEADS, _KV_HEADS, _FEED_FORWARD = 64, 2, 4, 2, 128


def write_tiny_gguf(
    path: Path,
    *,
    seed: int = 0,
    context: int = 2048,
    says: str | Sequence[bytes] | None = None,
    template: str | None = CHATML,
    control: Sequence[str] = (),
) -> Path:
    """A llama model of some 500 KB with a byte-level BPE vocabulary, which writes random ASCII; returns `path`.

    `seed` makes its weights, so that two models of one seed are equal. `context`: the window it claims to be trained
    for. `says`: instead of random text it answers every question with exactly this, greedily, and ends: a text, one
    token a word, or the bytes of each token. None may come twice in it, as each follows from the one before it alone.
    `template`: None writes a file without one. `control`: tokens of its own that stand for no text.
    """
    merges = merges_of(WORDS.split())
    known = [*byte_alphabet(), *(left + right for left, right in merges), *CONTROL, *control]
    tokens = list(dict.fromkeys([*known, *spoken(says or "")]))
    writer = gguf.GGUFWriter(path, "llama")
    _write_shape(writer, context)
    write_vocabulary(writer, tokens, merges, template, (*CONTROL, *control))
    _write_weights(writer, tokens, np.random.default_rng(seed), says)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_shape(writer: gguf.GGUFWriter, context: int) -> None:
    writer.add_name("Tiny")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def write_vocabulary(
    writer: gguf.GGUFWriter,
    tokens: Sequence[str],
    merges: Sequence[tuple[str, str]],
    template: str | None,
    control: Sequence[str] = CONTROL,
) -> None:
    """Byte-level BPE, and the template where there is one."""
    kinds = [gguf.TokenType.CONTROL if token in control else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{left} {right}" for left, right in merges])
    writer.add_eos_token_id(tokens.index(END))
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)


def _write_weights(
    writer: gguf.GGUFWriter, tokens: Sequence[str], random: np.random.Generator, says: str | Sequence[bytes] | None
) -> None:
    def tensor(name: str, *shape: int, scale: float = 1.0) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * scale).astype(np.float32))

    width, heads = _WIDTH, _WIDTH // _HEADS
    embedding = random.standard_normal((len(tokens), width)).astype(np.float32)
    output = random.standard_normal((len(tokens), width)).astype(np.float32) * 0.3
    output[[not is_ascii(token) for token in tokens]] = 0.0
    mixing = 0.3 if says is None else 0.0  # a model that recites looks at nothing but the last token
    writer.add_tensor("token_embd.weight", embedding)
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}{norm}.weight", np.ones(width, dtype=np.float32))
        for name, rows in (("attn_q", width), ("attn_k", _KV_HEADS * heads), ("attn_v", _KV_HEADS * heads)):
            tensor(f"{block}{name}.weight", rows, width, scale=0.3)
        tensor(f"{block}attn_output.weight", width, width, scale=mixing)
        for name in ("ffn_gate", "ffn_up"):
            tensor(f"{block}{name}.weight", _FEED_FORWARD, width, scale=0.3)
        tensor(f"{block}ffn_down.weight", width, _FEED_FORWARD, scale=mixing)
    writer.add_tensor("output_norm.weight", np.ones(width, dtype=np.float32))
    writer.add_tensor("output.weight", output if says is None else recital(says, tokens, embedding))
