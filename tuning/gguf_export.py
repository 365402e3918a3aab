"""Writes a tuned model as GGUF. The one module that imports the gguf library.

Of a base that is GGUF, everything but the weights is copied: vocabulary, chat template, limits. Of a base in a folder
they are written anew, and the vocabulary is then read by llama.cpp and compared with the folder's.

Layout of the weights: github.com/ggml-org/llama.cpp, conversion/.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from tokenizers import Tokenizer

from engines import open_chat_tokens
from errors import AppError
from tuning.base import FOLDERS, Base
from tuning.lora_model import open_weights

_F16 = 1  # llama.h: LLAMA_FTYPE_MOSTLY_F16
_WRITTEN_ANEW = ("GGUF.", "general.architecture", "general.name", "general.file_type", "general.quantization_version")
_PRE_TOKENIZERS = ("llama-bpe", "qwen2", "smollm", "gpt-2", "default")  # those of the families in FOLDERS
# Each tells some of them apart: digits, contractions, spaces, other scripts, punctuation.
_PROBE = "Hello  World,\n\n\t I'VE 3 33 333 4444 six's we'll\n   7.8?! naïve Übung 你好，世界 привет नमस्ते 🚀 (x_y) =>"
_SEPARATE = ("q_proj", "k_proj")


class NotConvertible(AppError):
    """The base has a vocabulary or a shape that cannot be written as GGUF here."""


def export_gguf(base: Base, merged: Path, target: Path, name: str) -> Path:
    """Write the folder `merged` in 16 bits to the file `target`, or leave nothing there. Raises NotConvertible."""
    half = target.with_name(f".{target.name}.half")
    try:
        _write(base, name, half, open_weights(merged))
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return target


def require_convertible(base: Base, folder: Path) -> None:
    """Raises NotConvertible. Takes a second, for which a file of the base's vocabulary is written to `folder`."""
    if base.path.is_dir():
        _pre_tokenizer(base, folder)


def _write(base: Base, name: str, file: Path, weights: Mapping[str, Callable[[], Any]]) -> None:
    architecture = FOLDERS[base.architecture] if base.path.is_dir() else base.architecture
    writer = gguf.GGUFWriter(file, architecture)
    writer.add_name(name)
    writer.add_file_type(_F16)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    heads = _copy_metadata(base.path, writer) if base.path.is_file() else _write_metadata(base, writer, file.parent)
    tensors = dict(_named(architecture, base, weights))
    layout = _Layout(architecture, *heads)
    for place, (source, read) in tensors.items():
        values = layout.of(source, read())
        writer.add_tensor_info(place, values.shape, values.dtype, values.nbytes)
    _write_header(writer)
    for source, read in tensors.values():
        writer.write_tensor_data(layout.of(source, read()))
    writer.close()


class _Layout:
    """How llama.cpp wants the values of a tensor: of an architecture, with so many heads for queries and keys."""

    def __init__(self, architecture: str, heads: int, kv_heads: int) -> None:
        self._architecture, self._heads = architecture, {"q_proj": heads, "k_proj": kv_heads}

    def of(self, name: str, values: Any) -> Any:
        """Matrices in float16, the rest in float32."""
        part = next((each for each in _SEPARATE if f"self_attn.{each}." in name), "")
        if self._architecture == "llama" and part:  # halves that turn together become neighbours
            rows = values.shape[0] // self._heads[part] // 2
            values = values.reshape(self._heads[part], 2, rows, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
        if self._architecture == "gemma3" and name.endswith("norm.weight"):  # which is stored less one
            values = values + 1.0
        return np.ascontiguousarray(values, np.float16 if values.ndim > 1 else np.float32)


def _named(
    architecture: str, base: Base, weights: Mapping[str, Callable[[], Any]]
) -> Iterator[tuple[str, tuple[str, Callable[[], Any]]]]:
    """GGUF's name of each tensor, with its own and its values. Raises NotConvertible for one that has none."""
    kind = next(each for each, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("model.layers."))
    names = gguf.get_tensor_name_map(kind, layers)
    found = set()
    for name, read in weights.items():
        place = names.get_name(name, (".weight", ".bias"))
        if place is None:
            raise NotConvertible(
                f"llama.cpp has no place for {name}", f"The merged model can be used as it is: {base}."
            )
        found.add(place)
        yield place, (name, read)
    if base.path.is_file():
        for tensor in gguf.GGUFReader(base.path).tensors:
            if tensor.name not in found and tensor.name.startswith("rope"):  # the factors of a longer window
                yield tensor.name, (tensor.name, partial(np.array, tensor.data))
    elif factors := _rope_factors(_config(base.path)):
        yield "rope_freqs.weight", ("rope_freqs.weight", lambda: np.array(factors, np.float32))


def _copy_metadata(path: Path, writer: gguf.GGUFWriter) -> tuple[int, int]:
    """Copy all but what is written anew; return the heads of queries and of keys."""
    fields = gguf.GGUFReader(path).fields
    for field in fields.values():
        if not field.name.startswith(_WRITTEN_ANEW):
            inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), field.types[0], inner)
    heads, kv_heads = (f"{writer.arch}.attention.{name}" for name in ("head_count", "head_count_kv"))
    count = int(fields[heads].contents())
    return count, int(fields[kv_heads].contents()) if kv_heads in fields else count


