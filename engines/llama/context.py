"""A model's working memory in sequences: computes tokens into them, rolls them back, copies, saves and loads them."""

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from engines.engine_settings import KvType, LlamaSettings, Tuning
from engines.failures import GenerationFailed
from engines.llama.bindings import LlamaLibrary
from engines.llama.drafting import MOST_DRAFTED
from engines.llama.model import LlamaModel
from engines.llama.sampler import Candidates, Sampler
from engines.protocol import Sampling


class Twin:
    """A sequence that stays where another was. For one thread, the worker's.

    It shares the other's memory and takes next to no time: a recurrent state that two sequences share is written anew
    for the one that goes on. Source: llama.cpp, llama_memory_recurrent::find_slot. In a batch of several sequences
    that also moves the states of others, so that such a batch cannot be interrupted.
    """

    def __init__(self, api: Any, memory: Any, sequence: int) -> None:
        """`sequence`: its own number, which nothing else uses."""
        self._api, self._memory, self._sequence = api, memory, sequence
        self._other = -1
        self._count = 0

    def follow(self, other: int, count: int) -> None:
        """Be what the sequence `other` is now that it has `count` tokens."""
        if other != self._other:
            self.leave(self._other)
        self._api.llama_memory_seq_cp(self._memory, other, self._sequence, self._count, -1)
        self._other, self._count = other, count

    def restore(self) -> None:
        """Let the followed sequence be what it was."""
        self._api.llama_memory_seq_rm(self._memory, self._other, -1, -1)
        self._api.llama_memory_seq_cp(self._memory, self._sequence, self._other, 0, -1)

    def leave(self, other: int) -> None:
        """`other` becomes something else: hold nothing of it."""
        if other == self._other:
            self._api.llama_memory_seq_rm(self._memory, self._sequence, -1, -1)
            self._other, self._count = -1, 0


_DONE, _ABORTED = 0, 2  # llama.h: return values of llama_decode
_GGML_TYPES: dict[KvType, int] = {"f16": 1, "q8_0": 8}  # ggml.h: GGML_TYPE_F16, GGML_TYPE_Q8_0
_SLIDING_ONLY = 1  # llama.h: LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY, also what recurrent layers hold
_UNNOTICED_SECONDS = 0.02  # a step that is shorter is waited for: Stop is to take 40 ms at most
_HELPER_TOKENS = 512  # cells beside the window, so that a title or a rewritten question finds room beside a full chat


class StopFlag:
    """Two bytes that native code watches: stops the computation that runs under it. Thread-safe."""

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Stop what is computed now or next."""
        self._bytes[0] = b"\x01"

    def clear(self) -> None:
        """Let it compute again."""
        self._bytes[0] = b"\0"

    @property
    def address(self) -> int:
        """Where native code finds it."""
        return ctypes.addressof(self._bytes)


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens to append to one sequence, the first of them at position `at`.

    `predict`: how many of them, from the last, are sampled from afterwards.
    """

    sequence: int
    tokens: Sequence[int]
    at: int
    predict: int


