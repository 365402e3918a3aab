"""The library of llama.cpp on this machine: the files that it may be in, best first, and the devices it computes on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

_COMPILED = {"win32": "llama.dll", "darwin": "libllama.dylib"}.get(sys.platform, "libllama.so")


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """`package`: the one that brought it, with its version; "": the settings name it."""

    path: Path
    package: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaDevice:
    """A device that the library can compute on. `name`: llama.cpp's, as `Vulkan0`. `backend`: as `Vulkan`.

    `is_integrated`: its memory is the machine's.
    """

    name: str
    description: str
    backend: str
    free_bytes: int
    total_bytes: int
    is_integrated: bool = False


def library_files(chosen: Path | None) -> Iterator[LibraryFile]:
    """The chosen one alone, or else the one compiled here, then our wheel's, for any processor, then another."""
    if chosen is not None:
        yield LibraryFile(chosen)
        return
    if folder := _package_folder("llama_cpp"):
        yield LibraryFile(folder / "lib" / _COMPILED, f"llama-cpp-python {version('llama_cpp_python')}")
    if folder := _package_folder("carrel_llama"):
        for path in folder.glob("*carrel-llama.*"):
            yield LibraryFile(path, f"carrel-llama {version('carrel_llama')}")
    if folder := _package_folder("xllamacpp"):
        for path in folder.glob("xllamacpp*.so"):
            yield LibraryFile(path, f"xllamacpp {version('xllamacpp')}")


def _package_folder(name: str) -> Path | None:
    """The folder of an installed package, which is not imported for it."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
