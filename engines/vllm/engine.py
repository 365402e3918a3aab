"""The vLLM engine: models in safetensors, many chats in one batch, prefixes read once."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from engines.failures import GrammarInvalid
from engines.folder_engine import FolderEngine
from engines.gpu import gpu_memory
from engines.protocol import Message, Sampling
from engines.queued_reply import QueuedReply
from engines.settings import VllmSettings
from engines.vllm.arguments import engine_arguments
from engines.vllm.core import Request, VllmCore, refusal
from engines.vllm.library import keep_to_this_machine, vllm_library


class VllmEngine(FolderEngine):
    """A model that vLLM runs; see `Engine`. Its blocks of read text are shared by all chats, the oldest given up first.

    It computes in a child process, so that neither its work nor its death is the window's.
    """

    def __init__(self, path: Path, settings: VllmSettings) -> None:
        """Load the folder at `path`, which takes tens of seconds. Raises ModelUnreadable, EngineMissing."""
        super().__init__(path, settings.context_tokens)
        self._library = vllm_library()
        if settings.distributed_executor_backend != "ray":
            keep_to_this_machine()
        self._gpus = gpu_memory()
        self._core = VllmCore(self._library, self._folder, engine_arguments(self._folder, settings, self._gpus))
        self._ahead = WeakSet[QueuedReply]()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """`vLLM`."""
        return "vLLM"

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> QueuedReply:
        """Stream the next assistant message; what is being read ahead stops.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, SamplingRefused, TemplateRefused.
        """
        prompt = self._prompt(messages, ahead=False)
        parameters = self._parameters(sampling, self._context_tokens - len(prompt[1]))
        with self._lock:
            for ahead in self._ahead:
                ahead.stop()
            self._ahead.clear()
        return self._queued(prompt, Request(prompt=prompt[1], sampling=parameters), keep=keep)

    def prefill(self, messages: Sequence[Message]) -> QueuedReply:
        """Read a prompt ahead; see `Engine.prefill`. It is computed where no reply needs the room."""
        prompt = self._prompt(messages, ahead=True)
        parameters = self._parameters(Sampling(temperature=0, max_tokens=1), 1)
        reply = self._queued(prompt, Request(prompt=prompt[1], sampling=parameters, reads_only=True), keep=False)
        with self._lock:
            self._ahead.add(reply)
        return reply

    def forget(self, messages: Sequence[Message]) -> None:
        """Nothing is on disk; in memory, other chats displace what was read."""

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in its workers' own numbers: weights, kv, compute.

        Without a GPU compute is not known: 0; and as vLLM packs weights there into memory that it does not count, they
        are told as large as in their files.
        """
        told = dict(self._core.memory)
        if not self._gpus:
            told["weights"] = max(told["weights"], self._folder.card.weights_bytes)
        return told

    def close(self) -> None:
        """Stop what runs and end its processes. Any number of times; the engine cannot be used after."""
        self._core.close()

    @property
    def _closed(self) -> bool:
        return self._core.closed

    def _queued(self, prompt: tuple[str, list[int]], request: Request, *, keep: bool) -> QueuedReply:
        return QueuedReply(prompt, partial(self._core.begin, request), self._folder.remember if keep else None)

    def _parameters(self, sampling: Sampling, room: int) -> Any:
        """vLLM's own form of `sampling`, for an answer of at most `room` tokens."""
        try:
            return self._library.SamplingParams(
                temperature=sampling.temperature,
                top_k=max(0, sampling.top_k),
                top_p=sampling.top_p,
                min_p=sampling.min_p,
                repetition_penalty=sampling.repeat_penalty,
                seed=sampling.seed,
                max_tokens=max(1, min(sampling.max_tokens, room)),
                stop=[stop for stop in sampling.stop if stop],
                stop_token_ids=sorted(self._folder.end_tokens),
                structured_outputs=self._form(sampling),
                output_kind=self._library.DELTA,
            )
        except (self._library.VLLMClientError, ValueError) as error:
            raise refusal(error, formed=bool(sampling.json_schema or sampling.grammar)) from error

    def _form(self, sampling: Sampling) -> Any:
        """What the answer is held to; None: to nothing."""
        if sampling.json_schema and sampling.grammar:
            raise GrammarInvalid("It was given both a schema and a grammar. Give one of them.")
        if not sampling.json_schema and not sampling.grammar:
            return None
        return self._library.StructuredOutputsParams(
            json=sampling.json_schema or None, grammar=sampling.grammar or None
        )
