"""A running answer that another process computes."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty
from time import monotonic

from engines.errors import EngineDied
from engines.process.engine_child import EngineChild, Mailbox
from engines.process.failures import carried
from engines.process.wire import Begin, Counts, Ended, Failed, Look, Open, Response, Stop, Text
from engines.protocol import Finish, Piece, Usage

_STOP_SECONDS = 1.0  # from `stop` until the stream ends even where the process does not answer
_LOOK_SECONDS = 0.25  # between looks at how far it is, and whether it was stopped


class ProcessReply:
    """A prepared answer; see `Reply`. It begins when it is first iterated, and is dropped with its last reference."""

    def __init__(self, child: EngineChild, number: int, opening: Open) -> None:
        """`number`: the id that it was prepared under."""
        self._child, self._number, self._opening = child, number, opening
        self._mailbox = Mailbox()
        self._begun = False
        self._stopped_at: float | None = None
        self._finish: Finish = "stopped"
        self._usage = Usage()

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty. Raises what the engine does, and EngineDied."""
        if self._begun or self._stopped_at is not None:
            return
        self._begun = True
        self._mailbox = self._child.submit(self._number, Begin(self._number))
        try:
            while isinstance(response := self._next(), Text):
                self._usage = response.usage
                yield Piece(response.text, response.tokens, response.kind, response.recasts)
        finally:
            self.stop()
        if isinstance(response, Ended):
            self._finish, self._usage = response.finish, response.usage
            self._child.restarts |= response.finish != "stopped"

    def stop(self) -> None:
        """End the stream within 100 ms, in prefill or decoding. Any thread, any number of times."""
        if self._stopped_at is None:
            self._stopped_at = monotonic()
            self._child.send(Stop(self._number))

    __del__ = stop

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended; `stopped` until then."""
        return self._finish

    @property
    def usage(self) -> Usage:
        """Counts up to the last piece that was read, or of the prompt a quarter of a second ago; final at the end.

        Times are the engine's own.
        """
        return self._usage

    def _look(self) -> None:
        """Ask how much of the prompt is read, while nothing is written."""
        if not self._usage.output_tokens:
            self._child.send(Look(self._number))

    def _next(self) -> Response | None:
        """The next response; None where none comes any more. Raises EngineDied and the engine's own errors."""
        while True:
            try:
                response = self._mailbox.get(timeout=_LOOK_SECONDS)
            except Empty:
                if self._stopped_at is None:
                    self._look()
                elif monotonic() > self._stopped_at + _STOP_SECONDS:
                    return None
                continue
            if isinstance(response, Counts):
                self._usage = response.usage
                continue
            if isinstance(response, Failed):
                raise carried(response, self._opening.path)
            if response is None and not self._child.closing:
                raise EngineDied(self._opening.engine, restarts=self._child.restarts)
            return response
