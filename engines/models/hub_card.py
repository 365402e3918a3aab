"""The card of a model on the hub, from its headers alone: ranges of its files, and the listing's sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from engines.models.card import ModelCard
from engines.models.gguf_card import gguf_card
from engines.models.gguf_header import GgufHeader, read_gguf_header
from engines.models.hub_choice import QUANTIZATIONS, offered, select
from engines.models.machine import Machine
from engines.models.safetensors import INDEX, StoredTensor, parse_safetensors, safetensors_card

if TYPE_CHECKING:
    from network import HubReader, RemoteFile

SizeSource = Literal["file", "hub", "calculated"]
_MIB = 1 << 20
# Bytes to have read in turn: a GGUF file's header is as long as its vocabulary, 2 MB to 12 MB; a later part's is short.
_PREFIXES = (_MIB // 16, *(size * _MIB for size in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)))
_AHEAD_BYTES = _MIB // 16  # read at once: most headers of a part of a model fit
_READ = frozenset({"config.json", "tokenizer_config.json", "chat_template.json", "chat_template.jinja", INDEX})
_README, _README_BYTES = "README.md", 64 << 10
_COMPARED = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M")  # calculated where the hub has no files of them


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationSize:
    """The weights of a model in one quantisation. `source`: a header that was read, the hub's listing, or bits."""

    name: str
    weights_bytes: int
    source: SizeSource


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCard:
    """A model on the hub. `sizes`: of every quantisation, the largest first. `read_bytes`: of its files."""

    card: ModelCard
    sizes: tuple[QuantizationSize, ...]
    read_bytes: int


def read_hub_card(reader: HubReader, quantization: str | None, machine: Machine) -> HubCard:
    """The card of the reader's repository in one quantisation; None: the best one for `machine`.

    Raises Offline, DownloadFailed, QuantizationUnknown, RepositoryUnusable, ModelUnreadable.
    """
    files = {file.name: file for file in select(reader.repository, quantization, machine)}
    first = min((name for name in files if name.endswith(".gguf")), default="")
    with TemporaryDirectory() as folder:
        headers = _Headers(reader, files, Path(folder))
        card = gguf_card(Path(folder) / first, headers.gguf) if first else headers.folder_card()
    name = reader.repository.name
    by_name = offered(reader.repository)
    label = next((label for label, parts in by_name.items() if first in {part.name for part in parts}), "")
    shown = PurePosixPath(first).stem if first else name.rpartition("/")[2]
    card = replace(card, path=Path(name), files=(), name=shown, quantization=label or card.quantization)
    sizes = _listed_sizes(by_name, card) if by_name else calculated_sizes(card)
    return HubCard(card=card, sizes=sizes, read_bytes=reader.received_bytes)


def calculated_sizes(card: ModelCard) -> tuple[QuantizationSize, ...]:
    """The card's own size, and those that other quantisations take by their bits; the largest first."""
    own = QuantizationSize(name=card.quantization, weights_bytes=card.weights_bytes, source="file")
    sizes = {
        one.name: QuantizationSize(
            name=one.name, weights_bytes=round(card.parameters * one.bits / 8), source="calculated"
        )
        for one in QUANTIZATIONS
        if one.name in _COMPARED
    }
    return _largest_first([*(sizes | {own.name: own}).values()])


def quantized(card: ModelCard, size: QuantizationSize) -> ModelCard:
    """The card of the same model in another quantisation: all parts in proportion."""
    share = size.weights_bytes / card.weights_bytes
    return replace(
        card,
        quantization=size.name,
        weights_bytes=size.weights_bytes,
        active_bytes=round(card.active_bytes * share),
        layer_bytes=tuple(round(layer * share) for layer in card.layer_bytes),
        output_bytes=round(card.output_bytes * share),
        copied_bytes=round(card.copied_bytes * share),
    )


class _Headers:
    """Reads headers as if the files were in `folder`, where empty ones stand for them."""

    def __init__(self, reader: HubReader, files: dict[str, RemoteFile], folder: Path) -> None:
        self._reader, self._files, self._folder = reader, files, folder
        for name in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def gguf(self, path: Path) -> GgufHeader:
        """The header of the file that `path` stands for. Raises DownloadFailed, ModelUnreadable."""
        file = self._file(path)
        return read_gguf_header(Path(path.name), _Begin(self._reader, file).read, file.size, _PREFIXES)

    def folder_card(self) -> ModelCard:
        """The card of the folder of safetensors. Raises DownloadFailed, ModelUnreadable."""
        for name, file in self._files.items():
            if name in _READ or name == _README:
                size = min(file.size, _README_BYTES) if name == _README else file.size
                (self._folder / name).write_bytes(self._reader.read(file, 0, size))
        return safetensors_card(self._folder, self._tensors)

    def _tensors(self, path: Path) -> tuple[StoredTensor, ...]:
        file = self._file(path)
        return parse_safetensors(Path(path.name), _Begin(self._reader, file).read, file.size)

    def _file(self, path: Path) -> RemoteFile:
        return self._files[path.relative_to(self._folder).as_posix()]


class _Begin:
    """The beginning of a remote file, read from its first byte on, some of it ahead."""

    def __init__(self, reader: HubReader, file: RemoteFile) -> None:
        self._reader, self._file = reader, file
        self._data, self._position = b"", 0

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end of the file. Raises Offline, DownloadFailed."""
        begin, end = self._position, min(self._position + size, self._file.size)
        if end > len(self._data):
            wanted = max(end, _AHEAD_BYTES) - len(self._data)
            self._data += self._reader.read(self._file, len(self._data), wanted)
        self._position = end
        return self._data[begin:end]


def _listed_sizes(by_name: Mapping[str, Sequence[RemoteFile]], card: ModelCard) -> tuple[QuantizationSize, ...]:
    """The sizes of the GGUF files in the listing, less a header as long as that of the card's."""
    listed = {name: sum(file.size for file in files) for name, files in by_name.items()}
    header = listed.pop(card.quantization) - card.weights_bytes
    own = QuantizationSize(name=card.quantization, weights_bytes=card.weights_bytes, source="file")
    sizes = (
        QuantizationSize(name=name, weights_bytes=max(1, size - header), source="hub") for name, size in listed.items()
    )
    return _largest_first([own, *sizes])


def _largest_first(sizes: Sequence[QuantizationSize]) -> tuple[QuantizationSize, ...]:
    return tuple(sorted(sizes, key=lambda one: -one.weights_bytes))
