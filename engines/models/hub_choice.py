"""Chooses the files of a chat model to download: one quantisation of a GGUF repository, or a folder of safetensors."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import QuantizationUnknown, RepositoryUnusable
from engines.models.fit import BANDWIDTH_EFFICIENCY, WANTED_TOKENS_PER_SECOND
from engines.models.machine import Machine, detect_machine
from engines.models.memory import MEMORY_SHARE
from engines.models.safetensors import check_config
from engines.models.scan import read_card
from network import DownloadSpec

if TYPE_CHECKING:
    from network import RemoteFile, Repository


@dataclass(frozen=True, slots=True)
class Quantization:
    """`bits`: a weight takes on average, embeddings included. `family`: the type of most of its tensors."""

    name: str
    bits: float
    family: str


# The best first. Bits: llama.cpp, tools/quantize/README.md, measured there on Llama-3.1-8B. It has none for Q4_0: 4.5
# bits, and 6.56 for the output.
QUANTIZATIONS = (
    Quantization("F16", 16.0005, "F16"),
    Quantization("Q8_0", 8.5008, "Q8_0"),
    Quantization("Q6_K", 6.5633, "Q6_K"),
    Quantization("Q5_K_M", 5.7036, "Q5_K"),
    Quantization("Q5_K_S", 5.5704, "Q5_K"),
    Quantization("Q4_K_M", 4.8944, "Q4_K"),
    Quantization("Q4_K_S", 4.6672, "Q4_K"),
    Quantization("IQ4_NL", 4.6818, "IQ4_NL"),
    Quantization("Q4_0", 4.635, "Q4_0"),
    Quantization("IQ4_XS", 4.4597, "IQ4_XS"),
    Quantization("Q3_K_M", 3.9960, "Q3_K"),
    Quantization("Q2_K", 3.1593, "Q2_K"),
)
_SENSIBLE_BITS = 4.4  # below, answers suffer visibly: better a smaller model
_BEST_SENSIBLE = 6.0  # above, answers hardly improve and writing slows


def repacked(machine: Machine) -> frozenset[str]:
    """Families that llama.cpp lays out anew for this processor, and then reads prompts 1.3 times as fast or more.

    Source: llama.cpp, ggml/src/ggml-cpu/repack.cpp; the gain: ik_llama.cpp#129, llama.cpp #16739 and #18096.
    """
    if machine.instructions & {"i8mm", "asimddp"}:
        return frozenset({"Q4_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "Q8_0"})
    if "avx512f" in machine.instructions:
        return frozenset({"Q4_0", "Q4_K", "IQ4_NL", "Q2_K"})
    return frozenset({"Q4_0", "Q4_K", "IQ4_NL"}) if "avx2" in machine.instructions else frozenset()


def best_quantization(parameters: int, machine: Machine, room_bytes: int, offered: Collection[str]) -> str | None:
    """The one of the `offered` to take of a model of so many weights that may take `room_bytes`; None: none fits.

    On a processor: the best that writes 20 tokens/s, of those from 4.4 bits; where none does, of about 4 bits the one
    that is repacked. On a graphics processor: the best up to 6.6 bits. Below 4.4 bits only where nothing else fits.
    """
    known = [one for one in QUANTIZATIONS if one.name in offered and parameters * one.bits / 8 <= room_bytes]
    sensible = [one for one in known if one.bits >= _SENSIBLE_BITS]
    if not sensible:
        return known[0].name if known else None
    modest = [one for one in sensible if one.bits <= _BEST_SENSIBLE + 1] or sensible[-1:]
    fluent = [one for one in modest if machine.gpus or _is_fluent(parameters, one, machine)]
    if fluent:
        return fluent[0].name
    quick = [one for one in modest if one.family in repacked(machine)] or modest
    return min(quick, key=lambda one: one.bits).name


def _is_fluent(parameters: int, one: Quantization, machine: Machine) -> bool:
    if machine.cpu_bandwidth is None:
        return one.family in repacked(machine)
    return BANDWIDTH_EFFICIENCY * machine.cpu_bandwidth / (parameters * one.bits / 8) >= WANTED_TOKENS_PER_SECOND


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