class LlamaContext:
    """Sequences of tokens in cells that they may share. For one thread, the worker's; only `stop` is for any.

    Its memory is allocated at once: `cells` tokens, which are the window and a reserve for helper calls. What is saved
    can be loaded where `state_format` is equal. `can_undo`: whether the last tokens can be taken out again; not of a
    recurrent or hybrid model, whose memory is a summary. `can_roll_back`: whether all tokens can be; not where layers
    slide a window over the text, and what is behind it is overwritten: see `goes_back`.
    """

    def __init__(
        self, library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, tuning: Tuning, window: int
    ) -> None:
        """Allocate the memory. Raises MemoryError when there is not enough."""
        self._api, self._library = library.api, library
        self._size = max(tuning.batch_tokens + settings.parallel_chats, 1 + MOST_DRAFTED)
        self.can_undo = not any(
            is_kind(model.handle) for is_kind in (self._api.llama_model_is_recurrent, self._api.llama_model_is_hybrid)
        )
        self._sliding = int(self._api.llama_model_n_swa(model.handle))  # tokens that sliding layers see; 0: none slides
        self.can_roll_back = self.can_undo and not self._sliding
        self.sequences = (2 if self.can_roll_back else 1) * settings.parallel_chats + 2
        self._handle: Any = self._open(model, tuning, window)
        self.cells = int(self._api.llama_n_ctx(self._handle))
        self._memory = self._api.llama_get_memory(self._handle)
        self._twin = None if self.can_undo else Twin(self._api, self._memory, self.sequences)
        self._step_seconds = math.inf
        self._make_batch()
        self._candidates = Candidates(self._api, model.size)
        self.stop, self._unheard = StopFlag(), StopFlag()

    def compute(self, parts: Sequence[Part]) -> bool:
        """Append the parts in one batch; False when `stop` was set.

        Raises GenerationFailed. After both of these the sequences may hold a part of it: `keep` what is known. What
        cannot be taken back is computed to its end: several sequences that cannot be rolled back, and short steps.
        """
        stops = self._guard(parts)
        flag = self.stop if stops else self._unheard
        self._api.llama_set_abort_callback(self._handle, self._library.aborts, flag.address)
        count = 0
        for part in parts:
            count = self._add(part, count)
        self._batch.n_tokens = count
        began = perf_counter()
        code = self._api.llama_decode(self._handle, self._batch)
        if code not in (_DONE, _ABORTED):
            raise GenerationFailed(code)
        if code == _ABORTED and self._twin:
            self._twin.restore()
        elif count == 1:
            self._step_seconds = perf_counter() - began
        return bool(code == _DONE)

    def keep(self, sequence: int, count: int) -> bool:
        """Forget all but the first `count` tokens. False when they cannot be gone on from, and it is empty then."""
        if self._twin:
            self._twin.leave(sequence)
        if self.goes_back(sequence, count) and self._api.llama_memory_seq_rm(self._memory, sequence, count, -1):
            return True
        self._api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def goes_back(self, sequence: int, count: int) -> bool:
        """Whether sliding layers still hold what the token after the first `count` sees."""
        first = self._api.llama_memory_seq_pos_min(self._memory, sequence) if self._sliding and count else 0
        return 0 <= first <= self._first_seen(count)

    def saved_goes_back(self, size: int, count: int) -> bool:
        """Whether a saved sequence of `size` tokens can be gone on from its first `count` as well.

        Only what the token after the last sees is saved of sliding layers.
        """
        return size == count or (self.can_undo and self._first_seen(size - 1) <= self._first_seen(count))

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target`, which is empty, begin with the first `count` tokens of `source`: the cells are shared.

        Those of sliding layers are copied instead, as a cell that is shared is not taken for other tokens when the
        window has left it.
        """
        self._api.llama_memory_seq_cp(self._memory, source, target, 0, count)
        if self._sliding and self.goes_back(target, count):
            size = self._api.llama_state_seq_get_size_ext(self._handle, target, _SLIDING_ONLY)
            buffer = (ctypes.c_uint8 * size)()
            self._api.llama_state_seq_get_data_ext(self._handle, buffer, size, target, _SLIDING_ONLY)
            self._api.llama_state_seq_set_data_ext(self._handle, buffer, size, target, _SLIDING_ONLY)

    def clear(self) -> None:
        """Empty all sequences."""
        self._twin = Twin(self._api, self._memory, self.sequences) if self._twin else None
        self._api.llama_memory_clear(self._memory, False)

    def saved_bytes(self, sequence: int) -> int:
        """What `save` will write."""
        return int(self._api.llama_state_seq_get_size(self._handle, sequence))

    def save(self, sequence: int, into: "ctypes.Array[ctypes.c_uint8]", size: int) -> bool:
        """Write the sequence's memory; False when it is not `size` bytes."""
        return bool(self._api.llama_state_seq_get_data(self._handle, into, size, sequence) == size)

    def load(self, sequence: int, saved: "ctypes.Array[ctypes.c_uint8]", size: int) -> bool:
        """Fill an empty sequence with what was saved; False, and it is empty, when it does not fit."""
        if self._api.llama_state_seq_set_data(self._handle, saved, size, sequence) == size:
            return True
        self._api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def sampler(self, sampling: Sampling, model: LlamaModel) -> Sampler:
        """What draws the tokens of one reply. Raises GrammarInvalid."""
        return Sampler(self._api, self._handle, model, sampling, self._candidates)

    def rest(self) -> None:
        """Let go of the threads that help to compute: other threads that compute are the faster for it."""
        self._library.rest()

    def close(self) -> None:
        """Free the memory."""
        self.rest()
        handle, self._handle = self._handle, None
        if handle is not None:
            self._api.llama_free(handle)

    def _guard(self, parts: Sequence[Part]) -> bool:
        """Whether the batch may be interrupted, as everything can be taken back that it writes."""
        if self._twin is None:
            return True
        if len(parts) > 1 or self._sliding:
            return False
        if len(parts[0].tokens) == 1 and self._step_seconds < _UNNOTICED_SECONDS:
            return False
        self._twin.follow(parts[0].sequence, parts[0].at)
        return True

    def _first_seen(self, position: int) -> int:
        return max(0, position + 1 - self._sliding) if self._sliding else 0

    def _add(self, part: Part, start: int) -> int:
        count = len(part.tokens)
        end = start + count
        if count == 1:
            self._tokens[start], self._positions[start] = part.tokens[0], part.at
            self._sequence_ids[start], self._wanted[start] = part.sequence, part.predict
            return end
        self._tokens[start:end] = part.tokens
        self._positions[start:end] = range(part.at, part.at + count)
        self._sequence_ids[start:end] = [part.sequence] * count
        predicted = end - part.predict
        self._wanted[start:predicted] = [0] * (count - part.predict)
        self._wanted[predicted:end] = [1] * part.predict
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
        parameters.n_seq_max = self.sequences + (not self.can_undo)
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
