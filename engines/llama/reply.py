"""One reply, as its reader sees it: the worker computes it, its pieces come through a queue."""

from collections.abc import Iterator

from engines.llama.request import Request
from engines.llama.worker import LlamaWorker
from engines.protocol import Finish, Piece, Usage


class LlamaReply:
    """A running answer; see `Reply`. It is asked for when the first piece is; the worker never waits for the reader."""

    def __init__(self, worker: LlamaWorker, request: Request) -> None:
        self._worker, self._request = worker, request
        self._begun = False

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty. The first piece raises EngineBusy, GenerationFailed."""
        if self._begun:
            return iter(())
        self._begun = True
        return self._stream()

    def stop(self) -> None:
        """End the stream within 100 ms, reading or writing. Any thread, any number of times."""
        self._worker.stop(self._request)

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._request.finish

    @property
    def usage(self) -> Usage:
        """Counts so far. A prompt whose reading was stopped counts as far as it was read.

        Times are the engine's own: what the reader of the stream does in between is not in them.
        """
        return self._request.usage

    def _stream(self) -> Iterator[Piece]:
        self._worker.submit(self._request)
        try:
            while (piece := self._request.pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.stop()
