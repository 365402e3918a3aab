"""Conversations are named by a helper call, in idle time, and only with what is a name."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from assistant.conversations.titles import TitleRequest, TitleWriter, ask_title, clean_title
from assistant.values import Turn
from engines.errors import PromptEmpty
from engines.protocol import Reply
from tests.assistant.samples import make_turn
from tests.scripted_engine import ScriptedEngine

TURN = make_turn(question="What is the desk made of?", answer="The desk is made of oak [1].")
IDLE_S = 0.15


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.conversations.titles.IDLE_SECONDS", IDLE_S)


@pytest.fixture
def busy() -> threading.Event:
    return threading.Event()


@pytest.fixture
def titles(busy: threading.Event) -> Iterator[TitleWriter]:
    titles = TitleWriter(busy.is_set)
    yield titles
    titles.close()


class Shelf:
    """Where a title is kept."""

    def __init__(self) -> None:
        self.title, self.kept = "", threading.Event()

    def keep(self, title: str) -> None:
        self.title = title
        self.kept.set()

    def job(self, engine: ScriptedEngine, turn: Turn = TURN) -> TitleRequest:
        return TitleRequest(turn, lambda: nullcontext(ask_title(engine, turn)), self.keep)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Oak Desk", "Oak Desk"),
        ('  "The oak desk"\n', "The oak desk"),
        ("Title: Wood of the desk.", "Wood of the desk"),
        ("**Desk material [1]**", "Desk material"),
        ("", ""),
        ("\n\n", ""),
        ("Weather in Lisbon", ""),  # about something else
        ("desk #$%&!?-- 9//@@", ""),
        ("desk " * 11, ""),
        ("The desk, " + "and what it is made of, " * 3, ""),
        ("desk\u202eoak", ""),
    ],
)
def test_only_a_name_for_the_conversation_is_taken(said: str, title: str) -> None:
    assert clean_title(said, TURN) == title


def test_a_title_in_a_script_without_spaces_is_taken() -> None:
    turn = make_turn(question="書桌是用什麼做的?", answer="書桌是橡木做的。")
    assert clean_title("橡木書桌", turn) == "橡木書桌"


def test_it_is_a_short_helper_call_that_keeps_nothing() -> None:
    engine = ScriptedEngine("Oak desk")
    long = make_turn(question="What is it? " * 400, answer="The desk. " * 4000)
    assert "".join(piece.text for piece in ask_title(engine, long)) == "Oak desk"
    assert engine.read == []
    assert engine.count_prompt_tokens(engine.prompts[0]) <= 400
    assert engine.samplings[0].max_tokens <= 32


def test_a_conversation_is_titled_in_idle_time(titles: TitleWriter, busy: threading.Event) -> None:
    shelf = Shelf()
    busy.set()
    with titles.paused():
        titles.request(shelf.job(ScriptedEngine("Oak desk")))
        assert not shelf.kept.wait(2 * IDLE_S)
    assert not shelf.kept.wait(2 * IDLE_S)  # something is being read ahead
    busy.clear()
    assert shelf.kept.wait(5) and shelf.title == "Oak desk"


def test_thoughts_are_no_part_of_a_title(titles: TitleWriter) -> None:
    shelf = Shelf()
    titles.request(shelf.job(ScriptedEngine("<think>The desk is oak.</think> Oak desk")))
    assert shelf.kept.wait(5) and shelf.title == "Oak desk"


def test_an_answer_interrupts_a_title_which_is_written_later(titles: TitleWriter) -> None:
    shelf, engine, writing, answered = Shelf(), ScriptedEngine("Oak desk"), threading.Event(), threading.Event()

    def before(at: int) -> None:
        if at == 1 and not answered.is_set():
            writing.set()
            answered.wait(5)

    engine.before_piece = before
    titles.request(shelf.job(engine))
    assert writing.wait(5)
    with titles.paused():
        answered.set()
        assert not shelf.kept.wait(2 * IDLE_S)
    assert shelf.kept.wait(5) and len(engine.prompts) == 2


def test_typing_puts_a_title_off(titles: TitleWriter) -> None:
    shelf, typing = Shelf(), threading.Event()
    titles.request(shelf.job(ScriptedEngine("Oak desk")))
    for _ in range(6):
        titles.interrupt()
        assert not typing.wait(IDLE_S / 2)
    assert not shelf.kept.is_set()
    assert shelf.kept.wait(5)


def test_invalid_titles_and_failures_are_dropped(titles: TitleWriter) -> None:
    nonsense, failing, last = Shelf(), Shelf(), Shelf()

    @contextmanager
    def fail() -> Iterator[Reply | None]:
        raise PromptEmpty
        yield None

    titles.request(nonsense.job(ScriptedEngine("%%%% ????")))
    titles.request(TitleRequest(TURN, fail, failing.keep))
    titles.request(TitleRequest(TURN, lambda: nullcontext(None), failing.keep))
    titles.request(last.job(ScriptedEngine("Oak desk")))
    assert last.kept.wait(5)
    assert not nonsense.kept.is_set() and not failing.kept.is_set()


def test_a_title_that_does_not_end_is_no_title(titles: TitleWriter) -> None:
    endless, last = Shelf(), Shelf()
    titles.request(endless.job(ScriptedEngine(None)))
    titles.request(last.job(ScriptedEngine("Oak desk")))
    assert last.kept.wait(5) and not endless.kept.is_set()


def test_closing_stops_a_title_that_is_being_written(busy: threading.Event) -> None:
    titles, shelf, engine, writing = TitleWriter(busy.is_set), Shelf(), ScriptedEngine(None), threading.Event()
    engine.write_seconds = 0.05
    announce: Callable[[int], None] = lambda at: writing.set()  # noqa: E731
    engine.before_piece = announce
    titles.request(shelf.job(engine))
    assert writing.wait(5)
    titles.close()
    assert not shelf.kept.is_set()
