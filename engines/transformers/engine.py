"""The transformers engine: models in safetensors that nothing else reads, one reply at a time."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engines.engine_settings import TransformersSettings
from engines.failures import ComputationFailed, ModelUnreadable, SamplingUnsupported
from engines.model_folder import FolderEngine
from engines.protocol import Message, Sampling
from engines.streaming import Deliver, QueuedReply
from engines.transformers.causal_lm import TransformersModel, transformers_library
from engines.transformers.worker import Job, TransformersWorker


class TransformersEngine(FolderEngine):
    """A model that transformers runs; see `Engine`. It remembers, token for token, the chat that it read last."""

    def __init__(self, path: Path, settings: TransformersSettings) -> None:
        """Load the folder at `path`, which takes seconds. Raises ModelUnreadable, EngineMissing."""
        super().__init__(path, settings.context_tokens)
        library = transformers_library()
        self._model = TransformersModel(library, self._folder, settings)
        try:
            self._worker = TransformersWorker(library.torch, self._model, self._folder, self._context_tokens)
        except (ComputationFailed, RuntimeError, ValueError) as error:
            self._model.close()
            reason = error.hint if isinstance(error, ComputationFailed) else str(error)
            raise ModelUnreadable(path, f"It computes nothing that makes sense: {reason}") from error

    @property
    def name(self) -> str:
        """`transformers`."""
        return "transformers"

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> QueuedReply:
        """Stream the next assistant message; what is being read ahead stops when it begins.

        Raises PromptEmpty, PromptTooLong, SamplingUnsupported, and TemplateRefused when the model's template does.
        """
        if sampling.grammar:
            raise SamplingUnsupported("transformers")
        return self._queued(messages, sampling, keep)

    def prefill(self, messages: Sequence[Message]) -> QueuedReply:
        """Read a prompt ahead; see `Engine.prefill`."""
        return self._queued(messages, None, True)

    def forget(self, messages: Sequence[Message]) -> None:
        """Nothing is on disk; in memory, the next chat displaces what was read."""

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: weights, and kv of the chat that is remembered, which grows with it."""
        return {"weights": self._model.weight_bytes, "kv": self._worker.memory_bytes}

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        self._worker.close()
        self._model.close()

    @property
    def _closed(self) -> bool:
        return self._worker.closed

    def _queued(self, messages: Sequence[Message], sampling: Sampling | None, keep: bool) -> QueuedReply:
        text, tokens = self._prompt(messages, ahead=sampling is None)

        def begin(deliver: Deliver) -> Callable[[], object]:
            return self._worker.begin(Job(prompt=tokens, sampling=sampling, keep=keep, deliver=deliver))

        return QueuedReply((text, tokens), begin, self._folder.remember if keep and sampling else None)
