"""The transformers engine: models in safetensors that nothing else reads, one reply at a time."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Event, Thread
from time import perf_counter
from typing import Any

from engines.engine_settings import TransformersSettings
from engines.errors import ComputationFailed, ModelUnreadable, SamplingUnsupported
from engines.protocol import Finish, Message, Sampling
from engines.safetensors_folder import SafetensorsEngine, SafetensorsFolder
from engines.streaming import Deliver, QueuedReply, StepOutput, StopFilter
from engines.transformers.causal_lm import KeyValueCache, TransformersModel, transformers_library


class TokenSampler:
    """Draws the tokens of one reply. `seen`, the tokens of prompt and answer so far, may grow between the draws."""

    def __init__(self, torch: Any, sampling: Sampling, seen: list[int]) -> None:
        self._torch, self._sampling, self._seen = torch, sampling, seen
        self._random = torch.Generator()
        if sampling.seed is None:
            self._random.seed()
        else:
            self._random.manual_seed(sampling.seed % (1 << 63))

    def draw(self, logits: Any) -> int:
        """A token. `logits`: a float32 vector on the CPU, which may be changed."""
        sampling = self._sampling
        if sampling.repeat_penalty != 1.0:
            self._penalize(logits)
        if sampling.temperature <= 0:
            return int(logits.argmax())
        top = sampling.top_k if 0 < sampling.top_k < logits.numel() else logits.numel()
        values, tokens = logits.topk(top)
        shares = values.softmax(0)
        kept = (shares.cumsum(0) - shares < sampling.top_p) & (shares >= sampling.min_p * shares[0])
        kept[0] = True
        drawn = (values[kept] / sampling.temperature).softmax(0).multinomial(1, generator=self._random)
        return int(tokens[kept][drawn])

    def _penalize(self, logits: Any) -> None:
        """Divide what speaks for a seen token, multiply what speaks against it: Keskar et al., arXiv 1909.05858."""
        tokens = self._torch.tensor(sorted(set(self._seen)))
        values, penalty = logits[tokens], self._sampling.repeat_penalty
        logits[tokens] = self._torch.where(values > 0, values / penalty, values * penalty)


_STEP_SECONDS = 0.25  # a chunk of a prompt takes about so long, and the next reply waits for its end
_SMALLEST_CHUNK, _LARGEST_CHUNK = 64, 1024
_PRIMING_TOKENS = 8  # of the prompt, so that the first word of an answer keeps the space before it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """A reply to compute. `sampling` None: only the prompt is read. `keep` False: its prompt is forgotten."""

    prompt: list[int]
    sampling: Sampling | None
    keep: bool
    deliver: Deliver
    stopped: Event = field(default_factory=Event)


class TransformersWorker:
    """Owns a model and the memory of the chat that it computed last. Any thread may call it."""

    def __init__(self, torch: Any, model: TransformersModel, folder: SafetensorsFolder, context_tokens: int) -> None:
        """Computes one token, so that what is wrong with the model shows now. Raises ComputationFailed."""
        self._torch, self._model, self._folder, self._context_tokens = torch, model, folder, context_tokens
        self._memory = model.new_cache()
        self._chunk = 64
        self._replies, self._ahead = deque[Job](), deque[Job]()
        self._running: Job | None = None
        self._changed = Condition()
        self.closed = False
        if not torch.isfinite(model.read(self._memory, [0])).all():
            raise ComputationFailed("transformers", "what the model computes are no numbers.")
        self._thread = Thread(target=self._work, name="carrel-transformers", daemon=True)
        self._thread.start()

    @property
    def memory_bytes(self) -> int:
        """Of the keys and values that are held now."""
        return self._memory.size

    def begin(self, job: Job) -> Callable[[], object]:
        """Compute `job` when it is its turn; returns what cancels it."""
        with self._changed:
            if self.closed:
                job.deliver(None)
            else:
                (self._replies if job.sampling else self._ahead).append(job)
                self._changed.notify()
        return job.stopped.set

    def close(self) -> None:
        """End every job and free the memory. Any number of times."""
        with self._changed:
            if self.closed:
                return
            self.closed = True
            jobs = [*self._replies, *self._ahead, *([self._running] if self._running else [])]
            self._replies.clear()
            self._ahead.clear()
            self._changed.notify()
        for job in jobs:
            job.stopped.set()
            job.deliver(None)
        self._thread.join()
        self._memory = self._model.new_cache()

    def _work(self) -> None:
        while job := self._next():
            try:
                if not job.stopped.is_set():
                    self._compute(job)
                job.deliver(None)
            except Exception as error:  # noqa: BLE001 the end of this thread: whoever waits must hear of it
                self._memory = self._model.new_cache()
                reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
                job.deliver(ComputationFailed("transformers", reason))

    def _next(self) -> Job | None:
        """The next job; None: no more will come."""
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._replies or self._ahead or self.closed)
            if self.closed:
                return None
            self._running = (self._replies or self._ahead).popleft()
            return self._running

    def _compute(self, job: Job) -> None:
        memory = self._begin_memory(job)
        reused = len(memory.tokens)
        logits = self._read(memory, job)
        if logits is None:
            return
        if job.sampling is None:
            job.deliver(StepOutput(reused_tokens=reused, finish="end"))
        else:
            self._write(memory, logits, job, job.sampling, reused)

    def _begin_memory(self, job: Job) -> KeyValueCache:
        """One that holds the beginning of the prompt; its last token is always read, for its prediction."""
        if not job.keep:
            return self._model.new_cache()
        held = self._memory.tokens
        shared = next((at for at, pair in enumerate(zip(held, job.prompt, strict=False)) if pair[0] != pair[1]), None)
        kept = min(len(held), len(job.prompt)) if shared is None else shared
        self._memory = self._model.cut(self._memory, min(kept, len(job.prompt) - 1))
        return self._memory

    def _read(self, memory: KeyValueCache, job: Job) -> Any:
        """The logits after the whole prompt; None when it was interrupted."""
        logits = None
        while (at := len(memory.tokens)) < len(job.prompt):
            if job.stopped.is_set() or (job.sampling is None and self._replies):
                return None
            chunk, begun = job.prompt[at : at + self._chunk], perf_counter()
            logits = self._model.read(memory, chunk)
            fitting = len(chunk) * _STEP_SECONDS / max(1e-6, perf_counter() - begun)
            if len(chunk) == self._chunk or fitting < self._chunk:  # a short rest says little of longer chunks
                self._chunk = max(_SMALLEST_CHUNK, min(_LARGEST_CHUNK, round(fitting), 2 * self._chunk))
        return logits

    def _write(self, memory: KeyValueCache, logits: Any, job: Job, sampling: Sampling, reused: int) -> None:
        limit = min(sampling.max_tokens, self._context_tokens - len(job.prompt))
        seen, written = list(job.prompt), 0
        sampler, stops = TokenSampler(self._torch, sampling, seen), StopFilter(sampling.stop)
        characters = TokenDecoder(self._folder, job.prompt[-_PRIMING_TOKENS:])
        while written < limit and not job.stopped.is_set():
            token = sampler.draw(logits)
            if token in self._folder.end_tokens:
                job.deliver(StepOutput(text=stops.flush(), reused_tokens=reused, finish="end"))
                return
            seen.append(token)
            written += 1
            text = stops.feed(characters.feed(token))
            ended: Finish | None = "end" if stops.stopped else None
            job.deliver(
                StepOutput(text=text, tokens=(token,), reused_tokens=reused, finish=ended, stop_string=stops.stopped)
            )
            if ended:
                return
            if written < limit:
                logits = self._model.read(memory, [token])
        if not job.stopped.is_set():
            job.deliver(StepOutput(text=stops.flush(), reused_tokens=reused, finish="length"))


class TokenDecoder:
    """Text of tokens that come one by one; a character begun waits for its end."""

    def __init__(self, folder: SafetensorsFolder, before: list[int]) -> None:
        """`before`: tokens after which the text goes on."""
        self._tokenizer = folder.tokenizer
        self._stream = self._new(before)

    def feed(self, token: int) -> str:
        """The characters that `token` completes."""
        try:
            return self._stream.step(self._tokenizer, token) or ""
        except Exception:  # noqa: BLE001 it raises nothing narrower where bytes that are no UTF-8 confuse it
            self._stream = self._new([])
            return self._stream.step(self._tokenizer, token) or ""

    def _new(self, before: list[int]) -> Any:
        from tokenizers.decoders import DecodeStream

        return DecodeStream(ids=before, skip_special_tokens=True)


class TransformersEngine(SafetensorsEngine):
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
        if sampling.json_schema or sampling.grammar:
            raise SamplingUnsupported("transformers", "schema" if sampling.json_schema else "grammar")
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
