"""A model's working memory: computes tokens into it, rolls it back, and draws the next token from it."""

import ctypes
from collections.abc import Sequence
from typing import Any

from engines.failures import GenerationFailed
from engines.llama.library import LlamaLibrary
from engines.llama.model import LlamaModel
from engines.llama.sampler import Sampler
from engines.protocol import Sampling
from engines.settings import LlamaSettings

_DONE, _ABORTED = 0, 2  # llama.h: return values of llama_decode
_SEQUENCE = 0


class StopFlag:
    """Two bytes that native code watches: stops the computation that runs under it. Thread-safe."""

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Ask for the end; cannot be taken back."""
        self._bytes[0] = b"\x01"

    @property
    def is_set(self) -> bool:
        """Whether the end was asked for."""
        return self._bytes[0] != b"\0"

    @property
    def address(self) -> int:
        """Where native code finds it."""
        return ctypes.addressof(self._bytes)


class LlamaContext:
    """One conversation's memory. For one thread at a time; `LlamaEngine` sees to that."""

    def __init__(
        self, library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, window: int, threads: int
    ) -> None:
        """Allocate the memory. Raises MemoryError when there is not enough."""
        self._api, self._library = library.api, library
        self._size = settings.batch_tokens
        self._handle: Any = self._open(model, settings, window, threads)
        self._memory = self._api.llama_get_memory(self._handle)
        self._tokens = (self._api.llama_token * self._size)()
        self._wanted = (ctypes.c_int8 * self._size)()
        self._batch = self._api.llama_batch(0, self._tokens, None, None, None, None, self._wanted)

    def watch(self, flag: StopFlag) -> None:
        """Let `flag` stop what is computed from now on. It must outlive the next `watch`."""
        self._flag = flag
        self._api.llama_set_abort_callback(self._handle, self._library.aborts, flag.address)

    def compute(self, tokens: Sequence[int], *, predict: bool) -> bool:
        """Append at most `batch_tokens` tokens; False when the flag stopped it. `predict`: for `sample` afterwards.

        Raises GenerationFailed. After both of these the memory may hold a part of `tokens`: `keep` what is known.
        """
        count = len(tokens)
        self._tokens[:count] = tokens
        self._wanted[count - 1] = predict
        self._batch.n_tokens = count
        code = self._api.llama_decode(self._handle, self._batch)
        self._wanted[count - 1] = 0
        if code not in (_DONE, _ABORTED):
            raise GenerationFailed(code)
        return bool(code == _DONE)

    def keep(self, count: int) -> bool:
        """Forget all but the first `count` tokens. False when this kind of memory cannot: it is empty then."""
        if self._api.llama_memory_seq_rm(self._memory, _SEQUENCE, count, -1):
            return True
        self._api.llama_memory_clear(self._memory, False)
        return False

    def sampler(self, sampling: Sampling, model: LlamaModel) -> Sampler:
        """What draws the tokens of one reply. Raises GrammarInvalid."""
        return Sampler(self._api, self._handle, model, sampling)

    def close(self) -> None:
        """Free the memory."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._api.llama_free(handle)

    def _open(self, model: LlamaModel, settings: LlamaSettings, window: int, threads: int) -> Any:
        parameters = self._api.llama_context_default_params()
        parameters.n_ctx = window
        parameters.n_batch = parameters.n_ubatch = self._size
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = int(self._flash_attention(settings))
        parameters.no_perf = True
        handle = self._api.llama_init_from_model(model.handle, parameters)
        if not handle:
            raise MemoryError("llama_init_from_model")
        return handle

    def _flash_attention(self, settings: LlamaSettings) -> bool:
        if settings.flash_attention is None:
            return bool(self._api.llama_supports_gpu_offload())
        return settings.flash_attention
