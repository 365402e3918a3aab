"""Values as they are printed: as JSON for programs, as a line for people."""

import dataclasses
from typing import TYPE_CHECKING, Any

from assistant.values import Citation, ReadWhole, Turn
from knowledge.passage import Passage

if TYPE_CHECKING:
    from knowledge.ledger.rows import FileRow
    from knowledge.search.candidates import Candidate
    from knowledge.sync.sync import SyncReport


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


def passage_view(n: int, passage: Passage) -> dict[str, Any]:
    """A passage with every stage's score; ranks count from 1, higher scores are better."""
    scores = dataclasses.asdict(passage.scores)
    return {
        "n": n,
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


def candidate_view(candidate: "Candidate") -> dict[str, Any]:
    """A chunk that a stage found; `cut`: why it is not returned, null when it is."""
    return {
        "path": str(candidate.path),
        "heading": " › ".join(candidate.heading),
        "start": candidate.place.start,
        "end": candidate.place.end,
        **dataclasses.asdict(candidate.scores),
        "cut": candidate.cut,
    }


def turn_view(turn: Turn) -> dict[str, Any]:
    """A whole turn."""
    usage = turn.usage
    speeds = {
        "computed_tokens": usage.computed_tokens,
        "prefill_tokens_per_second": usage.prefill_tokens_per_second,
        "decode_tokens_per_second": usage.decode_tokens_per_second,
    }
    return {
        "question": turn.question,
        "answer": turn.answer,
        "citations": [citation_view(citation) for citation in turn.citations],
        "passages": [passage_view(n, passage) for n, passage in enumerate(turn.passages, 1)],
        "read_whole": [read_view(read) for read in turn.read_whole],
        "usage": {**dataclasses.asdict(usage), **speeds},
        "timings_ms": dict(turn.timings_ms),
        "engine": turn.engine,
        "model": turn.model,
        "route": turn.route,
        "finish": turn.finish,
        "persona": turn.persona_id,
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
    }


def report_view(report: "SyncReport") -> dict[str, Any]:
    """What a sync did."""
    counts = ("indexed", "unchanged", "skipped", "failed", "removed")
    return {
        "files": {name: getattr(report, name) for name in counts},
        "chunks": report.chunks,
        "embedded": report.embedded,
        "seconds": report.seconds,
        "failures": [{"path": str(path), "reason": reason} for path, reason in report.failures],
    }


def file_view(row: "FileRow") -> dict[str, Any]:
    """A row of the ledger; `indexed_at` in seconds since the epoch."""
    return {
        "path": str(row.path),
        "status": row.status,
        "reason": row.reason,
        "chunks": row.chunks,
        "size_bytes": row.size_bytes,
        "indexed_at": row.indexed_at,
    }


def source_line(n: int, source: Passage | Citation) -> str:
    """`[1] path › heading · p. 3`."""
    name = " › ".join((str(source.path), *source.heading))
    return f"[{n}] {name}" + ("" if source.page is None else f" · p. {source.page}")
