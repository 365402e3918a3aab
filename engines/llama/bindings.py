"""The native llama.cpp library, brought up once: its functions, its log, and the two ways of calling it from Python."""

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

from engines.failures import EngineMissing

_BUFFER = re.compile(r"(model|KV|RS|compute|output) buffer size =\s*([\d.]+) MiB")
_OMP_PAUSE_HARD = 2  # omp.h
_OWNERS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}


class NativeLog:
    """llama.cpp's log, passed on to `logging` at debug level. The sizes of its buffers are only said there."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("carrel.llama_cpp")
        self._sizes: dict[str, int] | None = None
        self._one_block = Lock()

    def write(self, _level: int, text: bytes, _data: object) -> None:
        """Take one line, or a part of one, from native code."""
        line = text.decode("utf-8", "replace").rstrip()
        if line:
            self._logger.debug(line)
        found = _BUFFER.search(line) if self._sizes is not None else None
        if found and self._sizes is not None:
            owner = _OWNERS[found[1]]
            self._sizes[owner] = self._sizes.get(owner, 0) + round(float(found[2]) * 1024 * 1024)

    @contextmanager
    def sizes(self) -> Iterator[dict[str, int]]:
        """Collects the bytes that llama.cpp allocates in the block, by owner. A second block waits for the first."""
        with self._one_block:
            sizes: dict[str, int] = {}
            self._sizes = sizes
            try:
                yield sizes
            finally:
                self._sizes = None


@dataclass(frozen=True, slots=True)
class LlamaLibrary:
    """`api`: the bindings; each of its calls releases the interpreter lock and has to win it back afterwards.

    `version`: theirs, and so that of llama.cpp.

    `is_end`, `piece`: microsecond calls that keep the lock, as winning it back from a busy thread can take 5 ms.
    `rest`: ends the threads that helped the calling one to compute, see `_rest`.
    `aborts`: the abort callback, see `_abort_callback`. `keep`: callbacks that native code holds.
    """

    api: Any
    version: str
    log: NativeLog
    is_end: Callable[..., bool]
    piece: Callable[..., int]
    rest: Callable[[], None]
    aborts: Any
    keep: tuple[Any, ...]


@cache
def llama_library() -> LlamaLibrary:
    """The library, loaded on the first call. Raises EngineMissing when it is not there or does not load."""
    try:
        from llama_cpp import __version__ as version
        from llama_cpp import _utils
        from llama_cpp import llama_cpp as api
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineMissing(
            "llama.cpp is not installed", "Install it with: make run, or pip install .[llama]"
        ) from error
    for null_file in (_utils.outnull_file, _utils.errnull_file):  # opened on import, for a use that is not ours
        atexit.register(null_file.close)
    log = NativeLog()
    write = api.llama_log_callback(log.write)
    api.llama_log_set(write, None)
    api.llama_backend_init()
    is_end = _keeping_lock(api.llama_vocab_is_eog)
    piece = _keeping_lock(api.llama_token_to_piece)
    return LlamaLibrary(api, version, log, is_end, piece, _rest(api), _abort_callback(api), (write,))


def _keeping_lock(function: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(function.restype, *function.argtypes)(address)


def _rest(api: Any) -> Callable[[], None]:
    """Ends the helpers that OpenMP keeps for the calling thread, where llama.cpp computes with it; they start anew.

    GNU's runtime counts the helpers of all threads. Once there are more than cores, those that wait no longer spin but
    sleep, at hundreds of barriers a token: where one thread has computed, another one writes 1.5 times slower.
    """
    pause = getattr(api._lib, "omp_pause_resource_all", None)
    return (lambda: None) if pause is None else lambda: pause(_OMP_PAUSE_HARD)


def _abort_callback(api: Any) -> Any:
    """C's `strlen`, as a predicate on a zero-terminated buffer: true once its first byte is set.

    llama.cpp asks between any two nodes of its graph. A callback into Python would wait for the interpreter lock each
    time; this one reads a byte.
    """
    library = ctypes.CDLL(None) if os.name == "posix" else ctypes.CDLL("ucrtbase")
    return ctypes.cast(library.strlen, api.ggml_abort_callback)
