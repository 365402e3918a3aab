"""A model and its memory, with the transcript of what the memory holds. One reply at a time; may be closed at any."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from engines.failures import GenerationFailed
from engines.llama.context import LlamaContext, StopFlag
from engines.llama.model import LlamaModel
from engines.llama.prefix import Reading, Transcript, plan_reading, reading
from engines.llama.sampler import Sampler
from engines.protocol import Sampling

_POLL_SECONDS = 0.02


class SessionClosedError(Exception):
    """The engine was closed under a running reply."""


class LlamaSession:
    """Keeps memory and transcript equal, whatever is stopped, fails or is closed in between.

    Two locks: one holds a whole reply, the other a single native call, so that `close` never waits for a reply that
    nobody iterates any more.
    """

    def __init__(self, model: LlamaModel, context: LlamaContext, context_tokens: int, chunk_tokens: int) -> None:
        self.model = model
        self.context_tokens = context_tokens
        self._chunk_tokens = chunk_tokens
        self._context = context
        self._transcript = Transcript()
        self._reply = Lock()
        self._native = Lock()
        self._running: StopFlag | None = None
        self._closed = False

    @contextmanager
    def turn(self, flag: StopFlag) -> Iterator[bool]:
        """Holds the session for one reply. False when `flag` was set while others were waited for."""
        while not self._reply.acquire(timeout=_POLL_SECONDS):
            if flag.is_set:
                yield False
                return
        try:
            self._running = flag
            with self._native:
                self._require_open()
                self._context.watch(flag)
            yield not flag.is_set
        finally:
            self._running = None
            self._reply.release()

    def plan(self, prompt: str, whole: list[int]) -> Reading:
        """How to read `prompt`, whose own tokens are `whole`, reusing what is in memory."""
        with self._native:
            self._require_open()
            plan = plan_reading(self._transcript, prompt, whole, self.model)
            return plan if len(plan.tokens) < self.context_tokens else reading(self._transcript, whole)

    def rewind(self, kept: int, prompt: str) -> int:
        """Forget what comes after the first `kept` tokens. Returns how many could really be kept."""
        with self._native:
            self._require_open()
            if kept < len(self._transcript.tokens) and not self._context.keep(kept):
                kept = 0
        self._transcript.rewind(kept, prompt)
        return kept

    def read(self, tokens: Sequence[int], prompt: str) -> int:
        """Append the rest of `prompt`. Returns how many of its `tokens` were read: fewer than all when stopped."""
        for start in range(0, len(tokens), self._chunk_tokens):
            chunk = tokens[start : start + self._chunk_tokens]
            if not self._compute(chunk, predict=start + len(chunk) == len(tokens)):
                return start
            self._transcript.extend(chunk)
        self._transcript.mark(prompt)
        return len(tokens)

    def write(self, token: int, text: str, whole: bool) -> bool:
        """Append a sampled token, which stands for `text`; False when stopped. `whole`: see Transcript.append."""
        if not self._compute((token,), predict=True):
            return False
        self._transcript.append(token, text, whole)
        return True

    def sampler(self, sampling: Sampling) -> Sampler:
        """What draws the tokens of one reply; to be closed after it."""
        with self._native:
            self._require_open()
            return self._context.sampler(sampling, self.model)

    def sample(self, sampler: Sampler) -> tuple[int, bytes | None]:
        """The next token and the bytes it stands for; None for a token that ends the message."""
        with self._native:
            self._require_open()
            token = sampler.sample()
            return token, None if self.model.is_end(token) else self.model.piece(token)

    def close(self) -> None:
        """Stop the running reply and free everything. Any thread, any number of times."""
        self._closed = True
        if running := self._running:
            running.set()
        with self._native:
            self._context.close()
            self.model.close()

    def _require_open(self) -> None:
        if self._closed:
            raise SessionClosedError

    def _compute(self, tokens: Sequence[int], *, predict: bool) -> bool:
        with self._native:
            self._require_open()
            try:
                done = self._context.compute(tokens, predict=predict)
            except GenerationFailed:
                self._context.keep(0)
                self._transcript.clear()
                raise
            if not done and not self._context.keep(len(self._transcript.tokens)):
                self._transcript.clear()
            return done