def _write_metadata(base: Base, writer: gguf.GGUFWriter, folder: Path) -> tuple[int, int]:
    heads = _write_shape(_config(base.path), writer)
    _write_vocabulary(base.path, _pre_tokenizer(base, folder), writer)
    return heads


def _write_shape(config: Mapping[str, Any], writer: gguf.GGUFWriter) -> tuple[int, int]:
    heads = config["num_attention_heads"]
    kv_heads, width = config.get("num_key_value_heads") or heads, config["hidden_size"]
    head_width = config.get("head_dim") or width // heads
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(head_width)
    writer.add_value_length(head_width)
    writer.add_rope_dimension_count(head_width)
    writer.add_layer_norm_rms_eps(config.get("rms_norm_eps", 1e-6))
    writer.add_rope_freq_base(float(_rope(config).get("rope_theta") or 10_000.0))
    writer.add_vocab_size(config["vocab_size"])
    return heads, kv_heads


def _write_vocabulary(path: Path, pre_tokenizer: str, writer: gguf.GGUFWriter) -> None:
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    by_number = {number: token for token, number in tokenizer.get_vocab(with_added_tokens=True).items()}
    added = tokenizer.get_added_tokens_decoder()
    tokens, kinds = list[str](), list[gguf.TokenType]()
    for number in range(_config(path)["vocab_size"]):
        tokens.append(by_number.get(number, f"[PAD{number}]"))
        if number not in by_number:
            kinds.append(gguf.TokenType.UNUSED)
        elif number in added:
            kinds.append(gguf.TokenType.CONTROL if added[number].special else gguf.TokenType.USER_DEFINED)
        else:
            kinds.append(gguf.TokenType.NORMAL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre_tokenizer)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_add_bos_token(False)  # the chat template writes it, as in the folder
    gguf.SpecialVocab(path, load_merges=True).add_to_gguf(writer)


def _pre_tokenizer(base: Base, folder: Path) -> str:
    """llama.cpp's name of the rule by which a vocabulary splits text: the first with which it finds the same tokens."""
    model = json.loads((base.path / "tokenizer.json").read_text("utf-8"))["model"]
    if model.get("type") == "BPE" and not model.get("byte_fallback"):
        with open_chat_tokens(base.path) as own:
            wanted = own.tokenize(_PROBE)
        for name in _PRE_TOKENIZERS:
            if _probe(base, name, folder / f".{name}.gguf") == wanted:
                return name
    raise NotConvertible(
        f"The vocabulary of {base.path.name} cannot be written as GGUF here",
        "Choose the same model as a GGUF file for the base: its vocabulary is then copied.",
    )


def _probe(base: Base, pre_tokenizer: str, file: Path) -> list[int]:
    writer = gguf.GGUFWriter(file, FOLDERS[base.architecture])
    _write_shape(_config(base.path), writer)
    _write_vocabulary(base.path, pre_tokenizer, writer)
    _write_header(writer)
    writer.close()
    try:
        with open_chat_tokens(file) as tokens:
            return tokens.tokenize(_PROBE)
    finally:
        file.unlink()


def _write_header(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()


def _config(path: Path) -> Mapping[str, Any]:
    config: Mapping[str, Any] = json.loads((path / "config.json").read_text("utf-8"))
    return config


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of rotary positions, as written by transformers 5, and 4."""
    older = {"rope_theta": config.get("rope_theta"), **(config.get("rope_scaling") or {})}
    return config.get("rope_parameters") or older


def _rope_factors(config: Mapping[str, Any]) -> list[float]:
    """By how much each rotation is slowed in a Llama 3.1 and later: long waves by `factor`, short ones not at all."""
    rope = _rope(config)
    kind = rope.get("rope_type", "default")
    if kind not in ("default", "llama3"):
        raise NotConvertible(f"Positions of the kind “{kind}” cannot be written as GGUF here")
    if kind == "default":
        return []
    width = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    low, high, trained = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    factors = []
    for pair in range(0, width, 2):
        waves = trained * rope["rope_theta"] ** (-pair / width) / (2 * math.pi)  # in the window it was trained for
        smooth = min(1.0, max(0.0, (waves - low) / (high - low)))
        factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return factors
