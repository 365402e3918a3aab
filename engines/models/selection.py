"""Chat models as downloads: one quantisation of a GGUF repository, or a whole folder of safetensors."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import QuantizationUnknown, RepositoryUnusable
from engines.models.fit import MEMORY_SHARE
from engines.models.machine import Machine, detect_machine
from engines.models.quantization import QUANTIZATIONS, best_quantization
from engines.models.safetensors import check_config
from engines.models.scan import read_card
from network.download_job import DownloadSpec

if TYPE_CHECKING:
    from network.downloads import RemoteFile, Repository

_LABEL = re.compile(r"(?:^|[-._/])((?:IQ|TQ|Q)\d\w*|F16|BF16|F32|MXFP4(?:_MOE)?)(?=[-.])", re.IGNORECASE)
_NO_MODEL = re.compile(r"mmproj|imatrix", re.IGNORECASE)
_BESIDE = frozenset({".json", ".jinja", ".txt", ".model"})  # what a tokenizer and a shape are written in
_PAPERS = ("README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE")
_ROOM_FOR_WEIGHTS = 0.85  # of what models may take: the rest is the conversation's


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModelSpec(DownloadSpec):
    """A chat model of the hub. `quantization`: None: the best one for this machine."""

    quantization: str | None

    def select(self, repository: Repository) -> Sequence[RemoteFile]:
        """Choose the files, small ones first. Raises QuantizationUnknown, RepositoryUnusable."""
        return select(repository, self.quantization, detect_machine(os.cpu_count() or 1))

    def check_before(self, file: RemoteFile, folder: Path) -> None:
        """Refuse a model by its small files before the large ones are downloaded. Raises ModelUnreadable."""
        if file.name.endswith(".safetensors"):
            check_config(folder)

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """Read the model's header. Raises ModelUnreadable."""
        read_card(folder / self.model_file(files))

    def model_file(self, files: Sequence[RemoteFile]) -> str:
        """Path of the first GGUF file; "" for a folder of safetensors."""
        return min((file.name for file in files if file.name.endswith(".gguf")), default="")


def chat_model_spec(repository: str, quantization: str | None = None) -> ChatModelSpec:
    """Return the download of a repository, given as OWNER/MODEL."""
    return ChatModelSpec(
        name=repository.replace("/", "--") + (f"-{quantization.upper()}" if quantization else ""),
        kind="chat",
        repository=repository,
        target=repository,
        shares_target=True,
        quantization=quantization,
    )


def offered(repository: Repository) -> Mapping[str, tuple[RemoteFile, ...]]:
    """The GGUF files of each quantisation, by its name in capitals; several where one is in parts."""
    found: dict[str, list[RemoteFile]] = {}
    for file in repository.files:
        label = _LABEL.search(file.name)
        if file.name.endswith(".gguf") and label and not _NO_MODEL.search(file.name):
            found.setdefault(label[1].upper(), []).append(file)
    return {name: tuple(files) for name, files in found.items()}


def select(repository: Repository, quantization: str | None, machine: Machine) -> tuple[RemoteFile, ...]:
    """Return the files of the quantisation, or of the safetensors, small ones first. None: the best one for `machine`.

    Raises QuantizationUnknown and RepositoryUnusable.
    """
    by_name = offered(repository)
    papers = tuple(file for file in repository.files if file.name in _PAPERS)
    if not by_name:
        return _by_size((*papers, *_safetensors(repository, quantization)))
    name = (quantization or _best(by_name, machine)).upper()
    if name not in by_name:
        raise QuantizationUnknown(repository.name, name, sorted(by_name))
    return _by_size((*papers, *by_name[name]))


def _best(by_name: Mapping[str, Sequence[RemoteFile]], machine: Machine) -> str:
    sizes = {name: sum(file.size for file in files) for name, files in by_name.items()}
    bits = {one.name: one.bits for one in QUANTIZATIONS}
    guesses = [int(8 * size / bits[name]) for name, size in sizes.items() if name in bits]
    if not guesses:
        return min(sizes, key=lambda name: sizes[name])
    memory = max([machine.memory_bytes, *(gpu.memory_bytes for gpu in machine.gpus)])
    room = int(_ROOM_FOR_WEIGHTS * MEMORY_SHARE * memory)
    return best_quantization(max(guesses), machine, room, sizes) or min(sizes, key=lambda name: sizes[name])


def _safetensors(repository: Repository, quantization: str | None) -> list[RemoteFile]:
    top = [file for file in repository.files if "/" not in file.name]
    weights = [file for file in top if file.name.endswith(".safetensors") and not file.name.startswith("consolidated")]
    if quantization:
        raise QuantizationUnknown(repository.name, quantization, [])
    if not weights:
        raise RepositoryUnusable(repository.name)
    return [*weights, *(file for file in top if "." + file.name.rpartition(".")[2] in _BESIDE)]


def _by_size(files: Sequence[RemoteFile]) -> tuple[RemoteFile, ...]:
    return tuple(sorted(dict.fromkeys(files), key=lambda file: file.size))
