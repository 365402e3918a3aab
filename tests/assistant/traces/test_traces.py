"""Each question leaves a tree of spans that says where its time went, and no word of what was asked."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import cli
from assistant.home import Home
from assistant.models.chat_models import ChatModels
from assistant.models.open_models import Progress
from assistant.passphrase.conversion import set_passphrase
from assistant.settings import ChatSettings
from assistant.traces.chrome import chrome_trace
from assistant.traces.otel import export_traces
from assistant.traces.stages import QUESTION, STAGES
from assistant.traces.trace import Trace, TraceCounts, TraceSpan, reply_times, span_tree
from assistant.traces.trace_store import KEPT_TRACES, TraceStore
from assistant.traces.waterfall import waterfall
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from engines.protocol import Engine, Usage
from errors import AppError
from knowledge.stopwatch import StageTime
from tests.protected_home import filled_home, opened
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
ANSWER = "The desk is made of oak [1]. It is old."


class ScriptedModels(ChatModels):
    def _load(self, path: Path, on_progress: Progress) -> Engine:
        return ScriptedEngine(ANSWER, read_seconds=0.0005, write_seconds=0.002)


class ScriptedSpace(Workspace):
    models_type = ScriptedModels


@pytest.fixture
def space(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    space = ScriptedSpace(Home(tmp_path / "home"))
    space.library.add_folder(notes)
    space.library.sync()
    space.open_model(Path("script.gguf"))
    yield space
    space.close()


def ask(space: Workspace, question: str = "What is the desk made of?", after: Turn | None = None) -> Turn:
    conversation, parent = (after.conversation_id, after.id) if after else (None, None)
    running = space.asking.ask(question, persona="001", preset="exact", conversation_id=conversation, parent_id=parent)
    *_, last = running
    assert isinstance(last, Answered)
    return last.turn


def spans(trace: Trace) -> dict[str, TraceSpan]:
    return {span.name: span for _, span in trace.root.walk()}


def test_question_leaves_one_tree_of_spans(space: Workspace) -> None:
    turn = ask(space)
    (trace,) = space.traces.latest()
    assert trace.id == turn.id and trace.engine == "scripted" and trace.finish == "end"
    found = spans(trace)
    wanted = {QUESTION, "retrieve", "search", "keyword", "fuse", "select", "whole", "fit", "write"}
    assert wanted | {"prompt", "prefill", "decode", "verdicts", "guards", "save"} <= set(found)
    assert set(found) <= {QUESTION, *STAGES}, "every stage has its name"
    assert trace.counts.output_tokens == turn.usage.output_tokens and trace.counts.passages == len(turn.passages)


def test_spans_lie_within_their_parents_and_parts_do_not_outlast_them(space: Workspace) -> None:
    ask(space)

    def check(span: TraceSpan) -> None:
        for part in span.parts:
            assert STAGES[part.name].parent == span.name
            assert span.began_ms <= part.began_ms <= part.ended_ms <= span.ended_ms + 1, (span.name, part.name)
            check(part)

    check(space.traces.latest(1)[0].root)


def test_trace_agrees_with_the_times_of_the_turn(space: Workspace) -> None:
    turn = ask(space)
    found = spans(space.traces.latest(1)[0])
    assert found["prefill"].took_ms == pytest.approx(turn.usage.prefill_seconds * 1000, abs=5)
    assert found["retrieve"].took_ms == pytest.approx(turn.timings_ms["retrieve"], abs=5)
    assert found["decode"].took_ms >= turn.usage.decode_seconds * 1000 - 1


def test_bottleneck_is_the_stage_that_took_longest_by_itself(space: Workspace) -> None:
    engine = space.models.chosen
    assert isinstance(engine, ScriptedEngine)
    ask(space)  # the first to search opens the index
    engine.write_seconds = 0.03
    ask(space, "What is the lamp made of?")
    assert space.traces.latest(1)[0].bottleneck.name == "decode"
    engine.write_seconds, engine.read_seconds = 0.0, 0.01
    ask(space, "When do roses bloom?")
    slowest = space.traces.latest(1)[0].bottleneck
    assert slowest.name == "prefill" and slowest.share > 0.5 and slowest.says.startswith("Reading the prompt: ")


def test_question_of_a_conversation_has_a_span_for_each_search(space: Workspace) -> None:
    ask(space, "And its lamp?", after=ask(space))
    names = [span.name for _, span in space.traces.latest(1)[0].root.walk()]
    assert names.count("search") >= 2 and names.count("keyword") == names.count("search")


def test_answer_that_is_given_again_is_traced_as_such(space: Workspace) -> None:
    first, second = ask(space), ask(space)
    assert second.answered_at == first.created_at
    newest = space.traces.latest(1)[0]
    assert newest.id == second.id and newest.counts.answer_cached and newest.counts.output_tokens == 0


def test_question_that_fails_is_traced_as_failed(space: Workspace) -> None:
    engine = space.models.chosen
    assert isinstance(engine, ScriptedEngine)

    def fail(at: int) -> None:
        raise AppError("The model ended", "")

    engine.before_piece = fail
    with pytest.raises(AppError):
        ask(space)
    assert [trace.finish for trace in space.traces.latest()] == ["failed"]


def test_trace_holds_no_word_of_the_question(space: Workspace) -> None:
    ask(space, "What is the xylophone beside the desk made of?")
    assert space.traces.latest()
    space.close()
    data = b"".join(path.read_bytes() for path in space.home.path.glob("traces.db*"))
    assert data and not any(word in data for word in (b"xylophone", b"desk", b"oak", b"Jutland"))


def test_traces_of_a_chat_are_erased_with_it(space: Workspace) -> None:
    gone, kept = ask(space), ask(space, "When do roses bloom?")
    space.settings = replace(space.settings, chats=ChatSettings(trash_days=0))
    space.delete_conversation(gone.conversation_id)
    space.end_undo(gone.conversation_id)
    assert [trace.id for trace in space.traces.latest()] == [kept.id]
    space.close()
    assert gone.conversation_id.encode() not in space.home.traces.read_bytes()


def made(name: str, ms: float = 10.0) -> Trace:
    root = TraceSpan(QUESTION, 0.0, ms, (TraceSpan("write", 1.0, ms, (TraceSpan("decode", 2.0, ms),)),))
    counts = TraceCounts(output_tokens=5, window_tokens=100)
    return Trace(
        id=name,
        conversation_id=f"chat-{name}",
        persona_id="001-reader",
        engine="scripted",
        model="script",
        finish="end",
        asked_at=time.time(),
        root=root,
        counts=counts,
        decode_seconds=0.5,
    )


def test_last_thousand_are_kept(tmp_path: Path) -> None:
    store = TraceStore(tmp_path / "traces.db")
    for number in range(KEPT_TRACES + 5):
        store.keep(made(f"{number:08}"))
    kept = store.latest(2 * KEPT_TRACES)
    assert len(kept) == KEPT_TRACES and kept[0].id == "00001004" and kept[-1].id == "00000005"
    store.close()


def test_trace_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    first, second = TraceStore(tmp_path / "traces.db"), TraceStore(tmp_path / "traces.db")
    first.keep(trace := made("abc"))
    first.flush()
    assert second.find("ab") == trace
    with pytest.raises(AppError, match="no trace zz"):
        second.find("zz")
    first.close()
    second.close()


@pytest.mark.logs("a trace was lost")
def test_damaged_database_costs_one_trace_and_no_turn(tmp_path: Path) -> None:
    (tmp_path / "traces.db").write_bytes(b"no database" * 1000)
    store = TraceStore(tmp_path / "traces.db")
    store.keep(made("lost"))
    store.keep(made("kept"))
    assert [trace.id for trace in store.latest()] == ["kept"]
    store.close()


def test_stage_belongs_to_the_span_during_which_it_began() -> None:
    times = [
        StageTime("total", 1.0, 2.0),
        StageTime("keyword", 1.1, 1.2),
        StageTime("total", 3.0, 4.0),
        StageTime("keyword", 3.1, 3.9),
        StageTime("retrieve", 0.5, 5.0),
        StageTime("embed", 9.0, 9.5),  # of no search here
    ]
    root = span_tree(times, 0.0, 10.0)
    retrieve, orphan = root.parts if root.parts[0].name == "retrieve" else reversed(root.parts)
    assert [[part.name for part in search.parts] for search in retrieve.parts] == [["keyword"], ["keyword"]]
    assert orphan.name == "embed" and orphan.began_ms == 9000


def test_own_time_leaves_out_parts_that_run_side_by_side_once() -> None:
    parts = (TraceSpan("embed", 0, 60), TraceSpan("keyword", 10, 40), TraceSpan("fuse", 70, 80))
    assert TraceSpan("search", 0, 100, parts).own_ms == 30


def test_waiting_for_a_busy_model_is_a_span_of_its_own() -> None:
    usage = Usage(first_token_seconds=3.0, prefill_seconds=1.0, output_tokens=9, decode_seconds=2.0)
    assert reply_times(0.0, 5.0, usage) == (
        StageTime("wait", 0.0, 2.0),
        StageTime("prefill", 2.0, 3.0),
        StageTime("decode", 3.0, 5.0),
    )
    assert reply_times(0.0, 5.0, Usage()) == (StageTime("prefill", 0.0, 5.0),), "stopped before the first token"


def test_waterfall_marks_the_bottleneck_and_fits_the_terminal() -> None:
    lines = list(waterfall(made("a", ms=1000.0), 80))
    assert [line.strip().split("  ")[0] for line in lines] == ["Question", "Answer", "Writing"]
    assert [line.endswith("◂") for line in lines] == [False, False, True]
    assert max(map(len, lines)) <= 80


def test_chrome_trace_nests_by_time_on_each_track() -> None:
    parts = (TraceSpan("embed", 0.0, 6.0), TraceSpan("keyword", 0.5, 3.0), TraceSpan("fuse", 6.0, 7.0))
    trace = replace(made("a"), root=TraceSpan(QUESTION, 0.0, 8.0, parts))
    events = [event for event in chrome_trace([trace])["traceEvents"] if event["ph"] == "X"]
    tracks = {event["cat"]: event["tid"] for event in events}
    assert tracks["embed"] == tracks["fuse"] == tracks[QUESTION] != tracks["keyword"]
    assert events[1]["dur"] == 6000 and events[1]["ts"] == pytest.approx(trace.asked_at * 1e6, abs=1)


def test_opentelemetry_spans_have_their_parents_and_times() -> None:
    exporter, trace = InMemorySpanExporter(), made("a")
    export_traces([trace], exporter)
    found = {span.name: span for span in exporter.get_finished_spans()}
    assert set(found) == {"carrel.question", "carrel.write", "carrel.decode"}
    assert _parent(found["carrel.decode"]) == _id(found["carrel.write"])
    assert _parent(found["carrel.write"]) == _id(found["carrel.question"])
    question = found["carrel.question"]
    assert question.attributes and question.attributes["gen_ai.usage.output_tokens"] == 5
    assert question.start_time and question.end_time
    assert question.end_time - question.start_time == 10_000_000


def _id(span: ReadableSpan) -> object:
    assert span.context
    return span.context.span_id


def _parent(span: ReadableSpan) -> object:
    assert span.parent
    return span.parent.span_id


def test_command_lists_shows_and_exports(space: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turn = ask(space)
    space.close()

    def run(*words: object) -> str:
        assert cli.main(["trace", *map(str, words), "--home", str(space.home.path)]) == 0
        return capsys.readouterr().out

    assert turn.id[:8] in run() and "001-reader · script" in run()
    shown = run(turn.id[:6])
    assert "Bottleneck: " in shown and "  Retrieval" in shown and "█" in shown
    told = json.loads(run("last", "--json"))
    assert told["id"] == turn.id and told["spans"]["name"] == QUESTION and told["bottleneck"]["ms"] > 0
    run("--chrome", tmp_path / "chrome.json", "--otel", tmp_path / "otel.jsonl")
    assert json.loads((tmp_path / "chrome.json").read_text())["traceEvents"]
    lines = (tmp_path / "otel.jsonl").read_text().splitlines()
    assert {"carrel.question", "carrel.decode"} <= {json.loads(line)["name"] for line in lines}


def test_traces_are_private(space: Workspace) -> None:
    ask(space)
    space.traces.flush()
    assert all(path.stat().st_mode & 0o077 == 0 for path in space.home.path.glob("traces.db*"))
    with sqlite3.connect(space.home.traces) as database:
        assert database.execute("SELECT count(*) FROM traces").fetchone() == (1,)
    database.close()


def test_passphrase_encrypts_traces_too(tmp_path: Path) -> None:
    home = filled_home(tmp_path)
    with_trace = TraceStore(home.traces)
    with_trace.keep(made("abc"))
    with_trace.close()
    set_passphrase(home, "a long passphrase")
    assert not any(b"001-reader" in path.read_bytes() for path in home.path.glob("traces.db*"))
    space = opened(home, "a long passphrase")
    assert space.traces.find("abc").persona_id == "001-reader"
    space.close()


def test_closing_waits_for_whoever_listens_and_holds_nothing_that_it_needs(space: Workspace) -> None:
    told: list[object] = []

    def tell(trace: Trace) -> None:
        time.sleep(0.1)
        told.append(space.settings)

    space.traces.listen(tell)
    ask(space)
    space.close()
    assert len(told) == 1
