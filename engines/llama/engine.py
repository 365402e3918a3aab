"""The llama.cpp engine: local GGUF models, on the low-level bindings and with a decode loop of its own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock

from engines.failures import EngineDied, PromptEmpty, PromptTooLong
from engines.llama.core import LlamaCore
from engines.llama.kv.forgotten import Forgotten
from engines.llama.kv.persona_prefix import system_messages
from engines.llama.library import llama_library
from engines.llama.reply import LlamaReply
from engines.llama.request import Request
from engines.llama.writing.grammar import check_grammar
from engines.protocol import Message, Sampling
from engines.settings import LlamaSettings

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
