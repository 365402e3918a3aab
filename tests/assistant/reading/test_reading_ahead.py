import threading
from collections.abc import Iterator

import pytest

from assistant.reading.reading_ahead import Ahead, ReadingAhead
from engines.errors import PromptEmpty
from engines.protocol import Finish, Piece, Reply, Usage


class SlowReading:
    """A reply that reads until it is stopped."""

    finish: Finish = "stopped"
    usage = Usage()

    def __init__(self) -> None:
        self.begun, self.stopped = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[Piece]:
        self.begun.set()
        assert self.stopped.wait(5)
        return iter(())

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def ahead() -> Iterator[ReadingAhead]:
    reading = ReadingAhead()
    yield reading
    reading.close()


def test_more_words_of_the_same_question_leave_the_reading_alone(ahead: ReadingAhead) -> None:
    reading = SlowReading()
    ahead.read(Ahead("passages", lambda: reading))
    assert reading.begun.wait(5)
    ahead.read(Ahead("passages", lambda: pytest.fail("it is being read")))
    assert not reading.stopped.is_set()


def test_other_passages_take_the_place_of_what_is_read(ahead: ReadingAhead) -> None:
    first, second = SlowReading(), SlowReading()
    ahead.read(Ahead("passages", lambda: first))
    assert first.begun.wait(5)
    ahead.read(Ahead("other passages", lambda: second))
    assert first.stopped.wait(5) and second.begun.wait(5)


def test_stopped_reading_is_begun_again_for_the_same_question(ahead: ReadingAhead) -> None:
    first, second = SlowReading(), SlowReading()
    ahead.read(Ahead("passages", lambda: first))
    assert first.begun.wait(5)
    ahead.stop()
    assert first.stopped.is_set()
    while not second.begun.is_set():  # until the first has ended
        ahead.read(Ahead("passages", lambda: second))
        second.begun.wait(0.05)


def test_what_cannot_be_read_does_not_end_reading_ahead(ahead: ReadingAhead) -> None:
    def refuse() -> Reply:
        refused.set()
        raise PromptEmpty

    refused, reading = threading.Event(), SlowReading()
    ahead.read(Ahead("nothing", refuse))
    assert refused.wait(5)
    ahead.read(Ahead("passages", lambda: reading))
    assert reading.begun.wait(5)


def test_closing_ends_what_is_read() -> None:
    ahead, reading = ReadingAhead(), SlowReading()
    ahead.read(Ahead("passages", lambda: reading))
    assert reading.begun.wait(5)
    ahead.close()
    assert reading.stopped.is_set()
    ahead.read(Ahead("later", lambda: pytest.fail("it is closed")))
