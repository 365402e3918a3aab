"""The llama.cpp engine: local GGUF models, on the low-level bindings and with a decode loop of its own."""

import logging
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

from engines.engine_settings import LlamaSettings, Tuning
from engines.failures import EngineDied, ModelUnreadable, PromptEmpty, PromptTooLong
from engines.llama.bindings import LlamaLibrary, llama_library
from engines.llama.calibration import tuning_for
from engines.llama.context import LlamaContext
from engines.llama.kv.parked import ChatDisk, ParkedChats
from engines.llama.kv.prefix import Forgotten, persona_prefix, system_messages
from engines.llama.kv.sequences import Sequences
from engines.llama.kv.snapshot_file import state_identity
from engines.llama.kv.snapshots import SnapshotFolder, SnapshotStore
from engines.llama.model import LlamaModel
from engines.llama.request import Request
from engines.llama.sampler import check_grammar
from engines.llama.worker import LlamaWorker
from engines.models.gguf_header import check_gguf
from engines.protocol import Finish, Message, Piece, Sampling, Usage
from engines.template_stability import described_stability


class LlamaReply:
    """A running answer; see `Reply`. It is asked for when the first piece is; the worker never waits for the reader."""

    def __init__(self, worker: LlamaWorker, request: Request) -> None:
        self._worker, self._request = worker, request
        self._begun = False

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty. The first piece raises EngineBusy, GenerationFailed."""
        if self._begun:
            return iter(())
        self._begun = True
        return self._stream()

    def stop(self) -> None:
        """End the stream within 100 ms, reading or writing. Any thread, any number of times."""
        self._worker.stop(self._request)

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._request.finish

    @property
    def usage(self) -> Usage:
        """Counts so far. A prompt whose reading was stopped counts as far as it was read.

        Times are the engine's own: what the reader of the stream does in between is not in them.
        """
        return self._request.usage

    def _stream(self) -> Iterator[Piece]:
        self._worker.submit(self._request)
        try:
            while (piece := self._request.pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.stop()


_log = logging.getLogger("carrel.llama")
_PERSONAS = 16  # remembered beginnings of prompts


class LlamaCore:
    """What a `LlamaEngine` consists of until it dies. It ends with the program: native code must not run on then."""

    def __init__(
        self,
        library: LlamaLibrary,
        path: Path,
        settings: LlamaSettings,
        on_progress: Callable[[float], None],
        *,
        restarts: bool,
    ) -> None:
        """Load the model at `path`. `restarts`: another one follows if this one dies. Raises ModelUnreadable."""
        check_gguf(path)
        with library.log.sizes() as sizes:
            self.model = LlamaModel(library, path, on_progress)
            self.context_tokens = min(settings.context_tokens, self.model.trained_tokens or settings.context_tokens)
            self.tuning = tuning_for(library, self.model, settings)
            sizes.clear()
            context = _context(library, self.model, path, settings, self.tuning, self.context_tokens)
        self._bytes = {"weights": self.model.weight_bytes, "kv": sizes.get("kv", 0), "compute": sizes.get("compute", 0)}
        self._folder = _folder(settings)
        disk = _disk(path, self.model, context, self._folder) if self._folder else None
        self._parked = ParkedChats(settings.parked_bytes, disk)
        self.persona_prefix = lru_cache(_PERSONAS)(partial(persona_prefix, self.model))
        _log.info("%s: %s", self.model.name, described_stability(self.model.template))
        sequences = Sequences(context, self.model, self._parked, self.context_tokens)
        self.worker = LlamaWorker(
            self.model, context, sequences, settings, self.tuning, self.context_tokens, restarts=restarts
        )
        weakref.finalize(self, self.worker.close)

    @property
    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return {**self._bytes, "kv_parked": self._parked.bytes}

    def forget(self, forgotten: Forgotten) -> None:
        """Let go of chats, in memory and on disk; those being answered go when their answers have ended."""
        self.worker.forget(forgotten)
        if self._folder:
            self._folder.drop_holding(forgotten)
            self.worker.forget(forgotten)  # what was brought back from the disk meanwhile


def _folder(settings: LlamaSettings) -> SnapshotFolder | None:
    return SnapshotFolder(settings.snapshot_folder, settings.snapshot_bytes) if settings.snapshot_folder else None


def _context(
    library: LlamaLibrary, model: LlamaModel, path: Path, settings: LlamaSettings, tuning: Tuning, window: int
) -> LlamaContext:
    try:
        return LlamaContext(library, model, settings, tuning, window)
    except MemoryError as error:
        model.close()
        hint = f"There is no memory for a window of {window:,} tokens. Choose a smaller one in the settings."
        raise ModelUnreadable(path, hint) from error


def _disk(path: Path, model: LlamaModel, context: LlamaContext, folder: SnapshotFolder) -> ChatDisk:
    identity = state_identity(path, model.template.source, context.state_format)
    return ChatDisk(SnapshotStore(folder, identity, rolls_back=context.can_roll_back))


_NAME = "llama.cpp"


class LlamaEngine:
    """A loaded GGUF model; see `Engine`. It remembers, token for token, the conversations that it read.

    A mistake in the code that computes ends every answer with EngineDied. The model is opened once more when it is
    wanted next, and again only if that one has answered something.
    """

    def __init__(
        self, path: Path, settings: LlamaSettings, on_progress: Callable[[float], None] = lambda share: None
    ) -> None:
        """Load the model at `path`, which takes seconds and leaves other threads running.

        `on_progress`: told the share of the weights that is loaded. Raises ModelUnreadable, EngineMissing.
        """
        self._library, self._path, self._settings = llama_library(), path, settings
        self._opening = Lock()
        self._closed = False
        self._core = LlamaCore(self._library, path, settings, on_progress, restarts=True)
        self.context_tokens, self.tuning = self._core.context_tokens, self._core.tuning

    @property
    def name(self) -> str:
        """`llama.cpp`."""
        return _NAME

    @property
    def model(self) -> str:
        """The name in the model's file, or the file's own."""
        return self._core.model.name

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        return self._alive().model.count(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt, template included, where none of it is in memory.

        With an answer of this engine in it, a prompt may take a few more or fewer: the answer keeps the tokens that it
        was written in.
        """
        model = self._alive().model
        return len(model.prompt_tokens(model.template.render(messages)))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> LlamaReply:
        """Stream the next assistant message. Reads only what it has not read before.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, and TemplateRefused when the model's template does.
        """
        return self._reply(messages, sampling, keep=keep, ahead=False)

    def prefill(self, messages: Sequence[Message]) -> LlamaReply:
        """Read a prompt ahead, or, after an answer, the beginning of the next; see `Engine.prefill`."""
        return self._reply(messages, Sampling(max_tokens=0), keep=True, ahead=True)

    def forget(self, messages: Sequence[Message]) -> None:
        """Let go of the chats in which one of these messages was read, in memory and on disk; see `Engine.forget`."""
        self._core.forget(Forgotten(message.text for message in messages))

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return self._core.memory

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        with self._opening:
            self._closed = True
        self._core.worker.close()

    def _alive(self) -> LlamaCore:
        """What computes, opened anew if it has died, which takes seconds. Raises EngineDied, ModelUnreadable."""
        with self._opening:
            dead = self._core.worker
            if dead.died and not self._closed:
                if not dead.restarts:
                    raise EngineDied(_NAME, restarts=False)
                dead.close()  # its memory is free now
                self._core = LlamaCore(self._library, self._path, self._settings, lambda share: None, restarts=False)
            return self._core

    def _reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool, ahead: bool) -> LlamaReply:
        if not messages:
            raise PromptEmpty
        core = self._alive()
        check_grammar(self._library.api, core.model, sampling)
        template = core.model.template
        is_answered = ahead and messages[-1].role == "assistant"
        prompt = template.beginning(messages) if is_answered else template.render(messages)
        tokens = core.model.prompt_tokens(prompt)
        if len(tokens) >= self.context_tokens:
            raise PromptTooLong(len(tokens), self.context_tokens)
        persona = core.persona_prefix(system_messages(messages))
        request = Request(prompt, tokens, sampling, persona=persona, keep=keep, ahead=ahead, rewrites=is_answered)
        return LlamaReply(core.worker, request)
