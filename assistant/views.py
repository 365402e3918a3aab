"""Values as JSON for programs, or as a line for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.models.encoders import model_folders
from assistant.tools.tool_use import tool_use_view
from assistant.values import Citation, Claim, ReadWhole, Saved, Step, Turn
from engines import MODEL_CATALOGUE
from knowledge import Passage, find_installed_encoder, known_encoders
from network import unfinished

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.models.model_library import FittedModel
    from assistant.settings import Settings
    from engines import FoundModel, Machine
    from knowledge import Candidate, EncoderModel, FileRow, SyncReport


def citation_view(citation: Citation) -> dict[str, Any]:
    """`quote` is exactly `text[start:end]` of the document at `path`."""
    return {
        "n": citation.n,
        "path": str(citation.path),
        "heading": " › ".join(citation.heading),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def claim_view(claim: Claim, answer: str) -> dict[str, Any]:
    """`text` is `answer[start:end]`; `missing`: what it says otherwise than the sources, or what they do not have."""
    return {
        "text": answer[claim.start : claim.end],
        "verdict": claim.verdict,
        "missing": list(claim.missing),
        "start": claim.start,
        "end": claim.end,
        "citations": [citation_view(citation) for citation in claim.citations],
    }


def passage_view(n: int, passage: Passage) -> dict[str, Any]:
    """A passage with every stage's score; ranks count from 1, higher scores are better."""
    scores = dataclasses.asdict(passage.scores)
    return {
        "n": n,
        "source": passage.source,
        "path": str(passage.path),
        "heading": " › ".join(passage.heading),
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "metadata": dict(passage.metadata),
        **scores,
    }


def read_view(read: ReadWhole) -> dict[str, Any]:
    """`share`: of the document's text, in (0, 1]; 1 where it is `complete`. `counted`: by code, in all of it."""
    return {
        "path": str(read.path),
        "complete": read.complete,
        "sections": read.sections,
        "of_sections": read.of_sections,
        "share": read.share,
        "counted": [fact.text for fact in read.facts],
    }


def candidate_view(candidate: Candidate) -> dict[str, Any]:
    """A chunk that a stage found; `cut`: the reason that it is not returned, null when it is."""
    return {
        "path": str(candidate.path),
        "heading": " › ".join(candidate.heading),
        "start": candidate.location.start,
        "end": candidate.location.end,
        **dataclasses.asdict(candidate.scores),
        "cut": candidate.cut,
    }


def saved_view(saved: Saved) -> dict[str, Any]:
    """The tokens of whole documents against those read; `saved_money` in `currency`, 0 without a price."""
    return {**dataclasses.asdict(saved), "saved_money": saved.saved_money}


def step_view(step: Step) -> dict[str, Any]:
    """A step in which the model looked again; `passages`: how many it found. `usage`: of the message that asked."""
    return {**dataclasses.asdict(step), "says": step.says}


def turn_view(turn: Turn) -> dict[str, Any]:
    """A turn."""
    usage = turn.usage
    speeds = {
        "computed_tokens": usage.computed_tokens,
        "prefill_tokens_per_second": usage.prefill_tokens_per_second,
        "decode_tokens_per_second": usage.decode_tokens_per_second,
    }
    return {
        "question": turn.question,
        "answer": turn.answer,
        "thoughts": turn.thoughts,
        "thought_seconds": turn.thought_seconds,
        "claims": [claim_view(claim, turn.answer) for claim in turn.claims],
        "citations": [citation_view(citation) for citation in turn.citations],
        "passages": [
            {**passage_view(n, passage), "flagged": n in turn.flagged} for n, passage in enumerate(turn.passages, 1)
        ],
        "guards": [dataclasses.asdict(note) for note in turn.guards],
        "read_whole": [read_view(read) for read in turn.read_whole],
        "steps": [step_view(step) for step in turn.steps],
        "tools": [tool_use_view(use) for use in turn.tools],
        "usage": {**dataclasses.asdict(usage), **speeds},
        "timings_ms": dict(turn.timings_ms),
        "reranked": turn.reranked,
        "searched_for": turn.searched_for,
        "engine": turn.engine,
        "model": turn.model,
        "route": turn.route,
        "finish": turn.finish,
        "saved": saved_view(turn.saved) if turn.saved else None,
        "unread_files": turn.unread.files,
        "known_files": turn.unread.of_files,
        "unread_folders": turn.unread.folders,
        "cached": bool(turn.answered_at),
        "answered_at": turn.answered_at or turn.created_at,
        "persona": turn.persona_id,
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
    }


def report_view(report: SyncReport) -> dict[str, Any]:
    """A sync's counts and failures."""
    counts = ("indexed", "unchanged", "skipped", "failed", "removed")
    return {
        "files": {name: getattr(report, name) for name in counts},
        "chunks": report.chunks,
        "embedded": report.embedded,
        "seconds": report.seconds,
        "failures": [{"path": str(path), "reason": reason} for path, reason in report.failures],
    }


