"""The card of a GGUF model, from the headers of its files."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from engines.failures import ModelUnreadable
from engines.models.card import ModelCard
from engines.models.gguf_cache import gguf_cache
from engines.models.gguf_header import GgufHeader, GgufTensor, read_gguf
from engines.models.tensor_types import FILE_TYPES, GGML_TYPES

# They find, see or hear, but do not write; names as in llama.cpp, src/llama-arch.cpp.
_NO_WRITERS = frozenset(
    "bert clip eurobert gemma-embedding jina-bert-v2 jina-bert-v3 modern-bert neo-bert nomic-bert nomic-bert-moe "
    "t5 t5encoder wavtokenizer-dec whisper".split()
)
_LOOKED_UP = frozenset({"token_embd.weight", "per_layer_token_embd.weight"})  # of these a row is read for a token
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")  # as llama.cpp's gguf-split names them
_MAX_PARTS = 1000


def gguf_card(path: Path) -> ModelCard:
    """The card of the model in the file at `path`, or in it and the parts beside it.

    Raises ModelUnreadable, which says why: no model that writes, damaged, cut short, or a part is missing.
    """
    files = gguf_files(path)
    headers = [read_gguf(file) for file in files]
    first, architecture = headers[0], headers[0].text("general.architecture") or ""
    _require_writer(path, first, architecture)
    tensors = [tensor for header in headers for tensor in header.tensors]
    if not tensors:
        raise ModelUnreadable(path, "It has no weights, only a vocabulary. Choose a chat model.")
    return ModelCard(
        path=files[0],
        files=files,
        format="gguf",
        name=first.text("general.name") or _PART.sub("", path.name).removesuffix(".gguf"),
        architecture=architecture,
        weights_bytes=sum(tensor.size for tensor in tensors),
        active_bytes=_active_bytes(tensors, first, architecture),
        parameters=sum(tensor.weights for tensor in tensors),
        quantization=_quantization(tensors, first),
        context_tokens=first.number(f"{architecture}.context_length"),
        cache=gguf_cache(first),
        vocabulary=first.vocabulary,
        width=first.number(f"{architecture}.embedding_length") or 0,
        heads=_most(first, f"{architecture}.attention.head_count"),
        feed_forward=_feed_forward(first, architecture),
        has_template=first.text("tokenizer.chat_template") is not None,
        licence=first.text("general.license"),
    )


def gguf_files(path: Path) -> tuple[Path, ...]:
    """Every file of the model, in order. Raises ModelUnreadable when a part is missing."""
    found = _PART.search(path.name)
    if not found:
        return (path,)
    count = int(found[2])
    if not 0 < int(found[1]) <= count <= _MAX_PARTS:
        raise ModelUnreadable(path, "Its name says that it is a part of a model that cannot be. Download it again.")
    stem = path.name[: found.start()]
    parts = tuple(path.with_name(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1))
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise ModelUnreadable(path, f"{len(missing)} of its {count} parts are missing, first {missing[0]}.")
    return parts


def is_later_part(path: Path) -> bool:
    """Whether the file is the second or a later part of a model, which the first one stands for."""
    found = _PART.search(path.name)
    return found is not None and int(found[1]) > 1


def _require_writer(path: Path, header: GgufHeader, architecture: str) -> None:
    kind = header.text("general.type") or "model"
    if not architecture:
        raise ModelUnreadable(path, "It does not say what kind of model it is. It is damaged, or no chat model.")
    if kind != "model":
        raise ModelUnreadable(path, f"It is a part that goes with a model ({kind}), not a model. Choose the model.")
    if architecture in _NO_WRITERS or header.number(f"{architecture}.pooling_type"):
        raise ModelUnreadable(path, f"It does not write text ({architecture}). Choose a chat model.")


def _most(header: GgufHeader, key: str) -> int:
    """The number under `key`, or the largest of one for each layer."""
    value = header.metadata.get(key)
    counts = value if isinstance(value, tuple) else (value,)
    return max((count for count in counts if isinstance(count, int)), default=0)


def _feed_forward(header: GgufHeader, architecture: str) -> int:
    """Numbers that a token needs at once: of experts those of all that are used."""
    used, each = (header.number(f"{architecture}.{key}") for key in ("expert_used_count", "expert_feed_forward_length"))
    return max(_most(header, f"{architecture}.feed_forward_length"), (used or 0) * (each or 0))


def _active_bytes(tensors: Sequence[GgufTensor], header: GgufHeader, architecture: str) -> int:
    """Bytes read for a token: of experts those that are used, of embeddings none, unless they are the output too."""
    experts, used = header.number(f"{architecture}.expert_count"), header.number(f"{architecture}.expert_used_count")
    share = min(1.0, used / experts) if experts and used else 1.0
    tied = all(tensor.name != "output.weight" for tensor in tensors)
    total = 0.0
    for tensor in tensors:
        looked_up = tensor.name in _LOOKED_UP and not (tied and tensor.name == "token_embd.weight")
        if not looked_up:
            total += tensor.size * (share if "_exps." in tensor.name else 1.0)
    return round(total)


def _quantization(tensors: Sequence[GgufTensor], header: GgufHeader) -> str:
    """The type that takes most bytes; by the file's own name for its mixture where that agrees."""
    by_type = Counter[int]()
    for tensor in tensors:
        by_type[tensor.type_id] += tensor.size
    main = GGML_TYPES.get(by_type.most_common(1)[0][0])
    if main is None:
        return "unknown"
    said = FILE_TYPES.get(header.number("general.file_type") or -1, "")
    return said if said.startswith(main.name) else main.name
