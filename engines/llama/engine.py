"""The llama.cpp engine: local GGUF models, on the low-level bindings and with a decode loop of its own."""

import logging
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from engines.failures import ModelUnreadable, PromptEmpty, PromptTooLong, TemplateRefused
from engines.llama.calibration import tuning_for
from engines.llama.context import LlamaContext
from engines.llama.kv.chat_disk import ChatDisk
from engines.llama.kv.parked import ParkedChats
from engines.llama.kv.persona_prefix import persona_prefix, system_messages
from engines.llama.kv.sequences import Sequences
from engines.llama.kv.snapshot_folder import SnapshotFolder
from engines.llama.kv.snapshots import SnapshotStore
from engines.llama.kv.state_identity import state_identity
from engines.llama.library import LlamaLibrary, llama_library
from engines.llama.model import LlamaModel
from engines.llama.reply import LlamaReply
from engines.llama.request import Request
from engines.llama.worker import LlamaWorker
from engines.llama.writing.grammar import check_grammar
from engines.models.gguf_header import check_gguf
from engines.protocol import Message, Sampling
from engines.settings import LlamaSettings, Tuning
from engines.template_stability import template_stability

_PERSONAS = 16  # remembered beginnings of prompts


class LlamaEngine:
    """A loaded GGUF model; see `Engine`. It remembers, token for token, the conversations that it read."""

    def __init__(
        self, path: Path, settings: LlamaSettings, on_progress: Callable[[float], None] = lambda share: None
    ) -> None:
        """Load the model at `path`, which takes seconds and leaves other threads running.

        `on_progress`: told the share of the weights that is loaded. Raises ModelUnreadable, EngineMissing.
        """
        check_gguf(path)
        library = llama_library()
        self._api = library.api
        with library.log.sizes() as sizes:
            self._model = LlamaModel(library, path, on_progress)
            self.context_tokens = min(settings.context_tokens, self._model.trained_tokens or settings.context_tokens)
            self.tuning = tuning_for(library, self._model, settings)
            sizes.clear()
            context = _context(library, self._model, path, settings, self.tuning, self.context_tokens)
        self._persona_prefix = lru_cache(_PERSONAS)(partial(persona_prefix, self._model))
        self._memory = {
            "weights": self._model.weight_bytes,
            "kv": sizes.get("kv", 0),
            "compute": sizes.get("compute", 0),
        }
        self._parked = ParkedChats(settings.parked_bytes, _disk(path, self._model, context, settings))
        _log_stability(self._model)
        sequences = Sequences(context, self._model, self._parked, self.context_tokens)
        self._worker = LlamaWorker(self._model, context, sequences, settings, self.tuning, self.context_tokens)
        weakref.finalize(self, self._worker.close)  # also when the program ends: native code must not run on then

    @property
    def name(self) -> str:
        """`llama.cpp`."""
        return "llama.cpp"

    @property
    def model(self) -> str:
        """The name in the model's file, or the file's own."""
        return self._model.name

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        return self._model.count(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt, template included, where none of it is in memory.

        With an answer of this engine in it, a prompt may take a few more or fewer: the answer keeps the tokens that it
        was written in.
        """
        return len(self._model.prompt_tokens(self._model.template.render(messages)))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> LlamaReply:
        """Stream the next assistant message. Reads only what it has not read before.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, and TemplateRefused when the model's template does.
        """
        return self._reply(messages, sampling, keep=keep, ahead=False)

    def prefill(self, messages: Sequence[Message]) -> LlamaReply:
        """Read a prompt ahead, or, after an answer, the beginning of the next; see `Engine.prefill`."""
        return self._reply(messages, Sampling(max_tokens=0), keep=True, ahead=True)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return {**self._memory, "kv_parked": self._parked.bytes}

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        self._worker.close()

    def _reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool, ahead: bool) -> LlamaReply:
        if not messages:
            raise PromptEmpty
        check_grammar(self._api, self._model, sampling)
        template = self._model.template
        is_answered = ahead and messages[-1].role == "assistant"
        prompt = template.beginning(messages) if is_answered else template.render(messages)
        tokens = self._model.prompt_tokens(prompt)
        if len(tokens) >= self.context_tokens:
            raise PromptTooLong(len(tokens), self.context_tokens)
        persona = self._persona_prefix(system_messages(messages))
        request = Request(prompt, tokens, sampling, persona=persona, keep=keep, ahead=ahead, rewrites=is_answered)
        return LlamaReply(self._worker, request)


def _context(
    library: LlamaLibrary, model: LlamaModel, path: Path, settings: LlamaSettings, tuning: Tuning, window: int
) -> LlamaContext:
    try:
        return LlamaContext(library, model, settings, tuning, window)
    except MemoryError as error:
        model.close()
        hint = f"There is no memory for a window of {window:,} tokens. Choose a smaller one in the settings."
        raise ModelUnreadable(path, hint) from error


def _log_stability(model: LlamaModel) -> None:
    try:
        said = str(template_stability(model.template))
    except TemplateRefused as refused:
        said = f"{refused.title}: {refused.hint}"
    logging.getLogger("carrel.llama").info("%s: %s", model.name, said)


def _disk(path: Path, model: LlamaModel, context: LlamaContext, settings: LlamaSettings) -> ChatDisk | None:
    if settings.snapshot_folder is None:
        return None
    folder = SnapshotFolder(settings.snapshot_folder, settings.snapshot_bytes)
    identity = state_identity(path, model.template.source, context.state_format)
    return ChatDisk(SnapshotStore(folder, identity, rolls_back=context.can_roll_back))
