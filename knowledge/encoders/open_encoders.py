"""Opens an installed embedder or reranker by its name."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from knowledge.embed import Embedder, EmbedderMissing
from knowledge.encoders.encoder_catalogue import Precision, find_encoder
from knowledge.encoders.encoder_folder import AGREEMENT, WEIGHTS_FILE
from knowledge.rerank import Reranker, RerankerMissing

_INT8 = "-int8"


class InstalledEmbedder(Embedder, Protocol):
    """An embedder that reports its memory."""

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        ...


class InstalledReranker(Reranker, Protocol):
    """A reranker that reports its memory."""

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        ...


def default_embedder_folders() -> tuple[Path, ...]:
    """Return the folders that may have embedders, each in a folder of its own name; the first wins."""
    return (Path(sys.prefix) / "share" / "carrel" / "embedders",)


def find_installed_encoder(name: str, folders: Sequence[Path]) -> Path | None:
    """Return the first folder of that name that has weights."""
    return next((folder / name for folder in folders if (folder / name / WEIGHTS_FILE).is_file()), None)


def encoder_model_name(name: str) -> str:
    """Return the model's name, from an encoder's own, which may state a precision (`bge-m3-int8`)."""
    return name.removesuffix(_INT8)


def open_installed_embedder(
    name: str, folders: Sequence[Path], precision: Precision | None = None
) -> InstalledEmbedder:
    """Open an embedder of the catalogue from the first of `folders` that has it.

    `name`: the model's, or the embedder's own, which may state a precision. `precision`: None: float32 on a GPU, else
    int8 if it ranks as float32 does, as was measured or checked when the model was downloaded.

    Raises EncoderUnknown, EmbedderMissing, EncoderDamaged or WeightsUnreadable.
    """
    if name.endswith(_INT8):
        name, precision = encoder_model_name(name), "int8"
    model = find_encoder(name, "embedder")
    folder = find_installed_encoder(name, folders)
    if folder is None:
        raise EmbedderMissing(f"The embedder {name} is not installed.", f"Run `carrel models pull {name}`.")
    if precision != "int8" and gpu_is_usable():
        from knowledge.encoders.flag import FlagEmbedder

        return FlagEmbedder(folder, instructions=model.instructions)
    from knowledge.encoders.onnx_encoders import OnnxEmbedder

    chosen = precision or ("int8" if model.int8_measured else checked_precision(folder))
    return OnnxEmbedder(folder, precision=chosen, instructions=model.instructions)


def open_installed_reranker(
    name: str, folders: Sequence[Path], precision: Precision | None = None
) -> InstalledReranker:
    """Open a reranker of the catalogue; arguments and errors as for `open_installed_embedder`, with RerankerMissing."""
    find_encoder(name, "reranker")
    folder = find_installed_encoder(name, folders)
    if folder is None:
        raise RerankerMissing(f"The reranker {name} is not installed.", f"Run `carrel models pull {name}`.")
    if precision != "int8" and gpu_is_usable():
        from knowledge.encoders.flag import FlagReranker

        return FlagReranker(folder)
    from knowledge.encoders.onnx_encoders import OnnxReranker

    return OnnxReranker(folder, precision=precision or checked_precision(folder))


def gpu_is_usable() -> bool:
    """True when FlagEmbedding and torch are installed and torch sees a GPU. Takes seconds where they are installed."""
    if find_spec("FlagEmbedding") is None or find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def checked_precision(folder: Path) -> Precision:
    """Return int8 where the check of `knowledge.encoders.agreement` allowed it for these files, else float32."""
    try:
        return "int8" if json.loads((folder / AGREEMENT).read_text("utf-8"))["agrees"] is True else "float32"
    except (OSError, ValueError, KeyError, TypeError):
        return "float32"
