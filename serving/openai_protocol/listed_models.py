"""`/v1/models` and `/v1/embeddings`."""

from __future__ import annotations

import base64
from array import array
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from serving.access import ApiKey
from serving.host import EMBEDDER, PERSONA_PREFIX, Host
from serving.http_failures import NotFound, RequestInvalid
from serving.requests import RequestFields, body_of

_MOST_TEXTS = 2_048  # as OpenAI's own


async def models(request: Request) -> Response:
    """The personas, the model in memory and the embedder; of one id where the path names it."""
    host: Host = request.app.state.host
    listed = await host.run(lambda: _models(host, request.state.key))
    wanted = request.path_params.get("id")
    if wanted is None:
        return JSONResponse({"object": "list", "data": listed})
    found = next((one for one in listed if one["id"] == wanted), None)
    if found is None:
        raise NotFound(f"There is no model {wanted}", "GET /v1/models lists them.")
    return JSONResponse(found)


def _models(host: Host, key: ApiKey) -> list[dict[str, Any]]:
    personas = [(PERSONA_PREFIX + one.id, one.summary) for one in host.personas(key)]
    others: list[tuple[str, str]] = []
    if not (key.personas or key.folders):
        others = [(host.model_id, "the model alone, without files")] if host.model_id and not key.search_only else []
        others.append((EMBEDDER, "vectors of texts"))
    return [_model(id, about) for id, about in [*personas, *others]]


def _model(id: str, about: str) -> dict[str, Any]:
    return {"id": id, "object": "model", "created": 0, "owned_by": "carrel", "description": about}


async def embeddings(request: Request) -> Response:
    """Vectors of texts. `input_type`: `passage`, or `question` for what is to be searched for."""
    host: Host = request.app.state.host
    key: ApiKey = request.state.key
    fields = await body_of(request)
    async with host.turnstile.turn(key.digest):
        return JSONResponse(await embeddings_view(host, key, fields))


async def embeddings_view(host: Host, key: ApiKey, fields: RequestFields) -> dict[str, Any]:
    """The vectors of the texts in a request, in OpenAI's form. Raises RequestInvalid, AccessRefused."""
    key.check_unrestricted()
    texts, kind = fields.texts("input"), fields.text("input_type", "passage")
    if not texts or len(texts) > _MOST_TEXTS:
        raise RequestInvalid(f"`input` must be 1 to {_MOST_TEXTS:,} texts", f"It has {len(texts)}.")
    if kind not in ("passage", "question"):
        raise RequestInvalid(f"`input_type` cannot be {kind}", "It is passage or question.")
    shape = fields.text("encoding_format", "float")
    name, vectors = await host.run(lambda: host.workspace.library.searcher.embed(texts, questions=kind == "question"))
    tokens = sum(len(text) // 4 + 1 for text in texts)  # embedders count none; OpenAI's clients want a number
    data = [{"object": "embedding", "index": n, "embedding": _shaped(one, shape)} for n, one in enumerate(vectors)]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": name, "usage": usage}


def _shaped(vector: list[float], shape: str) -> list[float] | str:
    return base64.b64encode(array("f", vector).tobytes()).decode() if shape == "base64" else vector
