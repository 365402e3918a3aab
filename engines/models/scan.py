"""Finds the models on this machine, in Carrel's folders and in those of other programs. Only reads.

Places: LM Studio's and llama.cpp's own documentation, the Hugging Face hub's, ollama's docs/faq and the manifests
that it writes, and GPT4All's FAQ.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engines.errors import ModelUnreadable
from engines.models.card import ModelCard
from engines.models.gguf_card import gguf_card, is_later_part
from engines.models.safetensors import safetensors_card


def read_card(path: Path) -> ModelCard:
    """The card of the GGUF file, or of the folder of safetensors, at `path`.

    Runs no code of the model and reads no weights. Raises ModelUnreadable, which says why.
    """
    try:
        return safetensors_card(path) if path.is_dir() else gguf_card(path)
    except OSError as error:
        raise ModelUnreadable(path, f"It cannot be read: {error.strerror}.") from error


SCAN_SECONDS = 10.0
_MAX_DEPTH = 8
_MAX_FOLDERS = 20_000
_MAX_MANIFEST_BYTES = 1 << 20
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_WEIGHTS = frozenset({".safetensors", ".bin", ".pt", ".pth"})


@dataclass(frozen=True, slots=True)
class ModelLocation:
    """A folder to search, and the program that it belongs to."""

    folder: Path
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundModel:
    """A model on disk: its card, or the reason why it cannot be used."""

    name: str
    path: Path
    owner: str
    card: ModelCard | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The models found. `complete`: every location was searched within the time limit."""

    models: tuple[FoundModel, ...]
    complete: bool


def find_app_locations(home: Path, environment: Mapping[str, str]) -> tuple[ModelLocation, ...]:
    """The folders in which other programs keep models, for the person whose home folder is `home`."""
    caches = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    caches = Path(environment.get("XDG_CACHE_HOME") or environment.get("LOCALAPPDATA") or caches)
    hub = Path(environment.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    ollama = Path(environment.get("OLLAMA_MODELS") or home / ".ollama" / "models")
    shares = home / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    shares = Path(environment.get("XDG_DATA_HOME") or environment.get("LOCALAPPDATA") or shares)
    return (
        ModelLocation(home / ".lmstudio" / "models", "LM Studio"),
        ModelLocation(home / ".cache" / "lm-studio" / "models", "LM Studio"),
        ModelLocation(ollama, "Ollama"),
        ModelLocation(Path("/usr/share/ollama/.ollama/models"), "Ollama"),
        ModelLocation(Path(environment.get("HF_HUB_CACHE") or hub), "Hugging Face"),
        ModelLocation(Path(environment.get("LLAMA_CACHE") or caches / "llama.cpp"), "llama.cpp"),
        ModelLocation(shares / "nomic.ai" / "GPT4All", "GPT4All"),
    )


def scan_models(
    places: Sequence[ModelLocation], *, seconds: float = SCAN_SECONDS, clock: Callable[[], float] = time.monotonic
) -> ScanResult:
    """Every model in the locations, each file once, in their order. Unreadable folders count as empty."""
    search = _Search(clock() + seconds, clock)
    found: list[FoundModel] = []
    for place in places:
        for path, name in search.candidates(place):
            if search.is_late():
                return ScanResult(tuple(found), complete=False)
            try:
                found.append(FoundModel(name=name, path=path, owner=place.owner, card=read_card(path)))
            except ModelUnreadable as refused:
                found.append(FoundModel(name=name, path=path, owner=place.owner, reason=refused.hint))
    return ScanResult(tuple(found), complete=not search.is_late())


class _Search:
    """Walks locations; remembers folders and files by device and inode, so that no loop or link is followed twice."""

    def __init__(self, deadline: float, clock: Callable[[], float]) -> None:
        self._deadline, self._clock = deadline, clock
        self._seen: set[tuple[int, int]] = set()

    def is_late(self) -> bool:
        return self._clock() > self._deadline

    def candidates(self, place: ModelLocation) -> Iterator[tuple[Path, str]]:
        """Paths that may be models, and their names."""
        if place.owner == "Ollama":
            yield from self._from_manifests(place.folder)
            return
        waiting, count = [(place.folder, 0)], 0
        while waiting and count < _MAX_FOLDERS and not self.is_late():
            folder, depth = waiting.pop()
            count += 1
            if not self._is_new(folder):
                continue
            entries = list[Path]()
            with suppress(OSError):
                entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
            yield from self._in_folder(folder, entries)
            for entry in reversed(entries) if depth < _MAX_DEPTH else ():
                with suppress(OSError):
                    waiting += [(entry, depth + 1)] if entry.is_dir() else []

    def _in_folder(self, folder: Path, entries: Sequence[Path]) -> Iterator[tuple[Path, str]]:
        names = {entry.name for entry in entries}
        if names & {"config.json", "adapter_config.json"} and any(entry.suffix in _WEIGHTS for entry in entries):
            # the hub's cache has a folder for each revision, below that of the repository
            hub = next((part for part in reversed(folder.parts) if part.startswith("models--")), None)
            yield folder, hub.removeprefix("models--").replace("--", "/") if hub else folder.name
        for entry in entries:
            if entry.suffix == ".gguf" and not is_later_part(entry) and self._is_new(entry):
                yield entry, entry.stem

    def _from_manifests(self, folder: Path) -> Iterator[tuple[Path, str]]:
        """The models of Ollama, whose files are named by checksum and listed in manifests/HOST/OWNER/MODEL/TAG."""
        for manifest in sorted((folder / "manifests").glob("*/*/*/*")):
            if self.is_late():
                return
            try:
                with manifest.open("rb") as file:
                    layers = json.loads(file.read(_MAX_MANIFEST_BYTES))["layers"]
                digests = [layer["digest"] for layer in layers if layer["mediaType"] == _OLLAMA_MODEL]
                blob = str(digests[0]).replace(":", "-")
            except (OSError, ValueError, KeyError, IndexError, TypeError, RecursionError):
                continue
            if os.sep not in blob and self._is_new(folder / "blobs" / blob):
                owner = manifest.parts[-3]
                name = f"{manifest.parts[-2]}:{manifest.name}"
                yield folder / "blobs" / blob, name if owner == "library" else f"{owner}/{name}"

    def _is_new(self, path: Path) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False
        known = (status.st_dev, status.st_ino) in self._seen
        self._seen.add((status.st_dev, status.st_ino))
        return not known
