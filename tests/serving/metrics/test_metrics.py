"""A Prometheus scrape finds what happened, behind a key; the dashboard asks for nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from assistant.workspace import Workspace
from engines.models.gpu_activity import GpuActivity
from engines.remote.server_group import ServerState
from serving.access import ApiKey
from serving.metrics.measured import Measured
from tests.scripted_engine import ScriptedEngine
from tests.serving.conftest import Served

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
_DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana.json"
_QUESTION = {"question": "When is the boiler checked?", "stream": False}
Samples = dict[tuple[str, str], float]


def scrape(served: Served, key: str | None = None) -> Samples:
    """Values by name and by labels, as `route="/v1/ask"`."""
    with served.http(key) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name, ",".join(f'{name}="{value}"' for name, value in sample.labels.items())] = sample.value
    return found


def ask(served: Served, body: object = None) -> None:
    with served.http() as client:
        assert client.post("/v1/ask", json=body or _QUESTION).status_code == 200


def test_question_is_counted_with_its_stages_and_tokens(served: Served) -> None:
    ask(served)
    found = scrape(served)
    assert found["carrel_questions_total", 'finish="end"'] == 1
    for stage in ("retrieve", "search", "keyword", "prompt", "prefill", "decode", "verdicts"):
        assert found["carrel_stage_seconds_count", f'stage="{stage}"'] == 1, stage
    for name in ("question", "pipeline", "first_token"):
        assert found[f"carrel_{name}_seconds_count", ""] == 1
    assert found["carrel_output_tokens_total", ""] == 7
    assert found["carrel_prompt_tokens_total", ""] > 50
    assert found["carrel_retrieved_documents_sum", ""] >= 1
    assert 0 < found["carrel_kv_window_share", ""] < 1


def test_caches_are_counted_by_hits_and_misses(served: Served, workspace: Workspace) -> None:
    workspace.settings = replace(workspace.settings, answers=replace(workspace.settings.answers, cache_hours=0))
    ask(served)
    ask(served)
    found = scrape(served)
    assert found["carrel_search_cache_total", 'result="miss"'] == 1
    assert found["carrel_search_cache_total", 'result="hit"'] == 1
    assert found["carrel_prompt_tokens_reused_total", ""] > 50, "the second prompt is the first"


def test_cost_is_counted_where_a_price_is_set(served: Served, workspace: Workspace) -> None:
    ask(served)
    assert not any(name == "carrel_read_cost_total" for name, _ in scrape(served))
    priced = replace(workspace.settings.answers, price_per_million_tokens=2.0, currency="EUR")
    workspace.settings = replace(workspace.settings, answers=priced)
    before = scrape(served)["carrel_prompt_tokens_total", ""]
    ask(served, {**_QUESTION, "question": "When does the lease end?"})
    found = scrape(served)
    read = found["carrel_prompt_tokens_total", ""] - before
    assert found["carrel_read_cost_total", 'currency="EUR"'] == pytest.approx(read * 2e-6)


def test_model_alone_is_counted_too(served: Served) -> None:
    with served.http() as client:
        body = {"model": "script", "messages": [{"role": "user", "content": "Hello"}]}
        assert client.post("/v1/chat/completions", json=body).status_code == 200
    found = scrape(served)
    assert found["carrel_output_tokens_total", ""] == 7
    assert ("carrel_questions_total", 'finish="end"') not in found


def test_requests_are_counted_by_route_and_status(served: Served) -> None:
    with served.http() as client:
        client.get("/v1/status")
        client.get("/v1/models/no-such")
        client.get("/tried/by/a/scanner")
        client.post("/v1/ask", content=b"{")
    with served.http("") as client:
        client.get("/v1/status")
    found = scrape(served)

    def count(method: str, route: str, status: int) -> float:
        labels = f'method="{method}",route="{route}",status="{status}"'
        return found.get(("carrel_http_requests_total", labels), 0)

    assert count("GET", "/v1/status", 200) == count("GET", "/v1/status", 401) == 1
    assert count("GET", "/v1/models/{id:path}", 404) == 1
    assert count("GET", "unknown", 404) == 1
    assert count("POST", "/v1/ask", 400) == 1
    assert found["carrel_http_request_seconds_count", 'route="/v1/status"'] == 2
    assert found["carrel_http_requests_in_progress", ""] == 1, "the scrape itself"


@pytest.mark.logs("a stream failed")
def test_failed_question_is_counted(served: Served, engine: ScriptedEngine) -> None:
    def fail(at: int) -> None:
        raise RuntimeError("a bug")

    engine.before_piece = fail
    with served.http() as client:
        client.post("/v1/ask", json={**_QUESTION, "stream": True})
    assert scrape(served)["carrel_questions_total", 'finish="failed"'] == 1


def test_memory_and_queue_are_measured_at_the_scrape(served: Served) -> None:
    found = scrape(served)
    assert found["carrel_memory_bytes", 'owner="kv"'] == 90_000_000
    assert found["carrel_memory_bytes", 'owner="process"'] > 10_000_000
    assert found["carrel_queue_running", ""] == found["carrel_queue_waiting", ""] == 0
    assert 0 < found["carrel_system_memory_share", ""] < 1


def test_scrape_needs_a_key_that_is_not_limited(served: Served) -> None:
    with served.http("") as client:
        assert client.get("/metrics").status_code == 401
    limited = served.host.keys.add(ApiKey(name="limited", digest="", personas=("001-reader",)))
    with served.http(limited) as client:
        assert client.get("/metrics").status_code == 403
    search_only = served.host.keys.add(ApiKey(name="prometheus", digest="", search_only=True))
    assert scrape(served, search_only)


def test_dashboard_asks_for_what_is_exposed_and_for_all_of_it(served: Served) -> None:
    panels = [panel for panel in json.loads(_DASHBOARD.read_text("utf-8"))["panels"] if panel["type"] != "row"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    asked = {name for expression in expressions for name in re.findall(r"\bcarrel_\w+", expression)}
    with served.http() as client:
        families = list(text_string_to_metric_families(client.get("/metrics").text))
    exposed: dict[str, str] = {}
    for family in families:
        endings = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",)}.get(family.type, ("",))
        exposed |= {family.name + ending: family.name for ending in endings}
    assert asked - exposed.keys() == set(), "names that nothing exposes"
    shown = {exposed[name] for name in asked}
    assert {name for name in exposed.values() if not name.endswith("_created")} - shown == set()


def test_each_gpu_has_the_figures_that_it_tells() -> None:
    hopper = GpuActivity(index=0, name="H200", memory_used=80, memory_total=100, busy=0.5, sm_active=0.4)
    older = GpuActivity(index=1, name="T4", memory_used=10, memory_total=100, power_watts=70.0)
    registry = CollectorRegistry()
    registry.register(Measured(lambda: (2, 3), lambda: {"kv": 5}, lambda: (hopper, older), lambda: ()))
    assert registry.get_sample_value("carrel_gpu_sm_active_share", {"gpu": "0", "name": "H200"}) == 0.4
    assert registry.get_sample_value("carrel_gpu_sm_active_share", {"gpu": "1", "name": "T4"}) is None
    assert registry.get_sample_value("carrel_gpu_power_watts", {"gpu": "1", "name": "T4"}) == 70
    assert registry.get_sample_value("carrel_queue_waiting") == 3


def test_each_server_that_shares_a_model_has_its_figures() -> None:
    up = ServerState(name="gpu1:8000", model="qwen", in_flight=3, others=5, answered=7, failed=0)
    down = replace(up, name="gpu2:8000", others=None, failed=2, problem="It cannot be reached.")
    registry = CollectorRegistry()
    registry.register(Measured(lambda: (0, 0), dict, lambda: (), lambda: (up, down)))
    assert registry.get_sample_value("carrel_server_up", {"server": "gpu1:8000"}) == 1
    assert registry.get_sample_value("carrel_server_up", {"server": "gpu2:8000"}) == 0
    assert registry.get_sample_value("carrel_server_in_flight", {"server": "gpu1:8000"}) == 3
    assert registry.get_sample_value("carrel_server_other_requests", {"server": "gpu2:8000"}) is None
    assert registry.get_sample_value("carrel_server_failed_total", {"server": "gpu2:8000"}) == 2
