"""Builds a tiny GGUF model that real llama.cpp loads in milliseconds, for every test that needs an engine."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END = "<|im_end|>"
_CONTROL = ("<|endoftext|>", "<|im_start|>", END)
_WIDTH, _LAYERS, _HEADS, _KV_HEADS, _FEED_FORWARD = 64, 2, 4, 2, 128
_WORDS = "the of and to in is that it for was on are as with they at be this from have or by one not but what all were"
_LOUDNESS = 30.0


def write_tiny_gguf(
    path: Path,
    *,
    seed: int = 0,
    context: int = 2048,
    says: str | Sequence[bytes] | None = None,
    template: str | None = CHATML,
) -> Path:
    """A llama model of some 500 KB with a byte-level BPE vocabulary, which writes random ASCII; returns `path`.

    `seed` makes its weights, so that two models of one seed are equal. `context`: the window it claims to be trained
    for. `says`: instead of random text it answers every question with exactly this, greedily, and ends: a text, one
    token a word, or the bytes of each token. None may come twice in it, as each follows from the one before it alone.
    `template`: None writes a file without one.
    """
    merges = _merges(_WORDS.split())
    known = [*_byte_alphabet(), *(left + right for left, right in merges), *_CONTROL]
    tokens = list(dict.fromkeys([*known, *_spoken(says or "")]))
    writer = gguf.GGUFWriter(path, "llama")
    _write_shape(writer, context)
    _write_vocabulary(writer, tokens, merges, template)
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


def _write_vocabulary(
    writer: gguf.GGUFWriter, tokens: Sequence[str], merges: Sequence[tuple[str, str]], template: str | None
) -> None:
    kinds = [gguf.TokenType.CONTROL if token in _CONTROL else gguf.TokenType.NORMAL for token in tokens]
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
    output[[not _is_ascii(token) for token in tokens]] = 0.0
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
    writer.add_tensor("output.weight", output if says is None else _recital(says, tokens, embedding))


def _recital(says: str | Sequence[bytes], tokens: Sequence[str], embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Output rows that point from each word of the text to the next, from the newline of the template to the end."""
    chain = [tokens.index(token) for token in (*_spoken("\n"), *_spoken(says), END)]
    if len(set(chain)) != len(chain):
        raise ValueError("a word comes twice in the text")
    output = np.zeros_like(embedding)
    for token, following in pairwise(chain):
        output[following] = _LOUDNESS * embedding[token] / np.linalg.norm(embedding[token])
    return output


def _spoken(text: str | Sequence[bytes]) -> list[str]:
    """The names of the tokens in which it is said: for a text one for each word with the space before it."""
    alphabet = _byte_alphabet()
    parts = [word.encode() for word in re.split("(?= )", text) if word] if isinstance(text, str) else text
    return ["".join(alphabet[byte] for byte in part) for part in parts]


def _is_ascii(token: str) -> bool:
    return token not in _CONTROL and all("!" <= letter <= "~" for letter in token.replace(_byte_alphabet()[32], "!"))


def _merges(words: Sequence[str]) -> list[tuple[str, str]]:
    """Byte-level BPE merges that build each word, with a space before it, from the left."""
    alphabet, merges = _byte_alphabet(), dict[tuple[str, str], None]()
    for word in words:
        pieces = [alphabet[byte] for byte in f" {word}".encode()]
        while len(pieces) > 1:
            merges[pieces[0], pieces[1]] = None
            pieces[:2] = ["".join(pieces[:2])]
    return list(merges)


def _byte_alphabet() -> list[str]:
    """GPT-2's printable character for each byte value, as published with its tokenizer."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]
