"""`/openapi.json`: what each route takes and gives, for people and for programs that write clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_OBJECT: Mapping[str, Any] = {"type": "object"}
_NUMBER, _SWITCH = {"type": "number"}, {"type": "boolean"}
_CHAT: Mapping[str, Any] = {
    "model": {**_TEXT, "description": "carrel/PERSONA for an answer from files; the name of a model for it alone"},
    "messages": {"type": "array", "items": _OBJECT},
    "stream": _SWITCH,
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "max_tokens": {"type": "integer"},
    "stop": _TEXTS,
    "seed": {"type": "integer"},
    "reasoning_effort": {**_TEXT, "enum": ["none", "minimal", "low", "medium", "high"]},
    "response_format": _OBJECT,
    "tools": {"type": "array", "items": _OBJECT},
    "tool_choice": {},
}
_ASKED: Mapping[str, Any] = {
    "question": _TEXT,
    "persona": {**_TEXT, "description": "a number, id or name"},
    "folders": {**_TEXTS, "description": "watched folders, or parts of them, to search"},
    "where": {**_TEXT, "description": "a filter over front matter, as: difficulty = advanced"},
}
_Route = tuple[str, Mapping[str, Any], tuple[str, ...]]
_BATCH: Mapping[str, Any] = {
    "input_file_id": _TEXT,
    "endpoint": {**_TEXT, "description": "/v1/chat/completions, /v1/responses, /v1/embeddings or /v1/search"},
    "completion_window": {**_TEXT, "enum": ["24h"]},
    "metadata": _OBJECT,
}
_ROUTES: Mapping[tuple[str, str], _Route] = {
    ("get", "/v1/models"): ("Personas and models", {}, ()),
    ("post", "/v1/chat/completions"): ("Answer a chat (OpenAI)", _CHAT, ("messages",)),
    ("post", "/v1/responses"): (
        "Answer a chat (OpenAI)",
        {"model": _TEXT, "input": {}, "stream": _SWITCH},
        ("input",),
    ),
    ("post", "/v1/embeddings"): (
        "Vectors of texts (OpenAI)",
        {"input": {}, "input_type": {**_TEXT, "enum": ["passage", "question"]}},
        ("input",),
    ),
    ("post", "/v1/search"): ("Passages for a question", {**_ASKED, "passages": {"type": "integer"}}, ("question",)),
    ("post", "/v1/ask"): (
        "A whole turn, as events",
        {
            **_ASKED,
            "stream": _SWITCH,
            "history": {"type": "array", "items": _OBJECT, "description": "question and answer of each turn before"},
            "format": {**_OBJECT, "description": "a JSON Schema of the answer"},
            "thinking": {**_TEXT, "description": "off, on, or a number of tokens"},
        },
        ("question",),
    ),
    ("get", "/v1/status"): ("Folders, the model and the queue", {}, ()),
    ("get", "/v1/files"): ("Files of this key", {}, ()),
    ("post", "/v1/files"): ("Keep a file for a batch (multipart/form-data: purpose, file)", {}, ()),
    ("get", "/v1/files/{id}"): ("A file, without its content", {}, ()),
    ("delete", "/v1/files/{id}"): ("Erase a file", {}, ()),
    ("get", "/v1/files/{id}/content"): ("The content of a file", {}, ()),
    ("get", "/v1/batches"): ("Batches of this key", {}, ()),
    ("post", "/v1/batches"): ("Answer a file of requests", _BATCH, ("input_file_id", "endpoint")),
    ("get", "/v1/batches/{id}"): ("How far a batch is", {}, ()),
    ("delete", "/v1/batches/{id}"): ("Erase a batch and its results", {}, ()),
    ("post", "/v1/batches/{id}/cancel"): ("End a batch; what is answered stays", {}, ()),
    ("get", "/metrics"): ("Figures for Prometheus", {}, ()),
}


def openapi(version: str) -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1)."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carrel", "version": version, "description": "Ask your own files, from other programs."},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "paths": _paths(),
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), (summary, properties, required) in _ROUTES.items():
        operation = _operation(summary, properties, required)
        if "{id}" in path:
            operation["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": _TEXT}]
        paths.setdefault(path, {})[method] = operation
    return paths


def _operation(summary: str, properties: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    failures = {code: {"description": why} for code, why in _FAILURES.items()}
    operation: dict[str, Any] = {"summary": summary, "responses": {"200": {"description": "done"}, **failures}}
    if properties:
        schema = {"type": "object", "properties": properties, "required": list(required)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


_FAILURES = {
    "400": "the request is not understood",
    "401": "no known key",
    "403": "the key may not do this",
    "413": "too long",
    "429": "too many requests; Retry-After says when to come again",
}
