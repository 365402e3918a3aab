"""Makes the card of a model in a folder of safetensors, as the hub lays them out. No code of the folder is run.

Format: github.com/huggingface/safetensors: 8 bytes of length, that many of JSON, then the tensors without gaps.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

from engines.errors import ModelUnreadable
from engines.models.card import SAFETENSORS_BITS, KvCache, LayerCache, ModelCard

_INCOMPLETE = "{} is damaged or was not downloaded completely. Download it again."
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 4 << 20  # the format allows 100 MB; files of twenty thousand tensors have 2.5 MB
_MAX_DIMENSIONS = 16


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor. `dtype`: by the format's name; `size`: in bytes."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size: int

    @property
    def weights(self) -> int:
        """The number of its elements."""
        return prod(self.shape)


def read_safetensors(path: Path) -> tuple[StoredTensor, ...]:
    """The tensors of the file at `path`, in order. Raises ModelUnreadable when it is damaged or was cut short."""
    if not path.is_file():  # opening a pipe would wait for ever
        raise ModelUnreadable(path, "There is no such file.")
    try:
        with path.open("rb") as file:
            return parse_safetensors(path, file.read, path.stat().st_size)
    except OSError as error:
        raise ModelUnreadable(path, f"The file cannot be read: {error.strerror}.") from error


def parse_safetensors(path: Path, read: Callable[[int], bytes], size: int) -> tuple[StoredTensor, ...]:
    """The tensors of a file of `size` bytes, in order. `path`: its name in errors. `read`: its next bytes, so many.

    Raises ModelUnreadable when it is damaged or was cut short.
    """
    try:
        length = int.from_bytes(read(_LENGTH_BYTES), "little")
        if not 2 <= length <= min(_MAX_HEADER_BYTES, size - _LENGTH_BYTES):
            raise _BadSafetensors
        header = json.loads(read(length).decode("utf-8"))
        if not isinstance(header, dict):
            raise _BadSafetensors
        header.pop("__metadata__", None)
        placed = sorted(
            (_parse_tensor(name, entry) for name, entry in header.items()), key=lambda pair: (pair[0], pair[1].size)
        )
        end = 0
        for begin, tensor in placed:
            if begin != end:  # a gap, or two that overlap
                raise _BadSafetensors
            end = begin + tensor.size
        if end != size - _LENGTH_BYTES - length:
            raise _BadSafetensors
        return tuple(tensor for _, tensor in placed)
    except (_BadSafetensors, ValueError, RecursionError) as error:
        raise ModelUnreadable(path, _INCOMPLETE.format(path.name)) from error


class _BadSafetensors(Exception):
    """The header contradicts itself or the file."""


def _parse_tensor(name: str, entry: Any) -> tuple[int, StoredTensor]:
    """The position of a tensor, and the tensor."""
    if not isinstance(entry, dict):
        raise _BadSafetensors
    dtype, shape, offsets = str(entry.get("dtype")), _sizes(entry.get("shape")), _sizes(entry.get("data_offsets"))
    if dtype not in SAFETENSORS_BITS or len(shape) > _MAX_DIMENSIONS or len(offsets) != 2:
        raise _BadSafetensors
    begin, end = offsets
    if 8 * (end - begin) != prod(shape) * SAFETENSORS_BITS[dtype]:
        raise _BadSafetensors
    return begin, StoredTensor(name, dtype, shape, end - begin)


def _sizes(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(item) is int and 0 <= item < 1 << 63 for item in value):
        raise _BadSafetensors
    return tuple(value)


INDEX, SINGLE = "model.safetensors.index.json", "model.safetensors"
_MAX_JSON_BYTES = 16 << 20  # an index of a hundred thousand tensors takes 9 MB
_MAX_README_BYTES = 64 << 10
_MAX_FILES, _MAX_LAYERS = 10_000, 4096
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"})
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")
_LICENCE = re.compile(r"^license(_name)?:\s*['\"]?([\w.+-]+)", re.MULTILINE)
_PACKED_BITS = {"awq": 4, "gptq": 4}


def safetensors_card(folder: Path, read: Callable[[Path], tuple[StoredTensor, ...]] = read_safetensors) -> ModelCard:
    """The card of the model in `folder`. `read`: the tensors of a file.

    Raises ModelUnreadable, which says why: it has pickles or code of its own, does not write, is damaged or incomplete.
    """
    config = check_config(folder)
    files = _files(folder)
    tensors = [tensor for file in files for tensor in read(file)]
    text = config.get("text_config")  # the part that writes, where a model sees or hears too
    text = text if isinstance(text, dict) else config
    quantization, bits = _quantization(config, tensors)
    return ModelCard(
        path=folder,
        files=files,
        format="safetensors",
        name=folder.name,
        architecture=str(_architecture(config)),
        weights_bytes=sum(tensor.size for tensor in tensors),
        active_bytes=_active_bytes(tensors, text),
        parameters=_parameters(tensors, bits),
        quantization=quantization,
        context_tokens=_count(text, "max_position_embeddings") or None,
        cache=_cache(text),
        vocabulary=_count(text, "vocab_size"),
        width=_count(text, "hidden_size"),
        heads=_count(text, "num_attention_heads"),
        feed_forward=_count(text, "intermediate_size"),
        has_template=any((folder / name).is_file() for name in ("chat_template.jinja", "chat_template.json"))
        or bool(_json(folder, "tokenizer_config.json", required=False).get("chat_template")),
        licence=_licence(folder),
    )


def check_config(folder: Path) -> Mapping[str, Any]:
    """The contents of config.json, once the folder is checked; the weights need not be there yet.

    Raises ModelUnreadable: it is an adapter, has code of its own or no tokenizer, or does not write.
    """
    if (folder / "adapter_config.json").exists():
        raise ModelUnreadable(folder, "It is an adapter for a model. Choose the model itself.")
    config = _json(folder, "config.json")
    if "auto_map" in config or "auto_map" in _json(folder, "tokenizer_config.json", required=False):
        hint = "It needs to run code of its own, which Carrel never does. Choose a model without such code."
        raise ModelUnreadable(folder, hint)
    if not re.search(r"(CausalLM|ConditionalGeneration|LMHeadModel)$", _architecture(config)):
        raise ModelUnreadable(folder, f"It does not write text ({_architecture(config)}). Choose a chat model.")
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        raise ModelUnreadable(folder, "Its tokenizer is missing. Download the model again, with all its files.")
    return config


def _architecture(config: Mapping[str, Any]) -> str:
    named = config.get("architectures")
    return str(named[0]) if isinstance(named, list) and named else "unknown"


def _files(folder: Path) -> tuple[Path, ...]:
    if not (folder / INDEX).is_file():
        if (folder / SINGLE).is_file():
            return (folder / SINGLE,)
        if any(path.suffix in _PICKLES for path in islice(folder.iterdir(), _MAX_FILES)):
            hint = "Its weights are pickle files, which can run code. Choose a version in safetensors."
            raise ModelUnreadable(folder, hint)
        raise ModelUnreadable(folder, "Its weights are missing. Download the model again, with all its files.")
    named = _json(folder, INDEX).get("weight_map")
    if not isinstance(named, dict) or not all(isinstance(name, str) for name in named.values()):
        raise ModelUnreadable(folder, f"{INDEX} is damaged. Download the model again.")
    names = sorted(set(named.values()))
    if any(Path(name).name != name or not name.endswith(".safetensors") for name in names):
        raise ModelUnreadable(folder, f"{INDEX} names files outside the folder. It is damaged, or not to be trusted.")
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelUnreadable(folder, f"{len(missing)} of its {len(names)} parts are missing, first {missing[0]}.")
    return tuple(folder / name for name in names)


def _json(folder: Path, name: str, *, required: bool = True) -> Mapping[str, Any]:
    path = folder / name
    if not path.is_file():
        if required:
            raise ModelUnreadable(folder, f"{name} is missing. Download the model again, with all its files.")
        return {}
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_JSON_BYTES + 1)
        if len(data) > _MAX_JSON_BYTES:
            raise ModelUnreadable(folder, f"{name} is larger than that of any known model. It is damaged.")
        value = json.loads(data.decode("utf-8"))
    except OSError as error:
        raise ModelUnreadable(folder, f"{name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ModelUnreadable(folder, f"{name} is damaged. Download the model again.") from error
    if not isinstance(value, dict):
        raise ModelUnreadable(folder, f"{name} is damaged. Download the model again.")
    return value


def _count(config: Mapping[str, Any], key: str) -> int:
    value = config.get(key)
    return value if type(value) is int and 0 < value < 1 << 40 else 0


def _cache(config: Mapping[str, Any]) -> KvCache:
    layers, heads = min(_count(config, "num_hidden_layers"), _MAX_LAYERS), _count(config, "num_attention_heads")
    head = _count(config, "head_dim") or (_count(config, "hidden_size") // heads if heads else 0)
    values = 2 * head * (_count(config, "num_key_value_heads") or heads)
    kinds = config.get("layer_types")
    kinds = kinds if isinstance(kinds, list) and len(kinds) == layers else ["full_attention"] * layers
    window = _count(config, "sliding_window") or None
    return KvCache(
        tuple(
            LayerCache(values, window if kind == "sliding_attention" else None)
            for kind in kinds
            if values and str(kind).endswith("attention") and kind != "linear_attention"
        )
    )


def _quantization(config: Mapping[str, Any], tensors: Sequence[StoredTensor]) -> tuple[str, int | None]:
    """Its name, and the bits per weight where several are packed into one number."""
    declared = config.get("quantization_config")
    method = str(declared.get("quant_method", "")).lower() if isinstance(declared, dict) else ""
    if isinstance(declared, dict) and method:
        if method == "bitsandbytes":
            four = bool(declared.get("load_in_4bit"))
            return ("bitsandbytes-4bit", 4) if four else ("bitsandbytes-8bit", None)
        bits = declared.get("bits", _PACKED_BITS.get(method))
        return method, bits if type(bits) is int and 1 < bits <= 8 and method in _PACKED_BITS else None
    by_type = Counter[str]()
    for tensor in tensors:
        by_type[tensor.dtype] += tensor.size
    return (by_type.most_common(1)[0][0] if by_type else "unknown"), None


def _parameters(tensors: Sequence[StoredTensor], packed_bits: int | None) -> int:
    """The number of weights before packing, without the scales of a packed model."""
    if packed_bits is None:
        return sum(tensor.weights for tensor in tensors if not tensor.name.endswith(("scale", "scale_inv", ".SCB")))
    packed = [tensor for tensor in tensors if tensor.dtype in ("I32", "U8") and "zero" not in tensor.name]
    packed = [tensor for tensor in packed if not tensor.name.endswith(("g_idx", "absmax", "quant_map"))]
    counted = {tensor.name for tensor in packed}
    plain = [tensor for tensor in tensors if tensor.name.endswith(".weight") and tensor.name not in counted]
    unpacked = sum(tensor.weights * SAFETENSORS_BITS[tensor.dtype] // packed_bits for tensor in packed)
    return unpacked + sum(tensor.weights for tensor in plain)


def _active_bytes(tensors: Sequence[StoredTensor], config: Mapping[str, Any]) -> int:
    """Bytes read for a token: only the experts in use, and no embeddings, unless they are the output too."""
    experts = _count(config, "num_local_experts") or _count(config, "num_experts") or _count(config, "n_routed_experts")
    used = _count(config, "num_experts_per_tok")
    share = min(1.0, used / experts) if experts and used else 1.0
    tied = not any(tensor.name.endswith("lm_head.weight") for tensor in tensors)
    total = 0.0
    for tensor in tensors:
        if tied or not tensor.name.endswith("embed_tokens.weight"):
            total += tensor.size * (share if ".experts." in tensor.name else 1.0)
    return round(total)


def _licence(folder: Path) -> str | None:
    """The licence in the front matter of its README."""
    try:
        with (folder / "README.md").open("rb") as file:
            head = file.read(_MAX_README_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    if not head.startswith("---"):
        return None
    found = {name or "": value for name, value in _LICENCE.findall(head.split("\n---", 1)[0])}
    return found.get("_name") or found.get("")
