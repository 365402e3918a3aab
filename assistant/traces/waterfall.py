"""A trace as lines for a terminal: a bar for each span from where it began to where it ended."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.traces.stages import label_of
from assistant.traces.trace import Trace, TraceSpan, duration

_LABEL_COLUMNS, _LEAST_BAR_COLUMNS = 26, 20
_TIME_COLUMNS = 9


def waterfall(trace: Trace, columns: int) -> Iterator[str]:
    """Yield a line for each span, which fits into `columns`; those of the bottleneck are marked."""
    width = max(_LEAST_BAR_COLUMNS, columns - _LABEL_COLUMNS - _TIME_COLUMNS - 4)
    slowest = trace.bottleneck.name
    for depth, span in trace.root.walk():
        mark = "◂" if span.name == slowest else " "
        label = f"{'  ' * depth}{label_of(span.name)}"[:_LABEL_COLUMNS]
        bar = _bar(span, trace.root.took_ms, width)
        yield f"{label:{_LABEL_COLUMNS}} {bar:{width}} {duration(span.took_ms):>{_TIME_COLUMNS}} {mark}".rstrip()


def _bar(span: TraceSpan, total_ms: float, width: int) -> str:
    if not total_ms:
        return ""
    first = min(width - 1, int(span.began_ms / total_ms * width))
    last = max(first + 1, min(width, round(span.ended_ms / total_ms * width)))
    return f"{' ' * first}{'█' * (last - first)}"
