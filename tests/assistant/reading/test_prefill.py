import threading
from collections.abc import Iterator

import pytest

from assistant.reading.prefill import Prefiller, PrefillRequest
from engines.errors import PromptEmpty
from engines.protocol import Finish, Piece, Reply, Usage


class SlowPrefill:
    """A reply that prefills until it is stopped."""

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
def prefiller() -> Iterator[Prefiller]:
    reading = Prefiller()
    yield reading
    reading.close()


def test_more_words_of_the_same_question_leave_the_prefill_alone(prefiller: Prefiller) -> None:
    reading = SlowPrefill()
    prefiller.submit(PrefillRequest("passages", lambda: reading))
    assert reading.begun.wait(5)
    prefiller.submit(PrefillRequest("passages", lambda: pytest.fail("it is being read")))
    assert not reading.stopped.is_set()


def test_other_passages_replace_the_running_prefill(prefiller: Prefiller) -> None:
    first, second = SlowPrefill(), SlowPrefill()
    prefiller.submit(PrefillRequest("passages", lambda: first))
    assert first.begun.wait(5)
    prefiller.submit(PrefillRequest("other passages", lambda: second))
    assert first.stopped.wait(5) and second.begun.wait(5)


def test_stopped_prefill_is_started_again_for_the_same_question(prefiller: Prefiller) -> None:
    first, second = SlowPrefill(), SlowPrefill()
    prefiller.submit(PrefillRequest("passages", lambda: first))
    assert first.begun.wait(5)
    prefiller.stop()
    assert first.stopped.is_set()
    while not second.begun.is_set():  # until the first has ended
        prefiller.submit(PrefillRequest("passages", lambda: second))
        second.begun.wait(0.05)


def test_a_prompt_that_cannot_be_read_does_not_end_prefilling(prefiller: Prefiller) -> None:
    def refuse() -> Reply:
        refused.set()
        raise PromptEmpty

    refused, reading = threading.Event(), SlowPrefill()
    prefiller.submit(PrefillRequest("nothing", refuse))
    assert refused.wait(5)
    prefiller.submit(PrefillRequest("passages", lambda: reading))
    assert reading.begun.wait(5)


def test_closing_stops_the_running_prefill() -> None:
    prefiller, reading = Prefiller(), SlowPrefill()
    prefiller.submit(PrefillRequest("passages", lambda: reading))
    assert reading.begun.wait(5)
    prefiller.close()
    assert reading.stopped.is_set()
    prefiller.submit(PrefillRequest("later", lambda: pytest.fail("it is closed")))


def test_stopping_ends_a_prefill_that_has_only_begun_to_start(prefiller: Prefiller) -> None:
    starting, may_start, reading = threading.Event(), threading.Event(), SlowPrefill()

    def start() -> Reply:
        starting.set()
        assert may_start.wait(5)
        return reading

    prefiller.submit(PrefillRequest("passages", start))
    assert starting.wait(5)
    stopping = threading.Thread(target=prefiller.stop)
    stopping.start()
    stopping.join(0.05)
    assert stopping.is_alive()  # what it reads could come back after it was deleted
    may_start.set()
    stopping.join(5)
    assert reading.stopped.is_set() and not prefiller.busy
