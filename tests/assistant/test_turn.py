import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from assistant.answers.presets import AnswerOptions
from assistant.answers.writer import ModelWriter, QuotesWriter, Writer
from assistant.guards import Rails
from assistant.reading.retrieval import Find, LibraryReader
from assistant.turn import Question, RunningTurn
from assistant.values import Answered, Retrieved, Thought, Turn, TurnEvent, Wrote
from assistant.views import turn_view
from engines.protocol import Message, Sampling
from errors import AppError
from knowledge.library import Library
from knowledge.passage import Passage, Retrieval
from knowledge.search.query import Scope
from knowledge.whole.whole import WholeReading, read_whole
from personas.persona import Persona
from tests.assistant.samples import make_passage
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load

PERSONA = Persona(id="001-reader", name="Reader", summary="", prompt="You read.", folder=Path("/p"), max_tokens=99)
ASKED = Question(text="What is the desk made of?", persona_id="001-reader", conversation_id="talk")
ANSWER = "The desk is made of oak [1]. It is old."

Read = Callable[[str, str, Sequence[Passage]], WholeReading | None]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "desk.md").write_text("# Desk\n\nThe desk is made of oak from Jutland. It was built in 1931.\n", "utf-8")
    (folder / "garden.md").write_text("# Garden\n\nRoses bloom in June beside the wall.\n", "utf-8")
    (folder / "orders.csv").write_text("order,state\n" + "".join(f"A{n},open\n" for n in range(102)), "utf-8")
    library = Library(tmp_path_factory.mktemp("home"), lambda name: None)
    library.add_folder(folder)
    library.sync()
    yield library
    library.close()


@dataclass
class Desk:
    """Runs turns over the library and keeps what they save."""

    library: Library
    saved: list[Turn] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))

    def turn(self, writer: Writer, question: Question = ASKED) -> RunningTurn:
        sources = self.sources(self.library.searcher.search, partial(read_whole, self.library, Scope()))
        return RunningTurn(question, sources, writer, self.saved.append)

    def sources(self, find: Find, read: Read | None = None) -> LibraryReader:
        return LibraryReader(self.pool, find, read)


@pytest.fixture
def desk(library: Library) -> Iterator[Desk]:
    desk = Desk(library)
    yield desk
    desk.pool.shutdown()


OPTIONS = AnswerOptions(Sampling(max_tokens=99), 3000)


def model(engine: ScriptedEngine, *history: Turn) -> ModelWriter:
    return ModelWriter(engine, PERSONA, history, OPTIONS)


def kinds(events: list[TurnEvent]) -> list[type]:
    return [type(event) for event in events]


def test_turn_retrieves_then_writes_then_answers(desk: Desk) -> None:
    events = list(desk.turn(model(ScriptedEngine(ANSWER))))
    assert kinds(events) == [Retrieved, *[Wrote] * len(ANSWER.split()), Answered]


def test_turn_is_saved_before_it_is_announced(desk: Desk) -> None:
    for event in desk.turn(model(ScriptedEngine(ANSWER))):
        if isinstance(event, Answered):
            assert desk.saved == [event.turn]


def test_answer_is_what_was_streamed(desk: Desk) -> None:
    events = list(desk.turn(model(ScriptedEngine(ANSWER))))
    assert "".join(event.text for event in events if isinstance(event, Wrote)) == desk.saved[0].answer == ANSWER


def test_citation_is_the_documents_text_at_its_span(desk: Desk) -> None:
    list(desk.turn(model(ScriptedEngine(ANSWER))))
    (citation,) = desk.saved[0].citations
    text = desk.library.document_text(citation.path)
    assert citation.quote == text[citation.start : citation.end] == "The desk is made of oak from Jutland."


