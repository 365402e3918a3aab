"""The transformers engine: models in safetensors that nothing else runs, one reply at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Condition, Event, Thread
from time import perf_counter
from typing import Any

from engines.engine_settings import TransformersSettings
from engines.errors import ComputationFailed, ModelUnreadable, SamplingUnsupported
from engines.protocol import Finish, Message, Reply, Sampling
from engines.repetition import end_repetition
from engines.safetensors_folder import SafetensorsEngine, SafetensorsFolder
from engines.streaming import Deliver, QueuedReply, StepOutput, StopFilter
from engines.thoughts import ThoughtSplitter
from engines.transformers.causal_lm import (
    KeyValueCache,
    TokenDecoder,
    TokenSampler,
    TransformersModel,
    transformers_library,
    use_allocator,
)

_STEP_SECONDS = 0.25  # the target for a chunk of a prompt, whose end the next reply must await
_SMALLEST_CHUNK, _LARGEST_CHUNK = 64, 1024
_PRIMING_TOKENS = 8  # of the prompt, so that the first word of an answer keeps the space before it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """A reply to compute. `sampling` None: a prefill, with no answer. `keep` False: its cache is not kept.

    `text`: of the prompt. `most_tokens`: of answer and thoughts, the latter at most `thought_tokens`; 0: not counted.
    """

    text: str
    prompt: list[int]
    sampling: Sampling | None
    keep: bool
    deliver: Deliver
    most_tokens: int = 0
    thought_tokens: int = 0
    stopped: Event = field(default_factory=Event)


class TransformersWorker:
    """The thread that computes: replies in order of arrival, prefills when none waits. Any thread may call it.

    It keeps the cache of the last chat. `steps`: computed so far.
    """

    def __init__(self, torch: Any, model: TransformersModel, folder: SafetensorsFolder, context_tokens: int) -> None:
        """Compute one token, so that faults of the model show now. Raises ComputationFailed."""
        self._torch, self._model, self._folder, self._context_tokens = torch, model, folder, context_tokens
        self._cache = model.new_cache()
        self._chunk = 64
        self.steps = 0
        self._replies, self._prefills = deque[Job](), deque[Job]()
        self._running: Job | None = None
        self._changed = Condition()
        self.closed = False
        if not torch.isfinite(model.read(self._cache, [0])).all():
            raise ComputationFailed("transformers", "the model computes invalid numbers.")
        self._thread = Thread(target=self._run, name="carrel-transformers", daemon=True)
        self._thread.start()

    @property
    def cache_bytes(self) -> int:
        """The size of the keys and values that are held now."""
        return self._cache.size

    def begin(self, job: Job) -> Callable[[], object]:
        """Compute `job` when it is its turn; returns a function that cancels it."""
        with self._changed:
            if self.closed:
                job.deliver(None)
            else:
                (self._replies if job.sampling else self._prefills).append(job)
                self._changed.notify()
        return job.stopped.set

    def close(self) -> None:
        """End every job and free the cache. Any number of times."""
        with self._changed:
            if self.closed:
                return
            self.closed = True
            jobs = [*self._replies, *self._prefills, *([self._running] if self._running else [])]
            self._replies.clear()
            self._prefills.clear()
            self._changed.notify()
        for job in jobs:
            job.stopped.set()
            job.deliver(None)
        self._thread.join()
        self._cache = self._model.new_cache()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._replies or self._prefills or self.closed)
                if self.closed:
                    return
                job = self._running = (self._replies or self._prefills).popleft()
            try:
                if not job.stopped.is_set():
                    self._compute(job)
                job.deliver(None)
            except Exception as error:  # noqa: BLE001 the end of this thread: whoever waits must hear of it
                self._cache = self._model.new_cache()
                reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
                job.deliver(ComputationFailed("transformers", reason))

    def _compute(self, job: Job) -> None:
        if job.keep:
            held = self._cache.tokens
            pairs = enumerate(zip(held, job.prompt, strict=False))
            shared = next((at for at, (one, other) in pairs if one != other), min(len(held), len(job.prompt)))
            # the last token is always computed again, for its logits
            cache = self._cache = self._model.truncate(self._cache, min(shared, len(job.prompt) - 1))
        else:
            cache = self._model.new_cache()
        reused = len(cache.tokens)
        logits = self._prefill(cache, job)
        if logits is None:
            return
        if job.sampling is None:
            job.deliver(StepOutput(reused_tokens=reused, finish="end"))
        else:
            self._decode(cache, logits, job, job.sampling, reused)

    def _prefill(self, cache: KeyValueCache, job: Job) -> Any:
        """Compute the prompt. Returns the logits after it; None when it was interrupted."""
        logits = None
        while (at := len(cache.tokens)) < len(job.prompt):
            if job.stopped.is_set() or (job.sampling is None and self._replies):
                return None
            chunk, begun = job.prompt[at : at + self._chunk], perf_counter()
            logits = self._model.read(cache, chunk)
            self.steps += 1
            fitting = len(chunk) * _STEP_SECONDS / max(1e-6, perf_counter() - begun)
            if len(chunk) == self._chunk or fitting < self._chunk:  # a short rest says little of longer chunks
                self._chunk = max(_SMALLEST_CHUNK, min(_LARGEST_CHUNK, round(fitting), 2 * self._chunk))
        return logits

    def _decode(self, cache: KeyValueCache, logits: Any, job: Job, sampling: Sampling, reused: int) -> None:
        limit = min(job.most_tokens, self._context_tokens - len(job.prompt))
        seen, written, forced = list(job.prompt), 0, deque[int]()
        sampler, stops = TokenSampler(self._torch, sampling, seen), StopFilter(sampling.stop)
        decoder = TokenDecoder(self._folder.tokenizer, job.prompt[-_PRIMING_TOKENS:], self._folder.hidden_tokens)
        splitter = ThoughtSplitter(job.text)
        while written < limit and not job.stopped.is_set():
            token = forced.popleft() if forced else sampler.draw(logits)
            if token in self._folder.end_tokens:
                job.deliver(StepOutput(text=stops.flush(), reused_tokens=reused, finish="end"))
                return
            seen.append(token)
            written += 1
            text = stops.feed(decoder.feed(token))
            splitter.feed(text)
            if 0 < job.thought_tokens <= written and splitter.is_thinking and not forced:
                forced.extend(self._folder.tokenize(splitter.closing))
            ended: Finish | None = "end" if stops.stopped else None
            job.deliver(
                StepOutput(text=text, tokens=(token,), reused_tokens=reused, finish=ended, stop_string=stops.stopped)
            )
            if ended:
                return
            if written < limit:
                logits = self._model.read(cache, [token])
                self.steps += 1
        if not job.stopped.is_set():
            job.deliver(StepOutput(text=stops.flush(), reused_tokens=reused, finish="length"))


class TransformersEngine(SafetensorsEngine):
    """A model that transformers runs; see `Engine`. It caches the last chat, token for token."""

    def __init__(self, path: Path, settings: TransformersSettings) -> None:
        """Load the folder at `path`, which takes seconds. Raises ModelUnreadable, EngineMissing."""
        super().__init__(path, settings.context_tokens)
        use_allocator(settings)
        library = transformers_library()
        self._model = TransformersModel(library, self._folder, settings)
        try:
            self._worker = TransformersWorker(library.torch, self._model, self._folder, self._context_tokens)
        except (ComputationFailed, RuntimeError, ValueError) as error:
            self._model.close()
            reason = error.hint if isinstance(error, ComputationFailed) else str(error)
            raise ModelUnreadable(path, f"It fails to compute: {reason}") from error

    @property
    def name(self) -> str:
        """`transformers`."""
        return "transformers"

    @property
    def steps(self) -> int:
        """The number of chunks and tokens computed so far."""
        return self._worker.steps

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message; a running prefill stops when it begins.

        Raises PromptEmpty, PromptTooLong, SamplingUnsupported, and TemplateRefused when the model's template does.
        """
        if sampling.grammar:
            raise SamplingUnsupported("transformers")
        prompt = self._prompt(messages, ahead=False, thinks=sampling.thinks)
        remember = self._folder.remember if keep else None
        reply = QueuedReply(prompt, partial(self._begin, prompt, sampling, keep), remember, sampling.max_tokens)
        return end_repetition(reply, sampling)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> QueuedReply:
        """Compute a prompt ahead; see `Engine.prefill`."""
        prompt = self._prompt(messages, ahead=True, thinks=thinks)
        return QueuedReply(prompt, partial(self._begin, prompt, None, True), None)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: weights, and kv of the cached chat, which grows with it."""
        return {"weights": self._model.weight_bytes, "kv": self._worker.cache_bytes}

    def close(self) -> None:
        """Stop what runs and free the model's memory. Any number of times; the engine cannot be used after."""
        self._worker.close()
        self._model.close()

    @property
    def _closed(self) -> bool:
        return self._worker.closed

    def _begin(
        self, prompt: tuple[str, list[int]], sampling: Sampling | None, keep: bool, deliver: Deliver
    ) -> Callable[[], object]:
        thoughts = self._thought_tokens(prompt, sampling) if sampling else 0
        most = sampling.max_tokens + thoughts if sampling else 0
        text, tokens = prompt
        return self._worker.begin(
            Job(
                text=text,
                prompt=tokens,
                sampling=sampling,
                keep=keep,
                deliver=deliver,
                most_tokens=most,
                thought_tokens=thoughts,
            )
        )