def file_view(row: FileRow) -> dict[str, Any]:
    """A row of the ledger; `indexed_at` in seconds since the epoch."""
    return {
        "path": str(row.path),
        "status": row.status,
        "reason": row.reason,
        "chunks": row.chunks,
        "size_bytes": row.size_bytes,
        "indexed_at": row.indexed_at,
    }


def source_line(n: int, source: Passage | Citation, relevance: float | None) -> str:
    """`[1] path#heading · p. 3 · relevance 87%`."""
    name = "#".join((str(source.path), *source.heading))
    page = "" if source.page is None else f" · p. {source.page}"
    return f"[{n}] {name}{page}" + ("" if relevance is None else f" · relevance {relevance:.0%}")


def thought_line(seconds: float) -> str:
    """`Thought for 8 s`, `Thought for 2 min 5 s`."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    return f"Thought for {f'{minutes} min ' if minutes else ''}{rest} s"


View = dict[str, Any]
_USES = {"embedder": "finds passages by meaning", "reranker": "improves their order"}


def chat_views(models: Sequence[FoundModel]) -> list[View]:
    """The chat models on this machine, unusable ones last."""
    return [_chat_view(model) for model in sorted(models, key=lambda model: model.card is None)]


def download_views(home: Home) -> list[View]:
    """The unfinished downloads, of every kind of model."""
    views = []
    for one in unfinished(home.models):
        share = f"{one.done_bytes / 1e6:,.0f} of {one.total_bytes / 1e6:,.0f} MB" if one.total_bytes else ""
        view = _view(name=one.name, kind=one.kind, status=one.stage, bytes=one.total_bytes, reason=one.title)
        views.append({**view, "detail": f"{one.stage} {share}".rstrip(), "done_bytes": one.done_bytes})
    return views


def catalogue_views(here: Sequence[View]) -> list[View]:
    """The chat models that can be downloaded and are not on this machine."""
    paths = {str(view["path"]) for view in here}
    return [
        {
            **_view(name=model.name, kind="chat", status="available", bytes=model.size, licence=model.licence),
            "parameters": round(model.parameters),
            "quantization": model.quantization,
            "context_tokens": model.context_tokens,
            "repository": model.repository,
            "thinks": model.thinks,
            "sees": model.sees,
            "detail": "small, to try out" if model.trial else f"for {model.memory_gb} GB and more",
        }
        for model in MODEL_CATALOGUE
        if not any(f"/{model.repository}/" in Path(path).as_posix() for path in paths)
    ]


def encoder_views(home: Home, settings: Settings) -> list[View]:
    """The embedders and rerankers, installed or not."""
    folders = model_folders(home, settings)
    return [_encoder_view(model, find_installed_encoder(model.name, folders)) for model in known_encoders()]


def fit_view(one: FittedModel) -> View:
    """A model's fit, with all its numbers."""
    return {"name": one.model.name, "path": str(one.model.path), **asdict(one.fit)}


def machine_view(machine: Machine) -> View:
    """The machine, with all its numbers."""
    return {**asdict(machine), "instructions": sorted(machine.instructions)}


def _chat_view(model: FoundModel) -> View:
    if model.card is None:
        view = _view(name=model.name, kind="chat", status="refused", bytes=0, reason=model.reason)
        return {**view, "path": str(model.path), "detail": ""}
    card = model.card
    window = f"{card.context_tokens:,} tokens" if card.context_tokens else "unknown window"
    return {
        **_view(name=model.name, kind="chat", status="installed", bytes=card.weights_bytes, licence=card.licence),
        "path": str(model.path),
        "installed": True,
        "parameters": card.parameters,
        "quantization": card.quantization,
        "context_tokens": card.context_tokens,
        "architecture": card.architecture,
        "format": card.format,
        "has_template": card.has_template,
        "owner": model.owner,
        "detail": f"{card.quantization}, {window}" + ("" if model.owner == "Carrel" else f", of {model.owner}"),
    }


def _encoder_view(model: EncoderModel, folder: Path | None) -> View:
    status, kind = ("available" if folder is None else "installed"), model.kind
    return {
        **_view(name=model.name, kind=kind, status=status, bytes=model.weights_bytes, licence=model.licence),
        "path": str(folder) if folder else None,
        "use": _USES[model.kind],
        "languages": model.languages,
        "dimensions": model.dimensions,
        "repository": model.repository,
        "revision": model.revision,
        "installed": folder is not None,
        "folder": str(folder) if folder else None,
        "detail": f"{model.languages}; {_USES[model.kind]}",
    }


def _view(*, name: str, kind: str, status: str, bytes: int, licence: str | None = None, reason: str = "") -> View:
    """The fields of every model, with None for the unknown ones."""
    unknown = dict.fromkeys(("path", "parameters", "quantization", "context_tokens"))
    known = {"name": name, "kind": kind, "status": status, "bytes": bytes, "licence": licence, "reason": reason}
    return {**known, **unknown, "installed": False}
