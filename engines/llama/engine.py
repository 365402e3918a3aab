"""The llama.cpp engine: local GGUF models, on the low-level bindings and with a decode loop of its own."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from engines.engine_settings import LlamaSettings
from engines.errors import EngineDied, ModelUnreadable, PromptEmpty, PromptTooLong
from engines.llama.bindings import LlamaLibrary, llama_library
from engines.llama.calibration import choose_tuning
from engines.llama.context import LlamaContext
from engines.llama.kv.parked import ParkedChatStore, SnapshotWriter
from engines.llama.kv.prefix import DeletedTexts, persona_prefix, system_messages
from engines.llama.kv.sequences import SequencePool
from engines.llama.kv.snapshot_file import state_identity
from engines.llama.kv.snapshots import SnapshotFolder, SnapshotStore
from engines.llama.model import LlamaModel, OffloadShares
from engines.llama.request import LlamaReply, LlamaRequest
from engines.llama.sampler import check_grammar
from engines.llama.worker import LlamaWorker
from engines.models.gguf_card import gguf_card
from engines.models.gguf_header import read_gguf
from engines.models.gguf_limits import check_limits
from engines.models.memory import RunConfig, gpu_rooms, plan_offload
from engines.protocol import Message, Reply, Sampling
from engines.repetition import end_repetition
from engines.sampling_choice import SamplingChoice, gguf_sampling
from engines.template import PromptTokens, describe_stability
from engines.thoughts import ThoughtSplitter, thought_room

_log = logging.getLogger("carrel.llama")
_NAME = "llama.cpp"
_PERSONAS = 16  # prompt prefixes that are cached
_LARGEST_BATCH = 128  # tokens that the calibration may choose


class LlamaCore:
    """The model, context and worker of a `LlamaEngine`.

    Closed at the latest when the program ends: native code must not run on then.
    """

    def __init__(
        self, library: LlamaLibrary, path: Path, settings: LlamaSettings, on_progress: Callable[[float | None], None]
    ) -> None:
        """Load the model at `path`. Raises ModelUnreadable."""
        header = read_gguf(path)
        check_limits(path, header)  # before native code sees it
        self.recommended = gguf_sampling(header)
        with library.log.sizes() as sizes:
            offload = _plan_offload(library, path, settings)
            self.model = LlamaModel(library, path, on_progress, offload=offload)
            self.context_tokens = min(settings.context_tokens, self.model.trained_tokens or settings.context_tokens)
            self.tuning = choose_tuning(library, self.model, settings, lambda: on_progress(None))
            weights = {place: size for place, size in sizes.items() if place[1] == "weights"}
            sizes.clear()
            try:
                context = LlamaContext(library, self.model, settings, self.tuning, self.context_tokens)
            except MemoryError as error:
                self.model.close()
                hint = f"A window of {self.context_tokens:,} tokens needs too much memory. Set a smaller one."
                raise ModelUnreadable(path, hint) from error
        owned = {owner: sum(size for (_, kept), size in sizes.items() if kept == owner) for owner in ("kv", "compute")}
        self._bytes = {"weights": self.model.weight_bytes, **owned}
        self.device_bytes = {**weights, **sizes}
        self._snapshots, writer = None, None
        if settings.snapshot_folder:
            self._snapshots = SnapshotFolder(settings.snapshot_folder, settings.snapshot_bytes, settings.snapshot_key)
            identity = state_identity(path, self.model.template.source, context.state_format)
            writer = SnapshotWriter(SnapshotStore(self._snapshots, identity, rolls_back=context.can_roll_back))
        self.cut_answers = PromptTokens(self.model.prompt_tokens, self.model.is_control)
        self._parked = ParkedChatStore(settings.parked_bytes, writer)
        self.persona_prefix = lru_cache(_PERSONAS)(partial(persona_prefix, self.model))
        _log.info("%s: %s", self.model.name, describe_stability(self.model.template))
        sequences = SequencePool(context, self.model, self._parked, self.context_tokens, settings.kv_reuse)
        self.worker = LlamaWorker(self.model, context, sequences, settings, self.tuning, self.context_tokens)
        weakref.finalize(self, self.worker.close)

    @property
    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return {**self._bytes, "kv_parked": self._parked.bytes}

    def delete(self, texts: DeletedTexts) -> None:
        """Delete chats, in memory and on disk; those being answered go when their answers end."""
        self.cut_answers = PromptTokens(self.model.prompt_tokens, self.model.is_control)
        self.worker.delete(texts)
        if self._snapshots:
            self._snapshots.delete_containing(texts)
            self.worker.delete(texts)  # those that were loaded from disk meanwhile


def _plan_offload(library: LlamaLibrary, path: Path, settings: LlamaSettings) -> OffloadShares | None:
    """The layers for the library's graphics processors: those of the settings, else as many as their memory holds."""
    gpus = library.gpus
    if not gpus:
        return None
    config = RunConfig(
        context_tokens=settings.context_tokens,
        batch_tokens=settings.batch_tokens or _LARGEST_BATCH,
        parallel_chats=settings.parallel_chats,
        cache_type=settings.kv_type or "f16",
        flash_attention=settings.flash_attention is not False,
    )
    card = gguf_card(path)
    context = min(settings.context_tokens, card.context_tokens or settings.context_tokens)
    rooms = gpu_rooms(gpus)
    found = plan_offload(card, context, config, rooms)
    layers = found.layers if settings.gpu_layers is None else min(settings.gpu_layers, found.of_layers)
    _log.info("%s: %d of %d layers on %s", path.name, layers, found.of_layers, ", ".join(gpu.name for gpu in gpus))
    return OffloadShares(layers, tuple(map(float, rooms)) if sum(rooms) else ())


