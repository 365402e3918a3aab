"""Listens to a reply on another thread, as the window does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engines.protocol import Piece, Reply
from errors import AppError


@dataclass(slots=True)
class Listener:
    """Iterates a reply on a thread of its own."""

    reply: Reply
    pieces: list[Piece] = field(default_factory=list)
    error: BaseException | None = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        try:
            self.pieces.extend(self.reply)
        except AppError as error:
            self.error = error

    def wait(self, until: Callable[[], bool]) -> None:
        while not until() and self.thread.is_alive():
            time.sleep(0.001)

    def seconds_to_end(self, do: Callable[[], object]) -> float:
        begun = time.perf_counter()
        do()
        self.thread.join()
        return time.perf_counter() - begun


@contextmanager
def listening(reply: Reply) -> Iterator[Listener]:
    """A thread that listens to `reply`, stopped at the end of the block."""
    listener = Listener(reply)
    try:
        yield listener
    finally:
        reply.stop()
        listener.thread.join()
