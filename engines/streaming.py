"""Turns the bytes of tokens into text that can be shown: whole characters, and nothing beyond a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from time import perf_counter

from engines.protocol import Finish, Piece, Usage
from engines.thoughts import Part, ThoughtSplitter
from errors import AppError


class Utf8Stream:
    """Decodes UTF-8 that arrives in arbitrary cuts. Invalid bytes become U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        """The characters completed by `data`; the bytes of a begun one wait for the rest."""
        return self._decoder.decode(data)

    @property
    def waiting(self) -> bool:
        """True if a character is incomplete."""
        return bool(self._decoder.getstate()[0])


class StopFilter:
    """Passes text on up to the first stop string, holding back what may be the beginning of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """The text to show now. Sets `stopped` once a stop string is complete; nothing is shown after that."""
        if not self._stops or self.stopped:
            return "" if self.stopped else text
        text = self._held + text
        found = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        tails = range(max(0, len(text) - self._longest + 1), len(text))
        cut = next((at for at in tails if any(stop.startswith(text[at:]) for stop in self._stops)), len(text))
        self._held = text[cut:]
        return text[:cut]

    def flush(self) -> str:
        """The text still held back, at the end of an answer that no stop string ended."""
        held, self._held = self._held, ""
        return held


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutput:
    """The result of one step. `tokens`: generated, without one that ends the message; `text`: to be shown.

    `reused_tokens`: of the prompt, in the first output of a reply. `finish`: in the last one. `stop_string`: one of
    them ended the answer, so that the tokens go beyond the text.
    """

    text: str = ""
    tokens: tuple[int, ...] = ()
    reused_tokens: int = 0
    finish: Finish | None = None
    stop_string: bool = False


Deliver = Callable[[StepOutput | AppError | None], None]
"""Takes an output, a failure, or None where nothing more will come. Any thread may call it."""
Begin = Callable[[Deliver], Callable[[], object]]
"""Starts the computation; returns a function that cancels it."""
Remember = Callable[[str, list[int]], None]
"""Takes the text of a prompt and its complete answer, and their tokens."""


class QueuedReply:
    """A running answer; see `Reply`. It ends at once when stopped, whatever is still being computed."""

    def __init__(
        self, prompt: tuple[str, list[int]], begin: Begin, remember: Remember | None, answer_tokens: int | None = None
    ) -> None:
        """`prompt`: its text and tokens. `answer_tokens`: the most, thoughts left out; None: all the text is answer."""
        self._text, self._tokens = prompt
        self._splitter = None if answer_tokens is None else ThoughtSplitter(self._text)
        self._answer_left = answer_tokens or 0
        self._begin, self._remember = begin, remember
        self._outputs = SimpleQueue[tuple[float, StepOutput | AppError | None]]()
        self._lock = Lock()
        self._cancel: Callable[[], object] | None = None
        self._stopped = self._begun = False
        self._finish: Finish = "stopped"
        self._written: list[int] = []
        self._prompt_tokens = self._reused_tokens = 0
        self._first_token_seconds = self._decode_seconds = 0.0

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty."""
        with self._lock:
            if self._begun or self._stopped:
                return iter(())
            self._begun, begun = True, perf_counter()
            self._cancel = self._begin(self._put)
        return self._stream(begun)

    def stop(self) -> None:
        """End the stream at once; the computation ends after the step that it is in. Any thread."""
        with self._lock:
            self._stopped = True
            cancel = self._cancel
        if cancel:
            cancel()
        self._put(None)

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended; `stopped` until then."""
        return self._finish

    @property
    def usage(self) -> Usage:
        """Counts so far. The prompt counts once it is computed; its prefill time ends with the first token."""
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=len(self._written),
            prefill_seconds=self._first_token_seconds,
            first_token_seconds=self._first_token_seconds,
            decode_seconds=self._decode_seconds,
        )

    @property
    def _is_full(self) -> bool:
        """True if the answer has as many tokens as it may, besides those of thoughts."""
        return self._splitter is not None and self._answer_left <= 0

    def _split(self, output: StepOutput) -> list[Part]:
        if self._splitter is None:
            return [Part(output.text)] if output.text else []
        was_thinking = self._splitter.is_thinking
        parts = self._splitter.feed(output.text)
        if not (was_thinking or self._splitter.is_thinking):
            self._answer_left -= len(output.tokens)
        return parts

    def _put(self, output: StepOutput | AppError | None) -> None:
        self._outputs.put((perf_counter(), output))

    def _stream(self, before: float) -> Iterator[Piece]:
        shown, unshown = list[str](), 0
        try:
            while True:
                now, output = self._outputs.get()
                if output is None or self._stopped:
                    return
                if isinstance(output, AppError):
                    raise output
                if self._prompt_tokens:
                    self._decode_seconds += now - before
                else:
                    self._prompt_tokens, self._first_token_seconds = len(self._tokens), now - before
                    self._reused_tokens = output.reused_tokens
                self._written.extend(output.tokens)
                before, unshown = now, unshown + len(output.tokens)
                shown.append(output.text)
                parts = self._split(output)
                is_last = bool(output.finish) or self._is_full
                if is_last and self._splitter:
                    parts += self._splitter.flush()
                for part in parts:
                    yield Piece(part.text, unshown, part.kind, part.recasts)
                    unshown = 0
                if is_last:
                    self._finish = output.finish or "length"
                    if self._remember and not output.stop_string:
                        self._remember(self._text + "".join(shown), [*self._tokens, *self._written])
                    return
        finally:
            if self._cancel:
                self._cancel()  # whoever iterates no more wants no more tokens
