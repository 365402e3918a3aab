"""The KV cache of a model: decodes tokens into sequences, truncates, copies, saves and restores them."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from engines.engine_settings import KvType, LlamaSettings, Tuning
from engines.errors import GenerationFailed
from engines.llama.bindings import LlamaLibrary
from engines.llama.drafting import MOST_DRAFTED
from engines.llama.model import LlamaModel
from engines.llama.sampler import Candidates, Sampler
from engines.protocol import Sampling


class RollbackSequence:
    """A hidden sequence that holds the state of another before a batch, to roll it back. For the worker's thread.

    It shares the other's memory and takes next to no time: llama.cpp copies a shared recurrent state when one of its
    sequences continues (llama_memory_recurrent::find_slot). In a batch of several sequences that also moves the states
    of others, so such a batch cannot be interrupted.
    """

    def __init__(self, api: Any, memory: Any, sequence: int) -> None:
        """`sequence`: its own id, which nothing else uses."""
        self._api, self._memory, self._sequence = api, memory, sequence
        self._other = -1
        self._count = 0

    def save(self, other: int, count: int) -> None:
        """Hold the state of the sequence `other`, which has `count` tokens."""
        if other != self._other:
            self.release(self._other)
        self._api.llama_memory_seq_cp(self._memory, other, self._sequence, self._count, -1)
        self._other, self._count = other, count

    def restore(self) -> None:
        """Give the saved sequence its state back."""
        self._api.llama_memory_seq_rm(self._memory, self._other, -1, -1)
        self._api.llama_memory_seq_cp(self._memory, self._sequence, self._other, 0, -1)

    def release(self, other: int) -> None:
        """Free the state of `other`, if it is held."""
        if other == self._other:
            self._api.llama_memory_seq_rm(self._memory, self._sequence, -1, -1)
            self._other, self._count = -1, 0


_DECODED, _ABORTED = 0, 2  # llama.h: return values of llama_decode
_GGML_TYPES: dict[KvType, int] = {"f16": 1, "q8_0": 8}  # ggml.h: GGML_TYPE_F16, GGML_TYPE_Q8_0
_SLIDING_ONLY = 1  # llama.h: LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY, also what recurrent layers hold
_UNNOTICED_SECONDS = 0.02  # shorter steps are not interrupted: Stop takes 40 ms at most
_HELPER_TOKENS = 512  # cells beyond the window: room for a title or a rewritten question beside a full chat


class StopFlag:
    """A zero-terminated byte that native code polls, to abort a computation. Thread-safe."""

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Abort the computation that runs now, or the next one."""
        self._bytes[0] = b"\x01"

    def clear(self) -> None:
        """Allow computing again."""
        self._bytes[0] = b"\0"

    @property
    def address(self) -> int:
        """The address of the byte, for native code."""
        return ctypes.addressof(self._bytes)


@dataclass(frozen=True, slots=True)
class BatchSlice:
    """Tokens to append to one sequence, the first of them at `position`.

    `outputs`: the number of last tokens whose logits are wanted.
    """

    sequence: int
    tokens: Sequence[int]
    position: int
    outputs: int


