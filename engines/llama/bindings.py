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
from engines.llama.declarations import DEVICE_FUNCTIONS, FUNCTIONS, MAY_BE_MISSING, TYPES, ContextParams
from engines.llama.layout import LibraryUnfit, find_context_params
from engines.llama.library_file import LibraryFile, LlamaDevice, library_files

_BUFFER = re.compile(r"(\S+)\s+(model|KV|RS|compute|output) buffer size =\s*([\d.]+) MiB")
_PART = re.compile(r"loaded CPU backend from .*ggml-cpu-(\w+)\.\w+$")
_FEATURE = re.compile(r"(\w+) = 1")
_PROCESSOR, _GPU, _INTEGRATED_GPU = "CPU", 1, 2  # ggml's name of the backend; enum ggml_backend_dev_type
_OMP_PAUSE_HARD = 2  # omp.h
_OWNERS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}


class NativeLog:
    """llama.cpp's log, passed on to `logging` at debug level; the only place that tells the sizes of its buffers.

    `processor`: the kind whose part was loaded, as `zen4`; "": the library has one part only.
    """

    def __init__(self) -> None:
        self.processor = ""
        self._logger = logging.getLogger("carrel.llama_cpp")
        self._sizes: dict[tuple[str, str], int] | None = None
        self._one_block = Lock()

    def write(self, _level: int, text: bytes, _data: object) -> None:
        """Log a line, or a part of one, from native code."""
        line = text.decode("utf-8", "replace").rstrip()
        if line:
            self._logger.debug(line)
        if part := _PART.search(line):
            self.processor = part[1]
        found = _BUFFER.search(line) if self._sizes is not None else None
        if found and self._sizes is not None:
            place = (found[1], _OWNERS[found[2]])
            self._sizes[place] = self._sizes.get(place, 0) + round(float(found[3]) * 1024 * 1024)

    @contextmanager
    def sizes(self) -> Iterator[dict[tuple[str, str], int]]:
        """Collect the bytes that llama.cpp allocates in the block, by device and owner. A second block waits."""
        with self._one_block:
            sizes: dict[tuple[str, str], int] = {}
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

    @property
    def backends(self) -> tuple[str, ...]:
        """What the library was built for, as `CUDA` or `Vulkan`, the processor last; empty where it does not tell."""
        if not self.tells_devices:
            return ()
        names = [_text(self.api.ggml_backend_reg_name(self.api.ggml_backend_reg_get(at))) for at in self._registered()]
        return tuple(sorted(names, key=lambda name: name == _PROCESSOR))

    @property
    def gpus(self) -> tuple[LlamaDevice, ...]:
        """The graphics processors that a model is spread over, with their memory now: all, else one integrated."""
        if not self.tells_devices:
            return ()
        handles = [self.api.ggml_backend_dev_get(at) for at in range(self.api.ggml_backend_dev_count())]
        kinds = [(self.api.ggml_backend_dev_type(handle), handle) for handle in handles]
        own = [handle for kind, handle in kinds if kind == _GPU]
        integrated = [handle for kind, handle in kinds if kind == _INTEGRATED_GPU][:1]
        return tuple(self._device(handle, is_integrated=not own) for handle in own or integrated)

    @property
    def tells_devices(self) -> bool:
        """True if the library exports the functions of ggml that list devices."""
        return hasattr(self.api, next(iter(DEVICE_FUNCTIONS)))

    def _registered(self) -> range:
        return range(self.api.ggml_backend_reg_count())

    def _device(self, handle: Any, *, is_integrated: bool) -> LlamaDevice:
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self.api.ggml_backend_dev_memory(handle, ctypes.byref(free), ctypes.byref(total))
        backend = self.api.ggml_backend_dev_backend_reg(handle)
        return LlamaDevice(
            name=_text(self.api.ggml_backend_dev_name(handle)),
            description=_text(self.api.ggml_backend_dev_description(handle)),
            backend=_text(self.api.ggml_backend_reg_name(backend)),
            free_bytes=free.value,
            total_bytes=total.value,
            is_integrated=is_integrated,
        )


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


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
    _load_backends(api, file.path.parent)
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
    if all(hasattr(native, name) for name in DEVICE_FUNCTIONS):
        for name, (result, *arguments) in DEVICE_FUNCTIONS.items():
            function = getattr(native, name)
            function.restype, function.argtypes = result, arguments
            setattr(api, name, function)
    return api


def _load_backends(api: Any, folder: Path) -> None:
    """Have a library without backends take those beside it, the best for this processor. Raises LibraryUnfit."""
    if not hasattr(api, "ggml_backend_reg_count") or api.ggml_backend_reg_count():
        return
    api.ggml_backend_load_all_from_path(os.fsencode(folder))
    if not api.ggml_backend_reg_count():
        raise LibraryUnfit(f"{folder} has no part of it for this processor")


def _refuse(name: str, *_: object) -> None:
    raise EngineMissing(
        f"The installed llama.cpp has no {name}",
        "Compile it for this processor: make compile, or pip install 'carrel-desktop[llama]'",
    )


def _hold_lock(function: Any) -> Callable[..., Any]:
    """The same native function, called without releasing the interpreter lock."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(function.restype, *function.argtypes)(address)
