"""The routes, and what stands before them: no request passes without a key but `/health` and the description."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from assistant.doctor.own_version import own_version
from errors import AppError
from serving.batches.batch_routes import batch, batches, begin_batch, cancel_batch, erase_batch
from serving.batches.batch_runs import BatchRuns
from serving.batches.file_routes import erase_file, file, file_content, files, upload
from serving.host import Host
from serving.http_failures import app_failure, bug, http_failure
from serving.library_routes import ask, search, status
from serving.mcp.endpoint import McpEndpoint
from serving.metrics.exposition import metrics
from serving.metrics.requests_counted import RequestsCounted
from serving.openai_protocol.chat_completions import chat_completions
from serving.openai_protocol.listed_models import embeddings, models
from serving.openai_protocol.responses import responses
from serving.openapi import openapi

Handler = Callable[[Request], Awaitable[Response]]
_ROUTES: Sequence[tuple[str, str, Handler]] = (
    ("GET", "/v1/models", models),
    ("GET", "/v1/models/{id:path}", models),
    ("POST", "/v1/chat/completions", chat_completions),
    ("POST", "/v1/responses", responses),
    ("POST", "/v1/embeddings", embeddings),
    ("POST", "/v1/search", search),
    ("POST", "/v1/ask", ask),
    ("GET", "/v1/status", status),
    ("GET", "/v1/files", files),
    ("POST", "/v1/files", upload),
    ("GET", "/v1/files/{id}", file),
    ("DELETE", "/v1/files/{id}", erase_file),
    ("GET", "/v1/files/{id}/content", file_content),
    ("GET", "/v1/batches", batches),
    ("POST", "/v1/batches", begin_batch),
    ("GET", "/v1/batches/{id}", batch),
    ("DELETE", "/v1/batches/{id}", erase_batch),
    ("POST", "/v1/batches/{id}/cancel", cancel_batch),
    ("GET", "/metrics", metrics),
)


def build_app(host: Host, allowed_hosts: Sequence[str]) -> Starlette:
    """The application. `allowed_hosts`: names in `Host` that are answered, so that no web page's name leads here."""
    routes = [Route(path, _with_key(handler), methods=[method]) for method, path, handler in _ROUTES]
    open_routes = [
        Route("/health", _health),
        Route("/openapi.json", _openapi),
        Route("/", _page),
    ]
    mcp, runs = McpEndpoint(host), BatchRuns(host)

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        async with mcp.running(app), runs.running():
            yield

    app = Starlette(
        routes=[*routes, *open_routes, Route("/mcp", mcp, methods=["GET", "POST", "DELETE"])],
        middleware=[
            Middleware(RequestsCounted, counted=host.metrics.counted),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts)),
        ],
        exception_handlers={AppError: app_failure, HTTPException: http_failure, Exception: bug},
        lifespan=running,
    )
    app.state.host, app.state.batches = host, runs
    return app


def _with_key(handler: Handler) -> Handler:
    async def checked(request: Request) -> Response:
        host: Host = request.app.state.host
        request.state.key = host.key_of(request)
        return await handler(request)

    return checked


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _openapi(request: Request) -> Response:
    return JSONResponse(openapi(own_version()))


async def _page(request: Request) -> Response:
    rows = "".join(
        f"<tr><td><code>{method.upper()} {path}</code></td><td>{operation['summary']}</td></tr>"
        for path, methods in openapi("")["paths"].items()
        for method, operation in methods.items()
    )
    return HTMLResponse(
        _PAGE.format(rows=rows), headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    )


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Carrel</title>
<style>body{{font:16px/1.5 sans-serif;max-width:44em;margin:3em auto;padding:0 1em}}</style>
<h1>Carrel</h1><p>Ask your own files from other programs. Each request needs a key:
<code>Authorization: Bearer KEY</code>; <code>carrel serve keys add NAME</code> makes one.
<a href="/openapi.json">openapi.json</a> describes the routes.</p><table>{rows}</table></html>"""
