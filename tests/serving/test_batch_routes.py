"""`/v1/files` and `/v1/batches`, asked by OpenAI's own client: begun, watched, fetched, ended, resumed, erased."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import openai
import pytest

from assistant.workspace import Workspace
from serving.access import ApiKey, ApiKeys
from serving.batches import api_files, file_routes, stored_batches
from tests.scripted_engine import ScriptedEngine
from tests.serving.conftest import ANSWER, Serve, Served

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
READER = "carrel/001-reader"
CHAT = "/v1/chat/completions"
QUESTION = "When is the boiler checked?"


def chat(text: str = QUESTION, model: str = READER, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def line(id: str, body: dict[str, Any], url: str = CHAT) -> dict[str, Any]:
    return {"custom_id": id, "method": "POST", "url": url, "body": body}


def jsonl(*lines: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, lines)).encode()


def begun(client: Any, *lines: dict[str, Any], endpoint: str = CHAT, **more: Any) -> Any:
    file = client.files.create(file=("asked.jsonl", jsonl(*lines)), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h", **more)


def ended(client: Any, batch: Any) -> Any:
    while (batch := client.batches.retrieve(batch.id)).status in ("in_progress", "cancelling"):
        time.sleep(0.02)
    return batch


def told(client: Any, file: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in client.files.content(file).text.splitlines()]


def refused(call: Callable[[], Any]) -> str:
    """The status and the message of a refusal."""
    with pytest.raises(openai.APIStatusError) as error:
        call()
    return f"{error.value.status_code} {error.value.message}"


def waiting_for(event: threading.Event) -> Callable[[int], None]:
    """Has an engine wait before the first word of each answer."""

    def wait(at: int) -> None:
        if at == 0:
            event.wait(10)

    return wait


def test_a_batch_of_chats_is_answered_in_order_with_citations(served: Served) -> None:
    client = served.openai()
    lines = [line(f"q{n}", chat(f"{QUESTION} {n}")) for n in range(5)]
    batch = begun(client, *lines, metadata={"of": "test"})
    assert batch.status == "in_progress" and batch.metadata == {"of": "test"}
    batch = ended(client, batch)
    assert batch.status == "completed" and batch.error_file_id is None
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (5, 5, 0)
    results = told(client, batch.output_file_id)
    assert [one["custom_id"] for one in results] == ["q0", "q1", "q2", "q3", "q4"]
    for one in results:
        assert one["error"] is None and one["response"]["status_code"] == 200
        message = one["response"]["body"]["choices"][0]["message"]
        assert message["content"] == ANSWER and message["annotations"]
    size = len(client.files.content(batch.output_file_id).content)
    assert client.files.retrieve(batch.output_file_id).bytes == size


def test_personas_questions_are_searched_for_together(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = served.host.workspace.library.searcher
    alone, together = list[str](), list[int]()
    search_many = searcher.search_many

    def counted(texts: list[str], **given: Any) -> Any:
        together.append(len(texts))
        return search_many(texts, **given)

    monkeypatch.setattr(searcher, "search", lambda question, **_: alone.append(question))
    monkeypatch.setattr(searcher, "search_many", counted)
    client = served.openai()
    batch = ended(client, begun(client, *(line(str(n), chat(f"{QUESTION} {n}")) for n in range(8))))
    assert batch.request_counts.completed == 8
    assert together == [8] and not alone


def test_a_model_alone_responses_vectors_and_searches_can_be_batches_too(served: Served) -> None:
    client = served.openai()
    asked = {
        CHAT: chat("Hello", "script", max_tokens=3),
        "/v1/responses": {"model": READER, "input": QUESTION},
        "/v1/search": {"question": QUESTION},
    }
    bodies = {}
    for url, body in asked.items():
        batch = ended(client, begun(client, line("1", body, url), endpoint=url))
        [result] = told(client, batch.output_file_id)
        bodies[url] = result["response"]["body"]
    assert bodies[CHAT]["choices"][0] == {
        "index": 0,
        "message": {"role": "assistant", "content": "The boiler is"},
        "finish_reason": "length",
    }
    assert bodies["/v1/responses"]["output"][0]["content"][0]["text"] == ANSWER
    assert "every March" in bodies["/v1/search"]["passages"][0]["text"]


def test_what_fails_stands_in_a_file_of_its_own_and_the_others_go_on(served: Served) -> None:
    client = served.openai()
    asked = [line("a", chat(model="carrel/999-nobody")), line("b", chat()), line("c", chat(model="no-model"))]
    batch = ended(client, begun(client, *asked))
    assert batch.status == "completed"
    assert (batch.request_counts.completed, batch.request_counts.failed) == (1, 2)
    assert [one["custom_id"] for one in told(client, batch.output_file_id)] == ["b"]
    failures = told(client, batch.error_file_id)
    assert [one["custom_id"] for one in failures] == ["a", "c"]
    assert failures[1]["response"]["status_code"] == 404
    assert "no-model" in failures[1]["response"]["body"]["error"]["message"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{broken", "not JSON"),
        (b"[1]", "no JSON object"),
        (jsonl(line("", chat())), "custom_id"),
        (jsonl(line("a", chat()), line("a", chat())), "stands twice"),
        (jsonl(line("a", chat(), "/v1/embeddings")), "url must be /v1/chat/completions"),
        (jsonl({**line("a", {}), "method": "GET"}), "method must be POST"),
        (jsonl({**line("a", {}), "body": 1}), "body must be an object"),
        (jsonl(line("a", chat(stream=True))), "stream"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_a_file_that_is_no_batch_fails_at_once_with_its_lines(served: Served, content: bytes, words: str) -> None:
    client = served.openai()
    file = client.files.create(file=("asked.jsonl", b"\n" + content), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
    assert batch.status == "failed" and batch.failed_at
    problem = batch.errors.data[-1]
    assert words in problem.message and problem.line in (2, 3)


def test_a_batch_that_is_cancelled_keeps_what_it_has(served: Served, engine: ScriptedEngine) -> None:
    client = served.openai()
    answered, hold = threading.Semaphore(1), threading.Event()

    def one_and_no_more(at: int) -> None:
        if at == 0 and not answered.acquire(blocking=False):
            hold.wait(10)

    engine.before_piece = one_and_no_more
    batch = begun(client, *(line(str(n), chat(f"{QUESTION} {n}")) for n in range(6)))
    while client.batches.retrieve(batch.id).request_counts.completed < 1:
        time.sleep(0.02)
    cancelled = client.batches.cancel(batch.id)
    assert cancelled.status in ("cancelling", "cancelled") and cancelled.cancelling_at
    hold.set()
    batch = ended(client, batch)
    assert batch.status == "cancelled" and batch.cancelled_at
    assert [one["custom_id"] for one in told(client, batch.output_file_id)] == ["0"]
    assert client.batches.cancel(batch.id).status == "cancelled"  # once more does nothing


def test_a_server_that_is_started_again_goes_on_where_the_last_was(
    workspace: Workspace, engine: ScriptedEngine, serve: Serve, stop_serving: Callable[[], None]
) -> None:
    first = serve(workspace)
    client = first.openai()
    hold = threading.Event()
    written = list[int]()

    def two_and_no_more(at: int) -> None:
        if at == 0:
            written.append(at)
            if len(written) > 2:
                hold.wait(10)

    engine.before_piece = two_and_no_more
    batch = begun(client, *(line(str(n), chat(f"{QUESTION} {n}")) for n in range(6)))
    while client.batches.retrieve(batch.id).request_counts.completed < 2:
        time.sleep(0.02)
    threading.Timer(0.3, hold.set).start()
    stop_serving()
    engine.before_piece = lambda at: written.append(at) if at == 0 else None
    written.clear()
    second = serve(workspace)
    client = second.openai(first.key)
    batch = ended(client, batch)
    assert batch.request_counts.completed == 6
    assert [one["custom_id"] for one in told(client, batch.output_file_id)] == [str(n) for n in range(6)]
    assert len(written) == 4  # the two that were whole are not asked again


def test_a_key_sees_and_touches_its_own_alone(served: Served) -> None:
    mine, other = served.openai(), served.openai(served.host.keys.add(ApiKey(name="other", digest="")))
    batch = ended(mine, begun(mine, line("1", chat())))
    assert not other.files.list().data and not other.batches.list().data
    for file in (batch.input_file_id, batch.output_file_id):
        for touch in (other.files.retrieve, other.files.content, other.files.delete):
            assert refused(partial(touch, file)).startswith("404")
    assert refused(lambda: other.batches.retrieve(batch.id)).startswith("404")
    assert refused(lambda: other.batches.cancel(batch.id)).startswith("404")
    begin = other.batches.create
    assert refused(lambda: begin(input_file_id=batch.input_file_id, endpoint=CHAT, completion_window="24h")).startswith(
        "404"
    )
    assert len(mine.files.list().data) == 2


def test_a_limited_key_is_given_no_more_by_a_batch(served: Served, notes: Any) -> None:
    keys = served.host.keys
    search = served.openai(keys.add(ApiKey(name="search", digest="", search_only=True)))
    assert "403" in refused(lambda: begun(search, line("1", chat())))
    assert ended(
        search, begun(search, line("1", {"question": QUESTION}, "/v1/search"), endpoint="/v1/search")
    ).output_file_id
    persona = served.openai(keys.add(ApiKey(name="persona", digest="", personas=("001-reader",))))
    asked = [line("1", chat(model="carrel/410-llm-engineer")), line("2", chat(model="script")), line("3", chat())]
    batch = ended(persona, begun(persona, *asked))
    assert [one["response"]["status_code"] for one in told(persona, batch.error_file_id)] == [403, 403]
    assert [one["custom_id"] for one in told(persona, batch.output_file_id)] == ["3"]
    vectors = line("1", {"input": "Hi"}, "/v1/embeddings")
    assert "403" in refused(lambda: begun(persona, vectors, endpoint="/v1/embeddings"))
    folder = served.openai(keys.add(ApiKey(name="flat", digest="", folders=(notes / "home",))))
    batch = ended(folder, begun(folder, line("1", chat())))
    assert "boiler.md" not in client_text(folder, batch.output_file_id)
    assert "boiler.md" in client_text(persona, ended(persona, begun(persona, line("1", chat()))).output_file_id)


def client_text(client: Any, file: str) -> str:
    text: str = client.files.content(file).text
    return text


def test_a_removed_key_ends_its_batch_and_takes_its_files_along(served: Served, engine: ScriptedEngine) -> None:
    keys = served.host.keys
    client = served.openai(keys.add(ApiKey(name="gone", digest="")))
    hold = threading.Event()
    engine.before_piece = waiting_for(hold)
    begun(client, *(line(str(n), chat(f"{QUESTION} {n} zebra")) for n in range(4)))
    ApiKeys(served.host.workspace.home.api_keys).remove("gone")
    hold.set()
    mine = served.openai()
    ended(mine, begun(mine, line("1", chat())))
    database = served.host.workspace.home.batches
    until = time.monotonic() + 10
    while b"zebra" in database.read_bytes() or b"zebra" in database.with_name("batches.db-wal").read_bytes():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_files_and_batches_are_erased_for_good(served: Served, engine: ScriptedEngine) -> None:
    client = served.openai()
    hold = threading.Event()
    engine.before_piece = waiting_for(hold)
    batch = begun(client, line("zebra", chat()))
    assert "reads this file" in refused(lambda: client.files.delete(batch.input_file_id))
    hold.set()
    batch = ended(client, batch)
    assert client.files.delete(batch.input_file_id).deleted
    with served.http() as http:
        assert http.delete(f"/v1/batches/{batch.id}").json() == {"id": batch.id, "object": "batch", "deleted": True}
    assert not client.files.list().data and not client.batches.list().data
    home = served.host.workspace.home
    assert not [p for p in home.path.glob("batches.db*") if b"zebra" in p.read_bytes()]
    assert home.batches.stat().st_mode & 0o077 == 0


def test_lists_come_in_pages(served: Served) -> None:
    client = served.openai()
    made = [client.files.create(file=(f"{n}.jsonl", b"{}"), purpose="batch").id for n in range(5)]
    page = client.files.list(limit=2)
    assert [one.id for one in page.data] == made[:-3:-1] and page.has_more
    assert [one.id for one in client.files.list(limit=2)] == made[::-1]  # the client follows the pages
    assert not client.files.list(purpose="batch_output").data
    assert "400" in refused(lambda: client.batches.list(limit=0))


def test_what_is_too_much_is_refused_with_what_to_do(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    client = served.openai()

    def add(content: bytes, purpose: str = "batch") -> Any:
        return client.files.create(file=("asked.jsonl", content), purpose=purpose)

    assert "is empty" in refused(lambda: add(b" \n"))
    assert "`purpose` must be batch" in refused(lambda: add(b"{}", "fine-tune"))
    with served.http() as http:
        assert http.post("/v1/files", json={}).status_code == 400
        assert http.post("/v1/files", files={"other": b"x"}, data={"purpose": "batch"}).status_code == 400
        odd = http.post("/v1/files", content=b"x", headers={"Content-Type": "multipart/form-data"})
        assert odd.status_code == 400
    monkeypatch.setattr(api_files, "MAX_KEY_BYTES", 100)
    monkeypatch.setattr(file_routes, "MAX_FILE_BYTES", 1_000)
    add(b"x" * 60)
    assert refused(lambda: add(b"x" * 60)).startswith("413")
    assert refused(lambda: add(b"x" * 20_000)).startswith("413")
    file = add(jsonl({})[:2])
    begin = client.batches.create
    assert "completion_window" in refused(lambda: begin(input_file_id=file.id, endpoint=CHAT, completion_window="48h"))
    assert "endpoint" in refused(lambda: begin(input_file_id=file.id, endpoint="/v1/images", completion_window="24h"))
    monkeypatch.setattr(stored_batches, "MOST_UNFINISHED", 0)
    assert refused(lambda: begin(input_file_id=file.id, endpoint=CHAT, completion_window="24h")).startswith("429")


def test_whoever_asks_now_is_answered_while_a_batch_runs(served: Served, engine: ScriptedEngine) -> None:
    client = served.openai()
    hold, entered = threading.Event(), threading.Event()

    def wait(at: int) -> None:
        if at == 0 and not entered.is_set():
            entered.set()
            hold.wait(10)

    engine.before_piece = wait  # holds the first that begins: a line of the batch
    batch = begun(client, *(line(str(n), chat(f"{QUESTION} batched {n}")) for n in range(8)))
    assert entered.wait(10)
    assert client.chat.completions.create(**chat()).choices[0].message.content == ANSWER
    assert client.batches.retrieve(batch.id).request_counts.completed == 0
    hold.set()
    assert ended(client, batch).request_counts.completed == 8


def test_a_keys_short_batch_does_not_wait_for_anothers_long_one(
    served: Served, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.batches.batch_runs.SEARCHED_TOGETHER", 3)
    client = served.openai()
    other = served.openai(served.host.keys.add(ApiKey(name="other", digest="")))
    hold = threading.Event()
    engine.before_piece = waiting_for(hold)
    long = begun(client, *(line(str(n), chat(f"{QUESTION} {n}")) for n in range(30)))
    short = begun(other, line("1", chat()))
    hold.set()
    assert ended(other, short).status == "completed"
    at = client.batches.retrieve(long.id)
    assert at.status == "completed" or at.request_counts.completed < 30
    assert ended(client, long).completed_at >= other.batches.retrieve(short.id).completed_at