class LlamaEngine:
    """A loaded GGUF model; see `Engine`. It caches conversations token for token.

    A bug in the code that computes ends every answer with EngineDied; the engine can only be closed then.
    """

    def __init__(
        self, path: Path, settings: LlamaSettings, on_progress: Callable[[float | None], None] = lambda share: None
    ) -> None:
        """Load the model at `path`, which takes seconds and leaves other threads running.

        `on_progress`: told the share of the weights that is loaded, then None where the model is to be measured, once
        on a machine. Raises ModelUnreadable, EngineMissing.
        """
        self._library = llama_library(settings.library)
        self._core = LlamaCore(self._library, path, settings, on_progress)
        self.context_tokens, self.tuning = self._core.context_tokens, self._core.tuning

    @property
    def name(self) -> str:
        """`llama.cpp`."""
        return _NAME

    @property
    def model(self) -> str:
        """The name in the model's file, or the file's own."""
        return self._core.model.name

    @property
    def keeps_thoughts(self) -> bool:
        """True if the chat template keeps the thoughts of earlier answers."""
        return self._core.model.template.keeps_thoughts

    @property
    def recommended(self) -> SamplingChoice:
        """The sampling in the model's file."""
        return self._core.recommended

    @property
    def steps(self) -> int:
        """The number of batches computed so far."""
        return self._core.worker.steps

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        return self._living_core().model.count(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt, template included, if none of it is cached.

        A prompt with an answer of this engine may take a few more or fewer: the answer keeps the tokens that were
        generated.
        """
        model = self._living_core().model
        return len(model.prompt_tokens(model.template.render(messages)))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message. Computes only what is not cached.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, and TemplateRefused when the model's template does.
        """
        return end_repetition(self._reply(messages, sampling, keep=keep, ahead=False), sampling)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> LlamaReply:
        """Compute a prompt ahead or, after an answer, the beginning of the next one; see `Engine.prefill`."""
        sampling = Sampling(max_tokens=0, thinking_tokens=None if thinks else 0)
        return self._reply(messages, sampling, keep=True, ahead=True)

    def forget(self, messages: Sequence[Message]) -> None:
        """Delete the chats that contain one of these messages, in memory and on disk; see `Engine.forget`."""
        self._core.delete(DeletedTexts(message.text for message in messages))

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return self._core.memory

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        self._core.worker.close()

    def _living_core(self) -> LlamaCore:
        """The core. Raises EngineDied."""
        if self._core.worker.died:
            raise EngineDied(_NAME, restarts=False)
        return self._core

    def _reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool, ahead: bool) -> LlamaReply:
        if not messages:
            raise PromptEmpty
        core = self._living_core()
        check_grammar(self._library.api, core.model, sampling)
        template = core.model.template
        is_answered, continues = (messages[-1].role == "assistant" and when for when in (ahead, not ahead))
        thinks = sampling.thinks
        render = template.stable_prefix if is_answered else template.render
        prompt = render(messages, thinks=thinks)
        if sampling.grammar:  # is for the answer
            prompt += ThoughtSplitter(prompt).closing
        tokens = core.cut_answers.encode(prompt) if continues else core.model.prompt_tokens(prompt)
        if len(tokens) >= self.context_tokens:
            raise PromptTooLong(len(tokens), self.context_tokens)
        may_think = template.may_think and not continues
        request = LlamaRequest(
            prompt,
            tokens,
            sampling,
            persona=core.persona_prefix(system_messages(messages), thinks),
            keep=keep,
            ahead=ahead,
            rewrites=is_answered,
            continues=continues,
            thought_tokens=thought_room(sampling, prompt, self.context_tokens - len(tokens)) if may_think else 0,
        )
        return LlamaReply(core.worker, request, core.cut_answers.remember if keep else None)
