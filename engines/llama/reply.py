"""One reply: read the prompt, then draw, show and compute one token after another."""

from collections.abc import Iterator
from time import perf_counter

from engines.llama.context import StopFlag
from engines.llama.sampler import Sampler
from engines.llama.session import LlamaSession, SessionClosedError
from engines.protocol import Finish, Piece, Sampling, Usage
from engines.stream_text import StopFilter, Utf8Stream


class LlamaReply:
    """A running answer; see `Reply`. Work per token does not grow with the answer."""

    def __init__(self, session: LlamaSession, prompt: str, tokens: list[int], sampling: Sampling) -> None:
        """`tokens`: the prompt's own, shorter than the window."""
        self._session, self._prompt, self._tokens, self._sampling = session, prompt, tokens, sampling
        self._flag = StopFlag()
        self._finish: Finish = "stopped"
        self._begun = False
        self._prompt_tokens = self._reused_tokens = self._output_tokens = 0
        self._prefill_seconds = self._first_token_seconds = self._decode_seconds = 0.0

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty."""
        if self._begun:
            return iter(())
        self._begun = True
        return self._stream()

    def stop(self) -> None:
        """End the stream within 100 ms, reading or writing. Any thread, any number of times."""
        self._flag.set()

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._finish

    @property
    def usage(self) -> Usage:
        """Counts so far. A prompt whose reading was stopped counts as far as it was read.

        Times are the engine's own: what the reader of the stream does in between is not in them.
        """
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=self._output_tokens,
            prefill_seconds=self._prefill_seconds,
            first_token_seconds=self._first_token_seconds,
            decode_seconds=self._decode_seconds,
        )

    def _stream(self) -> Iterator[Piece]:
        try:
            with self._session.turn(self._flag) as granted:
                if granted:
                    yield from self._answer(perf_counter())
        except SessionClosedError:
            return

    def _answer(self, begun: float) -> Iterator[Piece]:
        if not self._read():
            return
        sampler = self._session.sampler(self._sampling)
        try:
            yield from self._write(sampler, begun)
        finally:
            sampler.close()

    def _read(self) -> bool:
        plan = self._session.plan(self._prompt, self._tokens)
        begun = perf_counter()
        kept = self._session.rewind(plan.keep, self._prompt)
        self._prompt_tokens, self._reused_tokens = len(plan.tokens), kept
        read = self._session.read(plan.tokens[kept:], self._prompt)
        self._prefill_seconds = perf_counter() - begun
        self._prompt_tokens = kept + read
        return self._prompt_tokens == len(plan.tokens)

    def _write(self, sampler: Sampler, since: float) -> Iterator[Piece]:
        session = self._session
        characters, stops = Utf8Stream(), StopFilter(self._sampling.stop)
        limit = min(self._sampling.max_tokens, session.context_tokens - self._prompt_tokens)
        unshown = 0
        while self._output_tokens < limit:
            token, data = session.sample(sampler)
            if data is None:
                self._finish = "end"
                break
            self._count_token(since)
            text = characters.feed(data)
            shown, unshown = stops.feed(text), unshown + 1
            since = perf_counter()
            if shown:
                yield Piece(shown, unshown)
                since, unshown = perf_counter(), 0
            if stops.stopped:
                self._finish = "end"
                return
            if self._output_tokens < limit and not session.write(token, text, not characters.waiting):
                return
        else:
            self._finish = "length"
        if held := stops.flush():
            yield Piece(held, unshown)

    def _count_token(self, since: float) -> None:
        self._output_tokens += 1
        if self._output_tokens == 1:
            self._first_token_seconds = perf_counter() - since
        else:
            self._decode_seconds += perf_counter() - since
