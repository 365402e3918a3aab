"""An engine that runs in a process of its own: its crash, or a hang, ends an answer with a message, never Carrel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from threading import Lock

from engines.errors import EngineDied, OpeningCrashed
from engines.process.engine_child import ChildLimits, EngineChild
from engines.process.failures import carried
from engines.process.process_reply import ProcessReply
from engines.process.wire import (
    CountPromptTokens,
    CountTokens,
    Done,
    Failed,
    Forget,
    Memory,
    Open,
    Opened,
    Owners,
    Prepare,
    Progress,
    Response,
    Value,
)
from engines.protocol import Message, Sampling
from engines.sampling_choice import SamplingChoice

_COUNTS = 1_024  # texts whose tokens are remembered: the turns of a chat are counted for each of its questions
_COUNTED_CHARACTERS = 16_384  # of such a text at most
_LIMITS = ChildLimits()
_MEMORY_SECONDS = 0.5  # to wait for numbers that hardly change


class EngineProcess:
    """A loaded model; see `Engine`.

    Where its process dies, every running answer ends with EngineDied. It is started again when it is needed next, and
    once more only if that one has answered something.
    """

    def __init__(
        self,
        opening: Open,
        on_progress: Callable[[float | None], None] = lambda share: None,
        limits: ChildLimits = _LIMITS,
    ) -> None:
        """Load the model, which takes seconds. `on_progress`: told the share that is loaded; None while it is tuned.

        Raises ModelUnreadable, OpeningCrashed where that ends the process, EngineMissing.
        """
        self._opening, self._limits = opening, limits
        self._changing = Lock()
        self._closed = False
        self._child, opened = self._start(on_progress, restarts=True)
        self._name, self._model, self._context_tokens = opened.name, opened.model, opened.context_tokens
        self._keeps_thoughts = opened.keeps_thoughts
        self._recommended = opened.recommended
        self._owners: Mapping[str, int] = {}
        self._counts = lru_cache(_COUNTS)(self._count)

    @property
    def name(self) -> str:
        """The engine's name, as `llama.cpp`."""
        return self._name

    @property
    def model(self) -> str:
        """The model's name, for people."""
        return self._model

    @property
    def context_tokens(self) -> int:
        """Prompt and output together never exceed this."""
        return self._context_tokens

    @property
    def keeps_thoughts(self) -> bool:
        """True if the chat template keeps the thoughts of earlier answers."""
        return self._keeps_thoughts

    @property
    def recommended(self) -> SamplingChoice:
        """The sampling that the model's own files recommend."""
        return self._recommended

    @property
    def pid(self) -> int:
        """The id of the process that computes."""
        return self._child.pid

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        self._require_open()
        return self._counts(text) if len(text) <= _COUNTED_CHARACTERS else self._count(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt, template included, if none of it is cached."""
        child = self._running()
        return self._value(child, CountPromptTokens(child.next_id(), tuple(messages)))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> ProcessReply:
        """Stream the next assistant message; see `Engine.reply`."""
        return self._prepare(messages, sampling, keep=keep)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> ProcessReply:
        """Compute a prompt ahead or, after an answer, the beginning of the next one; see `Engine.prefill`."""
        return self._prepare(messages, None, keep=True, thinks=thinks)

    def forget(self, messages: Sequence[Message]) -> None:
        """Delete the chats that contain one of these messages, in memory and on disk; see `Engine.forget`."""
        child = self._child
        number = child.next_id()
        response = child.call(number, Forget(number, tuple(messages)))
        if isinstance(response, Failed):
            raise carried(response, self._opening.path)
        if response is None:
            child.wait()  # nothing is on its way to the disk then

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in the engine's own numbers; none once its process has ended. Waits for half a second."""
        child = self._child
        number = child.next_id()
        if isinstance(response := child.call(number, Memory(number), _MEMORY_SECONDS), Owners):
            self._owners = response.bytes
        return dict.fromkeys(self._owners, 0) if child.ended.is_set() else self._owners

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        with self._changing:
            self._closed = True
            child = self._child
        child.close()

    def _start(self, on_progress: Callable[[float | None], None], *, restarts: bool) -> tuple[EngineChild, Opened]:
        """A process that has loaded the model. Raises ModelUnreadable, OpeningCrashed, EngineMissing."""
        child = EngineChild(self._opening, self._limits, restarts=restarts)
        while isinstance(response := child.opened.get(), Progress):
            on_progress(response.share)
        if isinstance(response, Opened):
            return child, response
        child.close()
        if isinstance(response, Failed):
            raise carried(response, self._opening.path)
        raise OpeningCrashed(self._opening.path, self._opening.engine)

    def _running(self) -> EngineChild:
        """The process, started again if it has died, which takes seconds. Raises EngineDied, ModelUnreadable."""
        with self._changing:
            self._require_open()
            dead = self._child
            if dead.ended.is_set():
                if not dead.restarts:
                    raise EngineDied(self._name, restarts=False)
                dead.restarts = False
                dead.close()  # its chats are on disk now
                self._child, _ = self._start(lambda share: None, restarts=False)
            return self._child

    def _prepare(
        self, messages: Sequence[Message], sampling: Sampling | None, *, keep: bool, thinks: bool = False
    ) -> ProcessReply:
        child = self._running()
        number = child.next_id()
        response = child.call(number, Prepare(number, tuple(messages), sampling, keep, thinks))
        if isinstance(response, Done):
            return ProcessReply(child, number, self._opening)
        raise self._failure(child, response)

    def _count(self, text: str) -> int:
        child = self._running()
        return self._value(child, CountTokens(child.next_id(), text))

    def _value(self, child: EngineChild, request: CountTokens | CountPromptTokens) -> int:
        response = child.call(request.id, request)
        if isinstance(response, Value):
            return response.value
        raise self._failure(child, response)

    def _failure(self, child: EngineChild, response: Response | None) -> Exception:
        """The error for a response that is no result."""
        if isinstance(response, Failed):
            return carried(response, self._opening.path)
        if self._closed:
            return RuntimeError("the model has been closed")
        return EngineDied(self._name, restarts=child.restarts)

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the model has been closed")
