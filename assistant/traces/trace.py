"""A question's trace: its stages as a tree of spans, and the one that took longest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.traces.stages import BETWEEN, QUESTION, STAGES, label_of
from engines import Usage
from knowledge import StageTime

_LEAST_WAIT_S = 0.001  # less is the time that it takes to draw the first token
_WHOLE_SEARCH = "total"  # as the library's stopwatch calls it


@dataclass(frozen=True, slots=True)
class TraceSpan:
    """A stage, from `began_ms` to `ended_ms` after the question was asked, and the stages within it."""

    name: str
    began_ms: float
    ended_ms: float
    parts: tuple[TraceSpan, ...] = ()

    @property
    def took_ms(self) -> float:
        """Its length."""
        return self.ended_ms - self.began_ms

    @property
    def own_ms(self) -> float:
        """Its length without the parts, of which some may run side by side."""
        covered, end = 0.0, self.began_ms
        for part in sorted(self.parts, key=lambda part: part.began_ms):
            covered += max(0.0, part.ended_ms - max(end, part.began_ms))
            end = max(end, part.ended_ms)
        return max(0.0, self.took_ms - covered)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, TraceSpan]]:
        """Yield this span and all below it with their depth, in the order in which they began."""
        yield depth, self
        for part in sorted(self.parts, key=lambda part: part.began_ms):
            yield from part.walk(depth + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCounts:
    """Numbers of a question. `window_tokens`: the model's; 0: no model answered. `search_cached`, `answer_cached`: 1
    where the passages or the whole answer were found before."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    output_tokens: int = 0
    window_tokens: int = 0
    passages: int = 0
    documents: int = 0
    steps: int = 0
    search_cached: int = 0
    answer_cached: int = 0

    @property
    def window_share(self) -> float:
        """The share of the model's window that prompt and answer filled, from 0 to 1."""
        return (self.prompt_tokens + self.output_tokens) / self.window_tokens if self.window_tokens else 0.0


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The stage that took longest by itself, all its spans together, and its share of the question's time."""

    name: str
    took_ms: float
    share: float

    @property
    def says(self) -> str:
        """`Reading the prompt: 1.24 s, 61%`, for people."""
        return f"{self.label}: {duration(self.took_ms)}, {self.share:.0%}"

    @property
    def label(self) -> str:
        """The stage's name for people."""
        return BETWEEN if self.name == QUESTION else label_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A question's trace. It holds no text of question, passages or answer.

    `id`: the turn's. `asked_at`: seconds since the epoch. `finish`: as the turn's, or `failed`. `decode_seconds`: as
    the engine measured it.
    """

    id: str
    conversation_id: str
    persona_id: str
    engine: str
    model: str
    finish: str
    asked_at: float
    root: TraceSpan
    counts: TraceCounts = field(default_factory=TraceCounts)
    decode_seconds: float = 0.0

    @property
    def first_token_ms(self) -> float | None:
        """Milliseconds from the question to the answer's first token; None where a model wrote none."""
        return next((span.began_ms for _, span in self.root.walk() if span.name == "decode"), None)

    @property
    def tokens_per_second(self) -> float:
        """Decoding speed after the first token; 0 when at most one was written."""
        return (self.counts.output_tokens - 1) / self.decode_seconds if self.decode_seconds else 0.0

    @property
    def bottleneck(self) -> Bottleneck:
        """The stage that took longest by itself."""
        own = dict[str, float]()
        for _, span in self.root.walk():
            own[span.name] = own.get(span.name, 0.0) + span.own_ms
        name = max(own, key=lambda name: own[name])
        return Bottleneck(name, own[name], own[name] / self.root.took_ms if self.root.took_ms else 0.0)


def span_tree(times: Sequence[StageTime], began: float, ended: float) -> TraceSpan:
    """The stages as one tree below the question, which lasted from `began` to `ended`.

    A stage belongs to the span of its parent during which it began; where there is none, to the question.
    """
    stages = [StageTime(QUESTION, began, ended)]
    stages += [replace(one, name="search") if one.name == _WHOLE_SEARCH else one for one in times]
    parts: list[list[int]] = [[] for _ in stages]
    for place, stage in enumerate(stages[1:], 1):
        parts[_owner(stage, stages)].append(place)

    def span(place: int) -> TraceSpan:
        one = stages[place]
        return TraceSpan(
            one.name, (one.began - began) * 1000, (one.ended - began) * 1000, tuple(map(span, parts[place]))
        )

    return span(0)


def _owner(stage: StageTime, stages: Sequence[StageTime]) -> int:
    """The place of the nearest stage above that was going on when this one began."""
    name = stage.name
    while (name := STAGES[name].parent if name in STAGES else QUESTION) != QUESTION:
        for place, other in enumerate(stages):
            if other.name == name and other.began <= stage.began <= other.ended:
                return place
    return 0


def reply_times(began: float, ended: float, usage: Usage) -> tuple[StageTime, ...]:
    """The stages of a model's message that was streamed from `began` to `ended`, by the engine's own counts."""
    if not usage.first_token_seconds:
        return (StageTime("prefill", began, ended),)
    first = min(ended, began + usage.first_token_seconds)
    reading = max(began, first - usage.prefill_seconds)
    waited = (StageTime("wait", began, reading),) if reading - began > _LEAST_WAIT_S else ()
    return (*waited, StageTime("prefill", reading if waited else began, first), StageTime("decode", first, ended))


def duration(ms: float) -> str:
    """`0.4 ms`, `12 ms` or `1.24 s`, for people."""
    if ms >= 1000:
        return f"{ms / 1000:.2f} s"
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"


def trace_view(trace: Trace) -> Mapping[str, object]:
    """A trace as JSON for `carrel trace --json`: spans nested, times in milliseconds."""
    slowest = trace.bottleneck
    return {
        "id": trace.id,
        "conversation_id": trace.conversation_id,
        "persona": trace.persona_id,
        "engine": trace.engine,
        "model": trace.model,
        "finish": trace.finish,
        "asked_at": trace.asked_at,
        "total_ms": trace.root.took_ms,
        "first_token_ms": trace.first_token_ms,
        "tokens_per_second": trace.tokens_per_second,
        "bottleneck": {"stage": slowest.name, "ms": slowest.took_ms, "share": slowest.share},
        "counts": {name: getattr(trace.counts, name) for name in TraceCounts.__dataclass_fields__},
        "spans": _span_view(trace.root),
    }


def _span_view(span: TraceSpan) -> Mapping[str, object]:
    parts = [_span_view(part) for part in span.parts]
    return {"name": span.name, "began_ms": span.began_ms, "ended_ms": span.ended_ms, "parts": parts}
