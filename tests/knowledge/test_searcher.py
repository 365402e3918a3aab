import threading
from collections.abc import Iterator

import pytest

from errors import AppError
from knowledge.searcher import IsAbandoned, Lookahead


@pytest.fixture
def ahead() -> Iterator[Lookahead]:
    opened = Lookahead(pause_s=0.02)
    yield opened
    opened.close()


def test_what_is_anticipated_is_searched_in_the_background(ahead: Lookahead) -> None:
    done = threading.Event()
    ahead.anticipate(lambda give_up: done.set())
    assert done.wait(5)


def test_a_changed_mind_costs_nothing(ahead: Lookahead) -> None:
    searched, done = [], threading.Event()

    def second(give_up: object) -> None:
        searched.append("second")
        done.set()

    ahead.anticipate(lambda give_up: searched.append("first"))
    ahead.anticipate(second)
    assert done.wait(5) and searched == ["second"]


def test_a_real_search_makes_one_that_runs_give_up(ahead: Lookahead) -> None:
    began, seen, ended = threading.Event(), [], threading.Event()

    def search(give_up: IsAbandoned) -> None:
        seen.append(give_up())
        began.set()
        while not give_up():
            pass
        ended.set()

    ahead.anticipate(search)
    assert began.wait(5)
    with ahead:
        assert ended.wait(5)
    assert seen == [False]


def test_nothing_begins_during_a_real_search(ahead: Lookahead) -> None:
    searched = threading.Event()
    with ahead:
        ahead.anticipate(lambda give_up: searched.set())
        assert not searched.wait(0.1)
    assert searched.wait(5)  # it was wanted after the search began, so it is the next


def test_what_was_wanted_before_a_real_search_is_not_wanted_after(ahead: Lookahead) -> None:
    searched = threading.Event()
    ahead.anticipate(lambda give_up: searched.set())
    with ahead:
        pass
    assert not searched.wait(0.1)


def test_a_failure_ends_the_search_and_not_the_next(ahead: Lookahead) -> None:
    done = threading.Event()

    def fail(give_up: object) -> None:
        failed.set()
        raise AppError("no index", "none")

    failed = threading.Event()
    ahead.anticipate(fail)
    assert failed.wait(5)
    ahead.anticipate(lambda give_up: done.set())
    assert done.wait(5)


def test_a_closed_lookahead_searches_nothing_more() -> None:
    ahead = Lookahead(pause_s=0.0)
    ahead.close()
    ahead.anticipate(lambda give_up: pytest.fail("searched"))
