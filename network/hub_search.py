"""Searching the hub for chat models. API: huggingface.co/docs/hub/api, `GET /api/models`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from network.connections import Connections
from network.download_job import DownloadFailed, hub_address
from network.http import http_client

HUB_TIMEOUT_SECONDS = 20.0
MAX_RESULTS = 20
_MAX_BYTES = 8 << 20
_EXPANDED = ("downloads", "likes", "gated", "tags")


@dataclass(frozen=True, slots=True)
class HubModel:
    """A repository of GGUF files. `downloads`: in the last month. `gated`: its terms are to be accepted first."""

    name: str
    downloads: int
    likes: int
    gated: bool
    licence: str


def search_hub(words: str, connections: Connections, token: str = "") -> tuple[HubModel, ...]:
    """The repositories of GGUF files that these words find, the most downloaded first.

    Raises Offline, and DownloadFailed where the hub is not reached or what it says cannot be read.
    """
    parameters: dict[str, str | int | Sequence[str]] = {
        "search": words,
        "filter": "gguf",
        "sort": "downloads",
        "limit": MAX_RESULTS,
        "expand[]": _EXPANDED,
    }
    try:
        with http_client(connections, "search for a model", token) as client:
            response = client.get(f"{hub_address()}/api/models", params=parameters, timeout=HUB_TIMEOUT_SECONDS)
            response.raise_for_status()
        if len(response.content) > _MAX_BYTES:
            raise ValueError("too long")
        return tuple(_model(entry) for entry in json.loads(response.content))
    except httpx2.HTTPError as error:
        raise DownloadFailed(f"Cannot reach the hub: {error}", "Check the connection, then try again.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DownloadFailed("The hub's answer cannot be read.", "Try again later.") from error


def _model(entry: dict[str, Any]) -> HubModel:
    tags = [str(tag) for tag in entry.get("tags", [])]
    licence = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")
    downloads, likes = int(entry.get("downloads", 0)), int(entry.get("likes", 0))
    return HubModel(str(entry["id"]), downloads, likes, bool(entry.get("gated")), licence)