class LlamaContext:
    """Sequences of tokens in cells that they may share. For the worker's thread; only `stop` is for any.

    All memory is allocated at once: `cells` tokens, which are the window and a reserve for helper calls. A saved state
    can be loaded where `state_format` is equal. `can_remove_tail`: the last tokens can be removed; false for recurrent
    and hybrid models, whose state is a summary. `can_roll_back`: any number of tokens can be; false where layers have a
    sliding window, whose older cells are overwritten: see `can_truncate`.
    """

    def __init__(
        self, library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, tuning: Tuning, window: int
    ) -> None:
        """Allocate the memory. Raises MemoryError when there is not enough."""
        self._api, self._library = library.api, library
        self._size = max(tuning.batch_tokens + settings.parallel_chats, 1 + MOST_DRAFTED)
        self.can_remove_tail = not any(
            is_kind(model.handle) for is_kind in (self._api.llama_model_is_recurrent, self._api.llama_model_is_hybrid)
        )
        self._sliding = int(self._api.llama_model_n_swa(model.handle))  # tokens of the window; 0: none
        self.can_roll_back = self.can_remove_tail and not self._sliding
        self.sequences = (2 if self.can_roll_back else 1) * settings.parallel_chats + 2
        self._handle: Any = self._open(model, tuning, window)
        self.cells = int(self._api.llama_n_ctx(self._handle))
        self._memory = self._api.llama_get_memory(self._handle)
        self._rollback = None if self.can_remove_tail else RollbackSequence(self._api, self._memory, self.sequences)
        self._step_seconds = math.inf
        self._make_batch()
        self._candidates = Candidates(self._api, model.size)
        self.stop, self._ignored = StopFlag(), StopFlag()

    def decode(self, slices: Sequence[BatchSlice]) -> bool:
        """Append the slices in one batch; False when `stop` was set.

        Raises GenerationFailed. After both of these the sequences may hold a part of it: `truncate` them. A batch that
        could not be removed again is computed to its end: several sequences that cannot be rolled back, short steps.
        """
        flag = self.stop if self._can_abort(slices) else self._ignored
        self._api.llama_set_abort_callback(self._handle, self._library.abort_callback, flag.address)
        count = 0
        for one in slices:
            count = self._add(one, count)
        self._batch.n_tokens = count
        began = perf_counter()
        code = self._api.llama_decode(self._handle, self._batch)
        if code not in (_DECODED, _ABORTED):
            raise GenerationFailed(code)
        if code == _ABORTED and self._rollback:
            self._rollback.restore()
        elif count == 1:
            self._step_seconds = perf_counter() - began
        return bool(code == _DECODED)

    def truncate(self, sequence: int, count: int) -> bool:
        """Remove all but the first `count` tokens. False when it cannot continue from there; it is empty then."""
        if self._rollback:
            self._rollback.release(sequence)
        if self.can_truncate(sequence, count) and self._api.llama_memory_seq_rm(self._memory, sequence, count, -1):
            return True
        self._api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def can_truncate(self, sequence: int, count: int) -> bool:
        """True if sliding-window layers still hold all that the token after the first `count` attends to."""
        first = self._api.llama_memory_seq_pos_min(self._memory, sequence) if self._sliding and count else 0
        return 0 <= first <= self._first_seen(count)

    def can_truncate_saved(self, size: int, count: int) -> bool:
        """True if a saved sequence of `size` tokens can be continued from its first `count`.

        Of sliding-window layers only the cells that the next token attends to are saved.
        """
        return size == count or (self.can_remove_tail and self._first_seen(size - 1) <= self._first_seen(count))

    def copy(self, source: int, target: int, count: int) -> None:
        """Give `target`, which is empty, the first `count` tokens of `source`: the cells are shared.

        Those of sliding-window layers are copied instead, as a shared cell is not reused once the window has left it.
        """
        self._api.llama_memory_seq_cp(self._memory, source, target, 0, count)
        if self._sliding and self.can_truncate(target, count):
            size = self._api.llama_state_seq_get_size_ext(self._handle, target, _SLIDING_ONLY)
            buffer = (ctypes.c_uint8 * size)()
            self._api.llama_state_seq_get_data_ext(self._handle, buffer, size, target, _SLIDING_ONLY)
            self._api.llama_state_seq_set_data_ext(self._handle, buffer, size, target, _SLIDING_ONLY)

    def clear(self) -> None:
        """Empty all sequences."""
        self._rollback = RollbackSequence(self._api, self._memory, self.sequences) if self._rollback else None
        self._api.llama_memory_clear(self._memory, False)

    def state_bytes(self, sequence: int) -> int:
        """Bytes that `save` will write."""
        return int(self._api.llama_state_seq_get_size(self._handle, sequence))

    def save(self, sequence: int, into: ctypes.Array[ctypes.c_uint8], size: int) -> bool:
        """Write the state of a sequence; False when it is not `size` bytes."""
        return bool(self._api.llama_state_seq_get_data(self._handle, into, size, sequence) == size)

    def load(self, sequence: int, saved: ctypes.Array[ctypes.c_uint8], size: int) -> bool:
        """Restore a saved state into an empty sequence; False, and it stays empty, when it does not fit."""
        if self._api.llama_state_seq_set_data(self._handle, saved, size, sequence) == size:
            return True
        self._api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def sampler(self, sampling: Sampling, model: LlamaModel) -> Sampler:
        """A new sampler for one reply. Raises GrammarInvalid."""
        return Sampler(self._api, self._handle, model, sampling, self._candidates)

    def release_threads(self) -> None:
        """End the compute threads that idle, which would slow other computing threads down."""
        self._library.release_threads()

    def close(self) -> None:
        """Free the memory."""
        self.release_threads()
        handle, self._handle = self._handle, None
        if handle is not None:
            self._api.llama_free(handle)

    def _can_abort(self, slices: Sequence[BatchSlice]) -> bool:
        """True if all that the batch writes can be removed again; saves the state for it where needed."""
        if self._rollback is None:
            return True
        if len(slices) > 1 or self._sliding:
            return False
        if len(slices[0].tokens) == 1 and self._step_seconds < _UNNOTICED_SECONDS:
            return False
        self._rollback.save(slices[0].sequence, slices[0].position)
        return True

    def _first_seen(self, position: int) -> int:
        return max(0, position + 1 - self._sliding) if self._sliding else 0

    def _add(self, one: BatchSlice, start: int) -> int:
        count = len(one.tokens)
        end = start + count
        if count == 1:
            self._tokens[start], self._positions[start] = one.tokens[0], one.position
            self._sequence_ids[start], self._wanted[start] = one.sequence, one.outputs
            return end
        self._tokens[start:end] = one.tokens
        self._positions[start:end] = range(one.position, one.position + count)
        self._sequence_ids[start:end] = [one.sequence] * count
        predicted = end - one.outputs
        self._wanted[start:predicted] = [0] * (count - one.outputs)
        self._wanted[predicted:end] = [1] * one.outputs
        return end

    def _make_batch(self) -> None:
        api, size = self._api, self._size
        self._tokens, self._positions = (api.llama_token * size)(), (api.llama_pos * size)()
        self._sequence_ids, self._wanted = (api.llama_seq_id * size)(), (ctypes.c_int8 * size)()
        pointer = ctypes.POINTER(api.llama_seq_id)
        places = [ctypes.byref(self._sequence_ids, at * ctypes.sizeof(api.llama_seq_id)) for at in range(size)]
        self._pointers = (pointer * size)(*(ctypes.cast(place, pointer) for place in places))
        self._ones = (ctypes.c_int32 * size)(*[1] * size)
        self._batch = api.llama_batch(0, self._tokens, None, self._positions, self._ones, self._pointers, self._wanted)

    def _open(self, model: LlamaModel, tuning: Tuning, window: int) -> Any:
        parameters = self._api.llama_context_default_params()
        parameters.n_ctx = window + _HELPER_TOKENS
        parameters.n_batch = parameters.n_ubatch = self._size
        parameters.n_seq_max = self.sequences + (not self.can_remove_tail)
        parameters.n_outputs_max = max(self.sequences, 1 + MOST_DRAFTED)
        parameters.kv_unified = True
        parameters.swa_full = False
        parameters.n_threads = parameters.n_threads_batch = tuning.threads
        parameters.flash_attn_type = int(tuning.flash_attention)
        parameters.type_k = parameters.type_v = _GGML_TYPES[tuning.kv_type]
        parameters.no_perf = True
        layout = ("type_k", "type_v", "flash_attn_type", "kv_unified", "swa_full")
        self.state_format = " ".join([self._library.version, *(str(getattr(parameters, name)) for name in layout)])
        handle = self._api.llama_init_from_model(model.handle, parameters)
        if not handle:
            raise MemoryError("llama_init_from_model")
        return handle
