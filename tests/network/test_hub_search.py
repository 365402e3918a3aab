"""Searching the hub, one on this machine, and who gets to see the token."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from network.connections import Connections, Offline
from network.download_job import DownloadFailed
from network.http import http_client
from network.hub_search import HubModel, search_hub
from tests.http_server import answering
from tests.hub_server import Hub, serving


@pytest.fixture
def connections(tmp_path: Path) -> Connections:
    return Connections(tmp_path / "connections.jsonl")


def test_repositories_are_read_with_their_licence_and_their_terms(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub("owner/model", "c" * 40, {}, token="hf_mine")
    hub.results = [
        {"id": "owner/a-GGUF", "downloads": 3, "likes": 1, "gated": "manual", "tags": ["license:mit"]},
        {"id": "b/c"},
    ]
    with serving(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        found = search_hub("a & b", connections, "hf_mine")
        with pytest.raises(DownloadFailed):
            search_hub("a & b", connections)
    assert found == (HubModel("owner/a-GGUF", 3, 1, True, "mit"), HubModel("b/c", 0, 0, False, ""))
    (_, path, _) = hub.asked[0]
    assert "search=a+%26+b" in path or "search=a%20%26%20b" in path
    assert connections.history()[0].purpose == "search for a model"


def test_offline_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    with pytest.raises(Offline):
        search_hub("a", Connections(tmp_path / "connections.jsonl", lambda: True))


class _Redirects(BaseHTTPRequestHandler):
    """Sends everybody to another server, and that one says what it was told."""

    elsewhere = ""
    seen: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        if self.elsewhere and self.path == "/":
            self.send_response(302)
            self.send_header("Location", f"{self.elsewhere}/file")
        else:
            self.seen.append(self.headers.get("Authorization"))
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_the_token_does_not_follow_a_redirect_to_another_host(connections: Connections) -> None:
    seen: list[str | None] = []
    with (
        answering(_Redirects, seen=seen) as storage,
        answering(_Redirects, elsewhere=storage, seen=seen) as hub,
        http_client(connections, "test", "hf_mine") as client,
    ):
        client.get(f"{hub}/")
        client.get(f"{hub}/here")
    assert seen == [None, "Bearer hf_mine"]
