import threading

import pytest

from errors import AppError
from knowledge.searcher import Lookahead


@pytest.fixture
def ahead():
    opened = Lookahead(pause_s=0.02)
    yield opened
    opened.close()


def test_what_is_anticipated_is_searched_in_the_background(ahead):
    done = threading.Event()
    ahead.anticipate(lambda give_up: done.set())
    assert done.wait(5)


def test_a_changed_mind_costs_nothing(ahead):
    searched, done = [], threading.Event()
    ahead.anticipate(lambda give_up: searched.append("first"))
    ahead.anticipate(lambda give_up: (searched.append("second"), done.set()))
    assert done.wait(5) and searched == ["second"]


def test_a_real_search_makes_one_that_runs_give_up(ahead):
    began, seen, ended = threading.Event(), [], threading.Event()

    def search(give_up):
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


def test_nothing_begins_during_a_real_search(ahead):
    searched = threading.Event()
    with ahead:
        ahead.anticipate(lambda give_up: searched.set())
        assert not searched.wait(0.1)
    assert searched.wait(5)  # it was wanted after the search began, so it is the next


def test_what_was_wanted_before_a_real_search_is_not_wanted_after(ahead):
    searched = threading.Event()
    ahead.anticipate(lambda give_up: searched.set())
    with ahead:
        pass
    assert not searched.wait(0.1)


def test_a_failure_ends_the_search_and_not_the_next(ahead):
    done = threading.Event()

    def fail(give_up):
        failed.set()
        raise AppError("no index", "none")

    failed = threading.Event()
    ahead.anticipate(fail)
    assert failed.wait(5)
    ahead.anticipate(lambda give_up: done.set())
    assert done.wait(5)


def test_closed_it_takes_nothing_more():
    ahead = Lookahead(pause_s=0.0)
    ahead.close()
    ahead.anticipate(lambda give_up: pytest.fail("searched"))
