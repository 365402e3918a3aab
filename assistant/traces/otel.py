"""Traces for OpenTelemetry: each span with its times, below one of the question. Needs the extra `trace`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

from assistant.traces.trace import Trace, TraceSpan

_SERVICE = "carrel"


def export_traces(traces: Sequence[Trace], exporter: SpanExporter) -> None:
    """Give the spans of all traces to an exporter, which is shut down afterwards."""
    provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("carrel.traces")
    for trace in traces:
        _export(tracer, trace, trace.root, None)
    provider.shutdown()


def otel_lines(traces: Sequence[Trace]) -> list[str]:
    """The spans of all traces, each as a line of JSON."""
    memory = InMemorySpanExporter()
    export_traces(traces, memory)
    return [f"{span.to_json(indent=None)}\n" for span in memory.get_finished_spans()]


def _export(tracer: Tracer, trace: Trace, span: TraceSpan, parent: Span | None) -> None:
    began_ns = int(trace.asked_at * 1e9)
    context = set_span_in_context(parent) if parent else None
    made = tracer.start_span(
        f"carrel.{span.name}",
        context,
        attributes=_attributes(trace) if parent is None else None,
        start_time=began_ns + round(span.began_ms * 1e6),
    )
    if parent is None and trace.finish == "failed":
        made.set_status(Status(StatusCode.ERROR))
    for part in span.parts:
        _export(tracer, trace, part, made)
    made.end(began_ns + round(span.ended_ms * 1e6))


def _attributes(trace: Trace) -> Mapping[str, str | int]:
    """Those of the question; models by OpenTelemetry's conventions for generative AI."""
    return {
        "carrel.turn": trace.id,
        "carrel.persona": trace.persona_id,
        "carrel.finish": trace.finish,
        "carrel.passages": trace.counts.passages,
        "gen_ai.provider.name": trace.engine,
        "gen_ai.request.model": trace.model,
        "gen_ai.usage.input_tokens": trace.counts.prompt_tokens,
        "gen_ai.usage.output_tokens": trace.counts.output_tokens,
    }