def test_timings_cover_every_stage(desk: Desk) -> None:
    list(desk.turn(model(ScriptedEngine(ANSWER))))
    timings = desk.saved[0].timings_ms
    assert {"retrieve", "rerank", "prefill", "first_token", "total", "keyword", "fuse"} <= set(timings)
    assert 0 < timings["retrieve"] <= timings["first_token"] <= timings["total"]


def test_next_prompt_begins_with_this_prompt_and_answer(desk: Desk) -> None:
    engine = ScriptedEngine(ANSWER)
    list(desk.turn(model(engine)))
    after = Question(text="And the roses?", persona_id="001-reader", conversation_id="talk", history=desk.saved)
    list(desk.turn(model(engine, *desk.saved), after))
    first, second = engine.prompts
    assert second[: len(first) + 1] == (*first, Message("assistant", ANSWER))
    assert desk.saved[1].parent_id == desk.saved[0].id


THINKS = f"<think>The oak desk [2], or pine? {ANSWER}</think>\n\n{ANSWER}"


def test_thoughts_are_beside_the_answer_and_in_no_part_of_it(desk: Desk) -> None:
    engine = ScriptedEngine(THINKS, write_seconds=0.002)
    events = list(desk.turn(model(engine)))
    (turn,) = desk.saved
    assert turn.answer == ANSWER
    assert turn.thoughts == f"The oak desk [2], or pine? {ANSWER}"
    assert 0 < turn.thought_seconds * 1000 < turn.timings_ms["total"]
    assert [citation.n for citation in turn.citations] == [1]
    assert {type(event) for event in events} == {Retrieved, Thought, Wrote, Answered}
    assert (turn_view(turn)["answer"], turn_view(turn)["thoughts"]) == (ANSWER, turn.thoughts)


def test_next_prompt_has_no_thoughts(desk: Desk) -> None:
    engine = ScriptedEngine(THINKS)
    list(desk.turn(model(engine)))
    after = Question(text="And the roses?", persona_id="001-reader", conversation_id="talk", history=desk.saved)
    list(desk.turn(model(engine, *desk.saved), after))
    assert "pine" not in "".join(message.text for message in engine.prompts[1])
    assert engine.prompts[1][: len(engine.prompts[0])] == engine.prompts[0]


def test_next_prompt_has_the_thoughts_that_the_template_keeps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(THINKS)
    monkeypatch.setattr(engine, "keeps_thoughts", True)
    list(desk.turn(model(engine)))
    after = Question(text="And the roses?", persona_id="001-reader", conversation_id="talk", history=desk.saved)
    list(desk.turn(model(engine, *desk.saved), after))
    assert Message("assistant", ANSWER, desk.saved[0].thoughts) in engine.prompts[1]


def test_what_turns_out_to_be_a_thought_leaves_the_answer(desk: Desk) -> None:
    events = list(desk.turn(model(ScriptedEngine(f"Oak or pine?\n</think> {ANSWER}"))))
    assert (desk.saved[0].thoughts, desk.saved[0].answer) == ("Oak or pine?", ANSWER)
    assert [event.recasts for event in events if isinstance(event, Thought)] == [True]


def test_answers_length_limit_leaves_thoughts_out(desk: Desk) -> None:
    sources = desk.sources(desk.library.searcher.search)
    rails = Rails(answer_characters=10)
    list(RunningTurn(ASKED, sources, model(ScriptedEngine(THINKS)), desk.saved.append, rails))
    assert desk.saved[0].answer == ANSWER[:10]
    assert len(desk.saved[0].thoughts) > 10


def test_model_that_only_thinks_has_answered_nothing(desk: Desk) -> None:
    list(desk.turn(model(ScriptedEngine("<think>Oak or pine?"))))
    assert (desk.saved[0].thoughts, desk.saved[0].answer, desk.saved[0].citations) == ("Oak or pine?", "", ())


def test_persona_decides_the_sampling(desk: Desk) -> None:
    engine = ScriptedEngine(ANSWER)
    list(desk.turn(model(engine)))
    assert engine.samplings[0].max_tokens == 99


