"""Turns the bytes of tokens into text that can be shown: whole characters, and nothing beyond a stop string."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from time import perf_counter

from engines.protocol import Finish, Piece, Usage
from errors import AppError


class Utf8Stream:
    """Decodes UTF-8 that arrives in arbitrary cuts. Bytes that are no UTF-8 become U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        """The characters completed by `data`; the bytes of a begun one wait for the rest."""
        return self._decoder.decode(data)

    @property
    def waiting(self) -> bool:
        """Whether a character has begun and not ended."""
        return bool(self._decoder.getstate()[0])


class StopFilter:
    """Passes text on up to the first stop string, holding back what may be the beginning of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What may be shown now. Sets `stopped` once a stop string is complete; nothing is shown after that."""
        if not self._stops or self.stopped:
            return "" if self.stopped else text
        text = self._held + text
        found = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        cut = self._safe_end(text)
        self._held = text[cut:]
        return text[:cut]

    def flush(self) -> str:
        """The text still held back, at the end of an answer that no stop string ended."""
        held, self._held = self._held, ""
        return held

    def _safe_end(self, text: str) -> int:
        """Where the longest tail of `text` begins that a stop string begins with; its end when there is none."""
        for at in range(max(0, len(text) - self._longest + 1), len(text)):
            if any(stop.startswith(text[at:]) for stop in self._stops):
                return at
        return len(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What one step computed. `tokens`: those written, without one that ends the message; `text`: what may be shown.

    `reused_tokens`: of the prompt, in the first arrival of a reply. `finish`: in the last one. `stop_string`: whether
    one of them ended it, so that the tokens say more than the text.
    """

    text: str = ""
    tokens: tuple[int, ...] = ()
    reused_tokens: int = 0
    finish: Finish | None = None
    stop_string: bool = False


Deliver = Callable[[Arrival | AppError | None], None]
"""Takes what was computed, a failure, or None where nothing more will come. Any thread may call it."""
Begin = Callable[[Deliver], Callable[[], object]]
"""Starts the computation; returns what cancels it."""
Remember = Callable[[str, list[int]], None]
"""Is told, when all was written, the text of prompt and answer, and the tokens that they were read and written in."""


class QueuedReply:
    """A running answer; see `Reply`. It ends at once when stopped, whatever is still being computed."""

    def __init__(self, prompt: tuple[str, list[int]], begin: Begin, remember: Remember | None) -> None:
        """`prompt`: its text and tokens."""
        self._text, self._tokens = prompt
        self._begin, self._remember = begin, remember
        self._arrivals = SimpleQueue[tuple[float, Arrival | AppError | None]]()
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
            self._cancel = self._begin(self._arrive)
        return self._stream(begun)

    def stop(self) -> None:
        """End the stream at once; the computation ends after the step that it is in. Any thread."""
        with self._lock:
            self._stopped = True
            cancel = self._cancel
        if cancel:
            cancel()
        self._arrive(None)

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._finish

    @property
    def usage(self) -> Usage:
        """Counts so far. The prompt counts once it is read; its reading time ends with the first token."""
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=len(self._written),
            prefill_seconds=self._first_token_seconds,
            first_token_seconds=self._first_token_seconds,
            decode_seconds=self._decode_seconds,
        )

    def _arrive(self, arrival: Arrival | AppError | None) -> None:
        self._arrivals.put((perf_counter(), arrival))

    def _stream(self, before: float) -> Iterator[Piece]:
        shown, unshown = list[str](), 0
        try:
            while True:
                now, arrival = self._arrivals.get()
                if arrival is None or self._stopped:
                    return
                if isinstance(arrival, AppError):
                    raise arrival
                self._count(arrival, now - before)
                before, unshown = now, unshown + len(arrival.tokens)
                if arrival.text:
                    shown.append(arrival.text)
                    yield Piece(arrival.text, unshown)
                    unshown = 0
                if arrival.finish:
                    self._end(arrival, "".join(shown))
                    return
        finally:
            if self._cancel:
                self._cancel()  # whoever iterates no more wants no more tokens

    def _count(self, arrival: Arrival, seconds: float) -> None:
        """Note what arrived `seconds` after what came before it."""
        if self._prompt_tokens:
            self._decode_seconds += seconds
        else:
            self._prompt_tokens, self._first_token_seconds = len(self._tokens), seconds
            self._reused_tokens = arrival.reused_tokens
        self._written.extend(arrival.tokens)

    def _end(self, arrival: Arrival, shown: str) -> None:
        assert arrival.finish is not None
        self._finish = arrival.finish
        if self._remember and not arrival.stop_string:
            self._remember(self._text + shown, [*self._tokens, *self._written])
