"""`/v1/search`, `/v1/ask` and `/v1/status`: the library and the whole turn, with all that Carrel knows of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from sse_starlette import ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.models.servers import server_states
from assistant.values import Answered, Looked, Retrieved, Running, Thought, Turn, TurnEvent, Wrote
from assistant.views import claim_view, passage_view, step_view, turn_view
from knowledge import Scope, all_filters
from serving.access import ApiKey
from serving.event_streams import event, event_stream, stepped
from serving.host import Host
from serving.requests import RequestFields, body_of

_MOST_PASSAGES = 50
_STATUSES = ("indexed", "waiting", "skipped", "failed")


async def search(request: Request) -> Response:
    """Passages for a question, best first, with every stage's score."""
    host: Host = request.app.state.host
    key: ApiKey = request.state.key
    fields = await body_of(request)
    async with host.turnstile.turn(key.digest):
        return JSONResponse(await host.run(lambda: search_view(host, key, fields)))


def search_view(host: Host, key: ApiKey, fields: RequestFields) -> dict[str, Any]:
    """The passages for the question in a request. Blocks. Raises RequestInvalid, AccessRefused, FilterInvalid."""
    question, k = fields.text("question"), fields.integer("passages", 8, 1, _MOST_PASSAGES)
    named = fields.text("persona", "")
    persona = host.workspace.catalogue.load(host.persona_id(key, named)) if named else None
    folders = key.reachable(_folders(fields))
    found = host.workspace.library.searcher.search(
        question,
        scope=Scope(tuple(folders) if folders else None, persona.id if persona else None),
        k=k,
        where=all_filters((persona.where if persona else None, fields.text("where", ""))),
        also=persona.synonyms.words_for(question) if persona else "",
    )
    passages = [passage_view(n, passage) for n, passage in enumerate(found.passages, 1)]
    return {"question": question, "passages": passages, "timings_ms": dict(found.timings_ms)}


async def ask(request: Request) -> Response:
    """A whole turn as events: `passages`, `step`, `thought`, `piece`, `verdict`, `done`; or `done` alone as JSON."""
    host: Host = request.app.state.host
    key: ApiKey = request.state.key
    key.check_writing()
    fields = await body_of(request)
    host.turnstile.check(key.digest)
    running, history = await host.run(lambda: _asked(host, key, fields))
    events = _turn_events(host, key, running, history)
    if fields.get("stream", bool, True):
        return event_stream(events)
    async with aclosing(events):
        last = [one async for one in events][-1]
    return Response(last.data, media_type="application/json")


def _asked(host: Host, key: ApiKey, fields: RequestFields) -> tuple[Running, tuple[Turn, ...]]:
    """The turn, which has not started, and those before it. Raises as `Asking.ask` does."""
    persona = host.persona_id(key, fields.text("persona", ""))
    exchanges = [(one.text("question"), one.text("answer", "")) for one in fields.objects("history")]
    history = host.chats.history(key.digest, persona, exchanges)
    running = host.workspace.asking.ask(
        fields.text("question"),
        persona=persona,
        folders=key.reachable(_folders(fields)),
        where=fields.text("where", "") or None,
        schema=fields.get("format", dict, {}) or None,
        thinking=fields.text("thinking", "") or None,
        history=history,
    )
    return running, history


def _folders(fields: RequestFields) -> list[Path]:
    return [Path(folder).expanduser().resolve() for folder in fields.texts("folders")]


async def _turn_events(
    host: Host, key: ApiKey, running: Running, history: Sequence[Turn]
) -> AsyncGenerator[ServerSentEvent]:
    async with host.turnstile.turn(key.digest), aclosing(stepped(running, host.answering)) as events:
        async for one in events:
            if isinstance(one, Answered):
                host.chats.keep(key.digest, [*history, one.turn])
            for told in _told(one):
                yield told


def _told(one: TurnEvent) -> list[ServerSentEvent]:
    match one:
        case Retrieved(passages=passages):
            return [event({"passages": [passage_view(n, p) for n, p in enumerate(passages, 1)]}, "passages")]
        case Looked(step=step):
            return [event(step_view(step), "step")]
        case Thought(text=text):
            return [event({"text": text}, "thought")]
        case Wrote(text=text):
            return [event({"text": text}, "piece")]
        case Answered(turn=turn):
            verdicts = [event(claim_view(claim, turn.answer), "verdict") for claim in turn.claims]
            return [*verdicts, event(turn_view(turn), "done")]


async def status(request: Request) -> Response:
    """The folders that a key may search, with the number of files in each state, and the model that answers."""
    host: Host = request.app.state.host
    return JSONResponse(await host.run(partial(_status, host, request.state.key)))


def _status(host: Host, key: ApiKey) -> dict[str, Any]:
    rows = host.workspace.library.files()
    inside = [f for f in host.workspace.library.folders() if f.persona_id is None and _touches(key, f.path)]
    folders = []
    for folder in inside:
        own = [row for row in rows if row.path.is_relative_to(folder.path) and _is_inside(key, row.path)]
        counts = {status: sum(row.status == status for row in own) for status in _STATUSES}
        folders.append({"path": str(folder.path), "files": counts, "passages": sum(row.chunks for row in own)})
    queue = {"running": host.turnstile.running, "waiting": host.turnstile.waiting}
    servers = [asdict(one) for one in server_states(host.workspace.models.chosen)] if not key.personas else []
    shared = {"servers": servers} if servers and not key.folders else {}
    return {"folders": folders, "model": host.model_id or None, "queue": queue, **shared}


def _is_inside(key: ApiKey, path: Path) -> bool:
    return not key.folders or any(path.is_relative_to(folder) for folder in key.folders)


def _touches(key: ApiKey, folder: Path) -> bool:
    """True for a watched folder that holds any that the key may search."""
    return _is_inside(key, folder) or any(allowed.is_relative_to(folder) for allowed in key.folders)