def stopped_after(milliseconds: int, running: RunningTurn) -> tuple[list[TurnEvent], float]:
    """The events, and the seconds from `stop` to the end."""
    at: list[float] = []

    def stop() -> None:
        at.append(time.perf_counter())
        running.stop()

    timer = threading.Timer(milliseconds / 1000, stop)
    timer.start()
    events = list(running)
    ended = time.perf_counter()
    timer.join()
    return events, ended - at[0]


def test_stop_while_retrieving_ends_within_100_ms(desk: Desk) -> None:
    release = threading.Event()
    stuck = desk.sources(lambda question, in_context: (release.wait(5), Retrieval((), {}))[1])
    events, seconds = stopped_after(50, RunningTurn(ASKED, stuck, QuotesWriter(), desk.saved.append))
    release.set()
    assert seconds < 0.1
    assert (kinds(events), desk.saved[0].finish) == ([Answered], "stopped")


def test_stop_while_writing_keeps_the_partial_answer(desk: Desk) -> None:
    engine = ScriptedEngine("word " * 1000)
    engine.before_piece = lambda at: time.sleep(0.01)
    _, seconds = stopped_after(200, desk.turn(model(engine)))
    assert seconds < 0.1
    assert desk.saved[0].finish == "stopped"
    assert 0 < len(desk.saved[0].answer.split()) < 1000


def test_stop_before_the_start_asks_nothing(desk: Desk) -> None:
    engine = ScriptedEngine(ANSWER)
    running = desk.turn(model(engine))
    running.stop()
    assert (kinds(list(running)), engine.prompts) == ([Answered], [])


def failing_at(piece: int) -> Callable[[int], None]:
    def fail(at: int) -> None:
        if at == piece:
            raise AppError("The engine gave up")

    return fail


def test_engine_that_fails_leaves_the_partial_answer(desk: Desk) -> None:
    engine = ScriptedEngine(ANSWER)
    engine.before_piece = failing_at(3)
    with pytest.raises(AppError, match="gave up"):
        list(desk.turn(model(engine)))
    assert [(turn.answer, turn.finish) for turn in desk.saved] == [("The desk is", "stopped")]


def test_engine_that_fails_at_once_saves_nothing(desk: Desk) -> None:
    engine = ScriptedEngine(ANSWER)
    engine.before_piece = failing_at(0)
    with pytest.raises(AppError, match="gave up"):
        list(desk.turn(model(engine)))
    assert desk.saved == []


def test_reader_that_leaves_has_the_partial_answer_kept(desk: Desk) -> None:
    events = iter(desk.turn(model(ScriptedEngine(ANSWER))))
    while not isinstance(next(events), Wrote):
        pass
    events.close()  # type: ignore[attr-defined]
    assert [(turn.answer, turn.finish) for turn in desk.saved] == [("The", "stopped")]


def test_quotes_answer_without_a_model(desk: Desk) -> None:
    list(desk.turn(QuotesWriter()))
    (turn,) = desk.saved
    assert (turn.engine, turn.model, turn.finish) == ("quotes", "", "quotes")
    assert "The desk is made of oak from Jutland." in turn.answer
    assert turn.citations[0].quote in desk.library.document_text(turn.citations[0].path)


def test_quotations_answer_a_follow_up(desk: Desk) -> None:
    list(desk.turn(QuotesWriter()))
    after = Question(text="When was it built?", persona_id="001-reader", conversation_id="talk", history=desk.saved)
    list(desk.turn(QuotesWriter(), after))
    assert "1931" in desk.saved[-1].answer


def test_quotes_say_plainly_that_there_is_nothing(desk: Desk) -> None:
    unrelated = Question(text="Population of Mongolia?", persona_id="001-reader", conversation_id="talk")
    list(desk.turn(QuotesWriter(), unrelated))
    assert (desk.saved[0].finish, desk.saved[0].citations) == ("nothing", ())


