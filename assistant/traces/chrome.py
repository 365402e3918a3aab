"""Traces in Chrome's trace format, which Perfetto and chrome://tracing open.

Source: “Trace Event Format” of the Chromium project; `X` is an event with a duration, times are in microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.traces.stages import label_of
from assistant.traces.trace import Trace, TraceSpan


def chrome_trace(traces: Sequence[Trace]) -> Mapping[str, Any]:
    """The object to write as JSON: a process for each question, with a track for what runs side by side."""
    events = [event for number, trace in enumerate(traces, 1) for event in _events(number, trace)]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _events(number: int, trace: Trace) -> Iterator[Mapping[str, Any]]:
    name = f"{trace.persona_id} {trace.id[:8]}"
    yield {"ph": "M", "name": "process_name", "pid": number, "tid": 0, "args": {"name": name}}
    tracks: list[list[tuple[int, TraceSpan]]] = []
    for depth, span in trace.root.walk():
        track = next((n for n, placed in enumerate(tracks) if _has_room(placed, depth, span)), len(tracks))
        if track == len(tracks):
            tracks.append([])
        tracks[track].append((depth, span))
        yield {
            "ph": "X",
            "name": label_of(span.name),
            "cat": span.name,
            "pid": number,
            "tid": track,
            "ts": round(trace.asked_at * 1e6 + span.began_ms * 1000, 1),
            "dur": round(span.took_ms * 1000, 1),
            "args": {"turn": trace.id, "model": trace.model} if depth == 0 else {},
        }


def _has_room(placed: Sequence[tuple[int, TraceSpan]], depth: int, span: TraceSpan) -> bool:
    """True where the span overlaps no other of a track but those that it lies within, as a viewer nests by time."""
    return all(
        span.began_ms >= other.ended_ms
        or (level < depth and other.began_ms <= span.began_ms and span.ended_ms <= other.ended_ms)
        for level, other in placed
    )
