"""Which files of a repository to bring: one quantisation of a GGUF repository, or a whole folder of safetensors."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engines.errors import QuantizationUnknown, RepositoryUnusable
from engines.models.fit import MEMORY_SHARE
from engines.models.machine import Machine
from engines.models.quantization import QUANTIZATIONS, best_quantization

if TYPE_CHECKING:
    from network.downloads import RemoteFile, Repository

_LABEL = re.compile(r"(?:^|[-._/])((?:IQ|TQ|Q)\d\w*|F16|BF16|F32|MXFP4(?:_MOE)?)(?=[-.])", re.IGNORECASE)
_NO_MODEL = re.compile(r"mmproj|imatrix", re.IGNORECASE)
_BESIDE = frozenset({".json", ".jinja", ".txt", ".model"})  # what a tokenizer and a shape are written in
_PAPERS = ("README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE")
_ROOM_FOR_WEIGHTS = 0.85  # of what models may take: the rest is the conversation's


def offered(repository: "Repository") -> "Mapping[str, tuple[RemoteFile, ...]]":
    """The GGUF files of each quantisation, by its name in capitals; several where one is in parts."""
    found: dict[str, list[RemoteFile]] = {}
    for file in repository.files:
        label = _LABEL.search(file.name)
        if file.name.endswith(".gguf") and label and not _NO_MODEL.search(file.name):
            found.setdefault(label[1].upper(), []).append(file)
    return {name: tuple(files) for name, files in found.items()}


def select(
    repository: "Repository", quantization: str | None, machine: Machine
) -> "tuple[str, tuple[RemoteFile, ...]]":
    """What to bring: the quantisation (or "safetensors") and its files, small ones first.

    Without a wish the quantisation that is best here. Raises QuantizationUnknown and RepositoryUnusable.
    """
    by_name = offered(repository)
    papers = tuple(file for file in repository.files if file.name in _PAPERS)
    if not by_name:
        return "safetensors", _by_size((*papers, *_safetensors(repository, quantization)))
    name = (quantization or _best(by_name, machine)).upper()
    if name not in by_name:
        raise QuantizationUnknown(repository.name, name, sorted(by_name))
    return name, _by_size((*papers, *by_name[name]))


def _best(by_name: "Mapping[str, Sequence[RemoteFile]]", machine: Machine) -> str:
    sizes = {name: sum(file.size for file in files) for name, files in by_name.items()}
    bits = {one.name: one.bits for one in QUANTIZATIONS}
    guesses = [int(8 * size / bits[name]) for name, size in sizes.items() if name in bits]
    if not guesses:
        return min(sizes, key=lambda name: sizes[name])
    memory = max([machine.memory_bytes, *(gpu.memory_bytes for gpu in machine.gpus)])
    room = int(_ROOM_FOR_WEIGHTS * MEMORY_SHARE * memory)
    return best_quantization(max(guesses), machine, room, sizes) or min(sizes, key=lambda name: sizes[name])


def _safetensors(repository: "Repository", quantization: str | None) -> "list[RemoteFile]":
    top = [file for file in repository.files if "/" not in file.name]
    weights = [file for file in top if file.name.endswith(".safetensors") and not file.name.startswith("consolidated")]
    if quantization:
        raise QuantizationUnknown(repository.name, quantization, [])
    if not weights:
        raise RepositoryUnusable(repository.name)
    return [*weights, *(file for file in top if "." + file.name.rpartition(".")[2] in _BESIDE)]


def _by_size(files: "Sequence[RemoteFile]") -> "tuple[RemoteFile, ...]":
    return tuple(sorted(dict.fromkeys(files), key=lambda file: file.size))