def test_retrieved_passages_are_those_that_fit(desk: Desk) -> None:
    long = tuple(make_passage("A sentence of six words here. " * 100, chunk_id=n) for n in range(5))
    engine = ScriptedEngine(ANSWER, context_tokens=2000)
    sources = desk.sources(lambda question, in_context: Retrieval(long, {}))
    events = list(RunningTurn(ASKED, sources, model(engine), desk.saved.append))
    assert isinstance(events[0], Retrieved)
    assert events[0].passages == desk.saved[0].passages
    assert engine.count_prompt_tokens(engine.prompts[0]) < 2000


COUNTING = Question(text="How many orders are open?", persona_id="001-reader", conversation_id="talk")


def test_counting_question_gives_the_model_the_whole_table_and_its_count(desk: Desk) -> None:
    engine = ScriptedEngine("There are 102 open orders [1].")
    events = list(desk.turn(model(engine), COUNTING))
    prompt = engine.prompts[0][-1].text
    assert all(f"| A{n} | open |" in prompt for n in range(102))
    assert "102 of 102 rows where state = open" in prompt
    assert isinstance(events[0], Retrieved)
    assert [(read.path.name, read.complete) for read in events[0].read_whole] == [("orders.csv", True)]
    assert desk.saved[0].read_whole == events[0].read_whole


def test_counting_question_is_answered_without_a_model(desk: Desk) -> None:
    list(desk.turn(QuotesWriter(), COUNTING))
    (turn,) = desk.saved
    assert "**102 of 102 rows where state = open** [1]" in turn.answer
    table, *rows = turn.citations
    assert [row.quote for row in rows] == [f"| A{n} | open |" for n in range(5)]
    for citation in (table, *rows):
        assert citation.quote == desk.library.document_text(citation.path)[citation.start : citation.end]
    assert (turn.finish, [read.complete for read in turn.read_whole]) == ("quotes", [True])


def test_question_after_a_whole_document_begins_with_the_same_prompt(desk: Desk) -> None:
    engine = ScriptedEngine("There are 102 open orders [1].")
    list(desk.turn(model(engine), COUNTING))
    after = Question(text="And the roses?", persona_id="001-reader", conversation_id="talk", history=desk.saved)
    list(desk.turn(model(engine, *desk.saved), after))
    first, second = engine.prompts
    assert second[: len(first)] == first


def test_stop_while_reading_a_whole_document_ends_within_100_ms(desk: Desk) -> None:
    release = threading.Event()

    def wait(question: str, context: str, found: Sequence[Passage]) -> None:
        release.wait(5)

    sources = desk.sources(desk.library.searcher.search, wait)
    events, seconds = stopped_after(300, RunningTurn(COUNTING, sources, QuotesWriter(), desk.saved.append))
    release.set()
    assert seconds < 0.1
    assert (kinds(events), desk.saved[0].finish) == ([Answered], "stopped")


def test_passages_alone_answer_where_whole_documents_are_off(desk: Desk) -> None:
    sources = desk.sources(desk.library.searcher.search)
    list(RunningTurn(COUNTING, sources, model(ScriptedEngine(ANSWER)), desk.saved.append))
    assert desk.saved[0].read_whole == ()


def test_indexing_waits_while_an_answer_is_written(desk: Desk) -> None:
    pace, reasons = desk.library.pace, list[str]()
    sources = LibraryReader(desk.pool, desk.library.searcher.search, pause_background=pace.answering)
    for event in RunningTurn(ASKED, sources, model(ScriptedEngine("Oak.")), desk.saved.append):
        if isinstance(event, Wrote):
            pace.wait(0.0, lambda: bool(reasons), reasons.append)
    pace.wait(0.0, lambda: len(reasons) > 9, reasons.append)
    assert (reasons[0], reasons[-1]) == ("an answer is being written", "")
