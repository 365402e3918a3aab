"""`/v1/batches`: begin one, watch it, end it."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from serving.access import ApiKey
from serving.batches.batch_answers import ANSWERS, check_endpoint
from serving.batches.batch_lines import read_lines
from serving.batches.batch_runs import BatchRuns
from serving.batches.file_routes import listing, page_of
from serving.batches.stored_batches import StoredBatch
from serving.host import Host
from serving.http_failures import RequestInvalid
from serving.requests import RequestFields, body_of

_WINDOW = "24h"  # the one that there is in OpenAI's protocol
_MOST_METADATA, _MOST_CHARACTERS = 16, 512  # pairs, and characters of each, as OpenAI's own
_LISTED, _MOST_LISTED = 20, 100


async def begin_batch(request: Request) -> Response:
    """Begin a batch; one whose input is none has failed at once, with the lines that are wrong."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    key: ApiKey = request.state.key
    fields = await body_of(request)
    endpoint, input, metadata = fields.text("endpoint"), fields.text("input_file_id"), _metadata(fields)
    if endpoint not in ANSWERS:
        raise RequestInvalid(f"`endpoint` cannot be {endpoint:.80}", f"It is one of {', '.join(ANSWERS)}.")
    if fields.text("completion_window", _WINDOW) != _WINDOW:
        raise RequestInvalid(f"`completion_window` must be {_WINDOW}", "A batch is answered as soon as there is time.")
    check_endpoint(key, endpoint)
    return JSONResponse((await host.run(lambda: runs.add(_checked(runs, key, endpoint, input, metadata)))).view)


def _checked(runs: BatchRuns, key: ApiKey, endpoint: str, input: str, metadata: dict[str, str]) -> StoredBatch:
    """The batch of a file, its lines read. Raises NotFound, RequestInvalid."""
    file = runs.files.find(key.digest, input)
    if file.purpose != "batch":
        raise RequestInvalid(f"{input} is no input of a batch", "Upload a file with the purpose batch.")
    lines, problems = read_lines(b"".join(runs.files.content(file)), endpoint)
    batch = StoredBatch(id="", key=key.digest, endpoint=endpoint, input=input, metadata=metadata, total=len(lines))
    if problems:
        told = tuple({"line": one.line, "message": one.message} for one in problems)
        return batch.failing(told)
    return batch.reaching("in_progress")


def _metadata(fields: RequestFields) -> dict[str, str]:
    given: dict[str, Any] = fields.get("metadata", dict, {})
    pairs = [text for pair in given.items() for text in pair]
    if len(given) > _MOST_METADATA or not all(
        isinstance(text, str) and len(text) <= _MOST_CHARACTERS for text in pairs
    ):
        limits = f"It has up to {_MOST_METADATA} names with texts of up to {_MOST_CHARACTERS} characters."
        raise RequestInvalid("`metadata` is not what it may be", limits)
    return given


async def batches(request: Request) -> Response:
    """The batches of a key, the newest first."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    limit, after = page_of(request, _LISTED, _MOST_LISTED)
    found = await host.run(partial(runs.batches.listed, request.state.key.digest, after, limit + 1))
    return JSONResponse(listing([one.view for one in found], limit))


async def batch(request: Request) -> Response:
    """A batch, with the number of its lines that are answered."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    found = await host.run(partial(runs.batches.find, request.state.key.digest, request.path_params["id"]))
    return JSONResponse(found.view)


async def cancel_batch(request: Request) -> Response:
    """End a batch; what is answered of it stays."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    found = await host.run(partial(runs.cancel, request.state.key.digest, request.path_params["id"]))
    return JSONResponse(found.view)


async def erase_batch(request: Request) -> Response:
    """Erase a batch and its results for good, and end it where it runs."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    id = request.path_params["id"]
    await host.run(partial(runs.erase, request.state.key.digest, id))
    return JSONResponse({"id": id, "object": "batch", "deleted": True})
