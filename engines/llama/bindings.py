"""The native llama.cpp library, loaded once: its functions, its log, and the two ways of calling it from Python."""

from __future__ import annotations

import atexit
import ctypes
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from engines.errors import EngineMissing

_BUFFER = re.compile(r"(model|KV|RS|compute|output) buffer size =\s*([\d.]+) MiB")
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
    """`api`: the bindings; each call releases the interpreter lock and has to acquire it again afterwards.

    `version`: of the bindings, and so of llama.cpp.

    `is_end`, `piece`: microsecond calls that hold the lock, as acquiring it from a busy thread can take 5 ms.
    `release_threads`: ends the OpenMP threads of the calling thread; they start anew. GNU's runtime counts the threads
    of all callers: once there are more than cores, those that wait sleep instead of spinning, at hundreds of barriers a
    token, and another thread that computes decodes 1.5 times slower.
    `abort_callback`: C's `strlen` as a predicate on a zero-terminated buffer, true once its first byte is set.
    llama.cpp asks it between any two nodes of its graph, where a callback into Python would wait for the interpreter
    lock. `callbacks`: those that native code holds.
    """

    api: Any
    version: str
    log: NativeLog
    is_end: Callable[..., bool]
    piece: Callable[..., int]
    release_threads: Callable[[], None]
    abort_callback: Any
    callbacks: tuple[Any, ...]


@cache
def llama_library() -> LlamaLibrary:
    """The library, loaded on the first call. Raises EngineMissing when it is not there or does not load."""
    try:
        from llama_cpp import __version__ as version, _utils, llama_cpp as api
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineMissing(
            "llama.cpp is not installed", "Install it with: make run, or pip install .[llama]"
        ) from error
    for null_file in (_utils.outnull_file, _utils.errnull_file):  # opened on import, unused here
        atexit.register(null_file.close)
    log = NativeLog()
    write = api.llama_log_callback(log.write)
    api.llama_log_set(write, None)
    api.llama_backend_init()
    pause = getattr(api._lib, "omp_pause_resource_all", None)  # only where llama.cpp computes with OpenMP
    libc = ctypes.CDLL(None) if os.name == "posix" else ctypes.CDLL("ucrtbase")
    return LlamaLibrary(
        api,
        version,
        log,
        is_end=_hold_lock(api.llama_vocab_is_eog),
        piece=_hold_lock(api.llama_token_to_piece),
        release_threads=(lambda: None) if pause is None else lambda: pause(_OMP_PAUSE_HARD),
        abort_callback=ctypes.cast(libc.strlen, api.ggml_abort_callback),
        callbacks=(write,),
    )


def _hold_lock(function: Any) -> Callable[..., Any]:
    """The same native function, called without releasing the interpreter lock."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(function.restype, *function.argtypes)(address)
