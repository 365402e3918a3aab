"""Who may ask what: keys, limits, and doors that stay shut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.workspace import Workspace
from errors import AppError
from serving.access import ApiKey, ApiKeys, RequestRate
from serving.application import _ROUTES
from tests.serving.conftest import Served

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
QUESTION = "When is the boiler checked?"


@pytest.mark.parametrize("key", ["", "carrel-guessed", "Bearer", "x" * 5000])
def test_no_route_answers_without_a_known_key(served: Served, key: str) -> None:
    for method, path, _ in _ROUTES:
        with served.http(key) as client:
            answer = client.request(method, path.replace("{id:path}", "x"), json={"question": QUESTION})
        assert (path, answer.status_code) == (path, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"]["type"] == "authentication_error"


def test_every_route_is_described_and_nothing_else_is_open(served: Served) -> None:
    with served.http("") as client:
        described = client.get("/openapi.json").json()["paths"]
        there = {(path, method.lower()) for method, path, _ in _ROUTES if ":path" not in path}
        assert there == {(path, method) for path, methods in described.items() for method in methods}
        assert client.get("/health").json() == {"status": "ok"}
        assert "Carrel" in client.get("/").text
        assert client.get("/v1/secrets").status_code == 404
        assert client.get("/../settings.toml").status_code == 404


def test_a_web_pages_name_that_leads_here_is_not_answered(served: Served) -> None:
    with served.http(Host="evil.example:8477") as client:
        assert client.get("/v1/models").status_code == 400


def test_a_web_page_is_given_no_leave_to_read_answers(served: Served) -> None:
    with served.http(Origin="https://evil.example") as client:
        answer = client.get("/v1/models")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def ask(served: Served, key: str, route: str, **given: Any) -> tuple[int, dict[str, Any]]:
    with served.http(key) as client:
        answer = client.post(f"/v1/{route}", json={"question": QUESTION, **given})
    value: dict[str, Any] = answer.json()
    return answer.status_code, value


def test_a_key_for_searching_finds_and_writes_nothing(served: Served) -> None:
    key = served.host.keys.add(ApiKey(name="search", digest="", search_only=True))
    status, found = ask(served, key, "search")
    assert status == 200 and "every March" in found["passages"][0]["text"]
    for route in ("ask", "chat/completions", "responses"):
        status, refused = ask(served, key, route, messages=[{"role": "user", "content": "Hi"}], input="Hi")
        assert (status, refused["error"]["type"]) == (403, "permission_error")


def test_a_key_for_a_folder_sees_no_other(served: Served, notes: Path) -> None:
    key = served.host.keys.add(ApiKey(name="flat", digest="", folders=(notes / "home",)))
    status, found = ask(served, key, "search")
    assert status == 200 and not [one for one in found["passages"] if one["path"].endswith("boiler.md")]
    status, refused = ask(served, key, "search", folders=[str(notes)])
    assert status == 403 and "may not search" in refused["error"]["message"]
    status, turn = ask(served, key, "ask", stream=False)
    assert status == 200 and not [one for one in turn["passages"] if one["path"].endswith("boiler.md")]
    with served.http(key) as client:
        [folder] = client.get("/v1/status").json()["folders"]
        ids = [model["id"] for model in client.get("/v1/models").json()["data"]]
    assert folder["files"]["indexed"] == 1
    assert "script" not in ids and "carrel/embedder" not in ids


def test_a_path_that_leads_out_of_a_keys_folder_is_refused(served: Served, notes: Path) -> None:
    key = served.host.keys.add(ApiKey(name="flat", digest="", folders=(notes / "home",)))
    (notes / "home" / "out").symlink_to(notes)
    for wanted in (notes / "home" / "..", notes / "home" / "out"):
        assert ask(served, key, "search", folders=[str(wanted)])[0] == 403


def test_a_key_for_a_persona_asks_no_other_and_no_model(served: Served) -> None:
    key = served.host.keys.add(ApiKey(name="reader", digest="", personas=("001-reader",)))
    assert ask(served, key, "ask", stream=False, persona="001")[0] == 200
    assert ask(served, key, "ask", stream=False, persona="410")[0] == 403
    messages = [{"role": "user", "content": "Hi"}]
    assert ask(served, key, "chat/completions", model="script", messages=messages)[0] == 403
    assert ask(served, key, "embeddings", input="Hi")[0] == 403
    with served.http(key) as client:
        assert [one["id"] for one in client.get("/v1/models").json()["data"]] == ["carrel/001-reader"]


def test_a_removed_key_is_refused_from_then_on(served: Served) -> None:
    key = served.host.keys.add(ApiKey(name="gone", digest=""))
    assert ask(served, key, "search")[0] == 200
    ApiKeys(served.host.workspace.home.api_keys).remove("gone")  # by another process
    assert ask(served, key, "search")[0] == 401


def test_too_many_requests_are_told_when_to_come_again(served: Served) -> None:
    key = served.host.keys.add(ApiKey(name="eager", digest="", requests_per_minute=2))
    with served.http(key) as client:
        answers = [client.get("/v1/status") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)


def test_the_bucket_of_a_key_fills_again() -> None:
    now = [0.0]
    rate, key = RequestRate(lambda: now[0]), ApiKey(name="a", digest="a", requests_per_minute=60)
    assert [rate.take(key) for _ in range(60)] == [0.0] * 60
    assert rate.take(key) == pytest.approx(1.0)
    now[0] = 1.5
    assert rate.take(key) == 0.0
    assert rate.take(key) > 0


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[1]", 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400), (b"x" * 4_000_001, 413)]
)
def test_a_body_that_is_no_request_is_refused(served: Served, body: bytes, status: int) -> None:
    with served.http() as client:
        answer = client.post("/v1/search", content=body)
    assert answer.status_code == status and answer.json()["error"]["message"]


def test_only_digests_of_keys_are_on_the_disk(served: Served, workspace: Workspace) -> None:
    text = workspace.home.api_keys.read_text()
    assert served.key not in text and "digest" in text
    assert workspace.home.api_keys.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 41])
def test_a_bad_name_or_a_taken_one_makes_no_key(tmp_path: Path, name: str) -> None:
    keys = ApiKeys(tmp_path / "keys.json")
    with pytest.raises(AppError, match="no name"):
        keys.add(ApiKey(name=name, digest=""))
    keys.add(ApiKey(name="one", digest=""))
    with pytest.raises(AppError, match="already"):
        keys.add(ApiKey(name="one", digest=""))


def test_a_damaged_file_of_keys_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"name": "x"}]}))
    with pytest.raises(AppError, match="cannot be read"):
        ApiKeys(tmp_path / "keys.json").find("anything")


def test_a_key_is_limited_to_a_persona_by_any_of_its_names(tmp_path: Path) -> None:
    assert cli.main(["serve", "keys", "add", "one", "--persona", "410", "--home", str(tmp_path)]) == 0
    assert cli.main(["serve", "keys", "add", "two", "--persona", "nobody", "--home", str(tmp_path)]) == 1
    assert [key.personas for key in ApiKeys(tmp_path / "api_keys.json").all()] == [("410-llm-engineer",)]
