"""`/v1/files`: what a program uploads for its batches, and fetches of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from starlette.concurrency import iterate_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from serving.access import ApiKey
from serving.batches.api_files import MAX_FILE_BYTES
from serving.batches.batch_runs import BatchRuns
from serving.host import Host
from serving.http_failures import RequestInvalid, TooLarge

_AROUND_BYTES = 10_000  # of a form with one file and a few fields
_UPLOAD_SECONDS = 120
_UPLOADS = asyncio.Semaphore(4)  # at once: each is held in memory
MOST_LISTED = 10_000


class _InMemory(MultiPartParser):
    """Writes no part of a file to the disk, where nothing would encrypt it."""

    spool_max_size = MAX_FILE_BYTES + _AROUND_BYTES


async def upload(request: Request) -> Response:
    """Keep a file for batches."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    key: ApiKey = request.state.key
    async with _UPLOADS:
        name, content = await _uploaded(request)
        made = await host.run(partial(runs.files.add, key.digest, name, content))
    return JSONResponse(made.view)


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """The name and the content of the file in a form. Raises RequestInvalid, TooLarge."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RequestInvalid("The request is no form", "Send multipart/form-data with `purpose` and `file`.")
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS):
            parser = _InMemory(request.headers, _bounded(request), max_files=1, max_fields=8, max_part_size=1_000)
            form = await parser.parse()
            try:
                return await _file_in(form)
            finally:
                await form.close()
    except MultiPartException as error:
        raise RequestInvalid("The form cannot be read", error.message) from error
    except ClientDisconnect as gone:
        raise RequestInvalid("The client closed the connection", "") from gone
    except TimeoutError as error:
        raise RequestInvalid("The upload took too long", f"It may take {_UPLOAD_SECONDS} seconds.") from error


async def _file_in(form: FormData) -> tuple[str, bytes]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise RequestInvalid("`file` is missing", "It is the file with a request in each line.")
    if form.get("purpose") != "batch":
        raise RequestInvalid("`purpose` must be batch", "Carrel keeps files for batches alone.")
    return file.filename or "batch.jsonl", await file.read()


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > MAX_FILE_BYTES + _AROUND_BYTES:
            raise TooLarge("The file is too long", f"It may have {MAX_FILE_BYTES:,} bytes; split it.")
        yield part


async def files(request: Request) -> Response:
    """The files of a key, the newest first."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    limit, after = page_of(request, MOST_LISTED, MOST_LISTED)
    purpose = request.query_params.get("purpose", "")
    found = await host.run(partial(runs.files.listed, request.state.key.digest, purpose, after, limit + 1))
    return JSONResponse(listing([one.view for one in found], limit))


async def file(request: Request) -> Response:
    """A file, without its content."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    found = await host.run(partial(runs.files.find, request.state.key.digest, request.path_params["id"]))
    return JSONResponse(found.view)


async def file_content(request: Request) -> Response:
    """The content of a file."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    found = await host.run(partial(runs.files.find, request.state.key.digest, request.path_params["id"]))
    return StreamingResponse(iterate_in_threadpool(runs.files.content(found)), media_type="application/jsonl")


async def erase_file(request: Request) -> Response:
    """Erase a file for good."""
    host: Host = request.app.state.host
    runs: BatchRuns = request.app.state.batches
    id = request.path_params["id"]
    await host.run(partial(runs.files.erase, request.state.key.digest, id))
    return JSONResponse({"id": id, "object": "file", "deleted": True})


def page_of(request: Request, default: int, most: int) -> tuple[int, str]:
    """How many are to be listed, and after which id. Raises RequestInvalid."""
    text = request.query_params.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise RequestInvalid(f"`limit` must be from 1 to {most:,}", f"It is {text:.80}.")
    return int(text), request.query_params.get("after", "")


def listing(views: list[dict[str, object]], limit: int) -> dict[str, object]:
    """A page of OpenAI's form. `views`: one more than `limit` where there are more."""
    page = views[:limit]
    ends = {"first_id": page[0]["id"] if page else None, "last_id": page[-1]["id"] if page else None}
    return {"object": "list", "data": page, **ends, "has_more": len(views) > limit}
