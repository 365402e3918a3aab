"""Traces: where the time of each question went."""

from .chrome import chrome_trace as chrome_trace
from .otel import export_traces as export_traces, otel_lines as otel_lines
