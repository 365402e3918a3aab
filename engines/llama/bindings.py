"""The native llama.cpp library, loaded once: its functions, its log, and the two ways of calling it from Python."""

from __future__ import annotations

import ctypes
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

from engines.errors import EngineMissing
from engines.llama.declarations import FUNCTIONS, MAY_BE_MISSING, TYPES, ContextParams
from engines.llama.layout import LibraryUnfit, find_context_params
from engines.llama.library_file import LibraryFile, library_files

_BUFFER = re.compile(r"(model|KV|RS|compute|output) buffer size =\s*([\d.]+) MiB")
_FEATURE = re.compile(r"(\w+) = 1")
_OMP_PAUSE_HARD = 2  # omp.h
_OWNERS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}


class NativeLog:
    """llama.cpp's log, passed on to `logging` at debug level; the only place that tells the sizes of its buffers."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("carrel.llama_cpp")
        self._sizes: dict[str, int] | None = None
        self._one_block = Lock()

    def write(self, _level: int, text: bytes, _data: object) -> None:
        """Log a line, or a part of one, from native code."""
        line = text.decode("utf-8", "replace").rstrip()
        if line:
            self._logger.debug(line)
        found = _BUFFER.search(line) if self._sizes is not None else None
        if found and self._sizes is not None:
            owner = _OWNERS[found[1]]
            self._sizes[owner] = self._sizes.get(owner, 0) + round(float(found[2]) * 1024 * 1024)

    @contextmanager
    def sizes(self) -> Iterator[dict[str, int]]:
        """Collect the bytes that llama.cpp allocates in the block, by owner. A second block waits for the first."""
        with self._one_block:
            sizes: dict[str, int] = {}
            self._sizes = sizes
            try:
                yield sizes
            finally:
                self._sizes = None


@dataclass(frozen=True, slots=True)
class LlamaLibrary:
    """`api`: the functions and types of `declarations`, under their names in C; each call releases the interpreter lock
    and has to acquire it again afterwards.

    `file`: where it was loaded from. `version`: of the package, or of llama.cpp and the file that the settings name; a
    state that one version saved is not for another. `features`: of the processor, those that the library uses.

    `is_end`, `piece`: microsecond calls that hold the lock, as acquiring it from a busy thread can take 5 ms.
    `release_threads`: ends the OpenMP threads of the calling thread; they start anew. GNU's runtime counts the threads
    of all callers: once there are more than cores, those that wait sleep instead of spinning, at hundreds of barriers a
    token, and another thread that computes decodes 1.5 times slower.
    `abort_callback`: C's `strlen` as a predicate on a zero-terminated buffer, true once its first byte is set.
    llama.cpp asks it between any two nodes of its graph, where a callback into Python would wait for the interpreter
    lock. `callbacks`: those that native code holds.
    """

    api: Any
    file: LibraryFile
    version: str
    features: tuple[str, ...]
    log: NativeLog
    is_end: Callable[..., bool]
    piece: Callable[..., int]
    release_threads: Callable[[], None]
    abort_callback: Any
    callbacks: tuple[Any, ...]


def llama_library(chosen: Path | None = None) -> LlamaLibrary:
    """The chosen library, or the best that is installed, loaded on the first call.

    Raises EngineMissing when there is none, or none that loads and has the layout that is declared.
    """
    troubles = []
    for file in library_files(chosen):
        try:
            return _load_library(file)
        except (OSError, LibraryUnfit) as error:
            troubles.append(f"{file.package or file.path}: {error}.")
            if "libgomp" in str(error):
                troubles.append("On Debian or Ubuntu: sudo apt install libgomp1")
    if not troubles:
        raise EngineMissing(
            "llama.cpp is not installed",
            "Install Carrel again, or: pip install 'carrel-desktop[llama]', which compiles it.",
        )
    raise EngineMissing("The library of llama.cpp cannot be used", " ".join(troubles))


@cache
def _load_library(file: LibraryFile) -> LlamaLibrary:
    """Load a file once, as it has one log. Raises OSError, LibraryUnfit."""
    native = ctypes.CDLL(str(file.path))
    api = _declare(native, find_context_params(native))
    log = NativeLog()
    write = api.ggml_log_callback(log.write)
    api.llama_log_set(write, None)
    api.llama_backend_init()
    pause = getattr(native, "omp_pause_resource_all", None)  # only where llama.cpp computes with OpenMP
    libc = ctypes.CDLL(None) if os.name == "posix" else ctypes.CDLL("ucrtbase")
    build = f"{api.llama_version().decode()} {file.path.stat().st_size} {file.path.stat().st_mtime_ns}"
    return LlamaLibrary(
        api,
        file,
        file.package.removeprefix("llama-cpp-python ") or build,
        tuple(_FEATURE.findall(api.llama_print_system_info().decode("utf-8", "replace"))),
        log,
        is_end=_hold_lock(api.llama_vocab_is_eog),
        piece=_hold_lock(api.llama_token_to_piece),
        release_threads=(lambda: None) if pause is None else lambda: pause(_OMP_PAUSE_HARD),
        abort_callback=ctypes.cast(libc.strlen, api.ggml_abort_callback),
        callbacks=(write,),
    )


def _declare(native: ctypes.CDLL, context_params: Any) -> Any:
    """The functions and types by name. One that may be missing, and is, raises EngineMissing when it is called."""
    layouts = {ContextParams: context_params}
    api = SimpleNamespace(**{**TYPES, "llama_context_params": context_params})
    for name, signature in {**FUNCTIONS, **MAY_BE_MISSING}.items():
        result, *arguments = (layouts.get(one, one) for one in signature)
        if hasattr(native, name):
            function = getattr(native, name)
            function.restype, function.argtypes = result, arguments
            setattr(api, name, function)
        else:
            setattr(api, name, partial(_refuse, name))
    return api


def _refuse(name: str, *_: object) -> None:
    raise EngineMissing(
        f"The installed llama.cpp has no {name}",
        "Compile it for this processor: make compile, or pip install 'carrel-desktop[llama]'",
    )


def _hold_lock(function: Any) -> Callable[..., Any]:
    """The same native function, called without releasing the interpreter lock."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(function.restype, *function.argtypes)(address)
