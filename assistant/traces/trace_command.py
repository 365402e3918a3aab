"""`carrel trace`: the last questions with their slowest stage, one as a waterfall, and traces for other programs."""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assistant import traces as exports  # OpenTelemetry loads when it is used
from assistant.commands.open_workspace import opened_workspace
from assistant.terminal import Terminal
from assistant.traces.chrome import chrome_trace
from assistant.traces.trace import Trace, duration, trace_view
from assistant.traces.waterfall import waterfall
from errors import AppError

_LISTED = 20
_ID_CHARACTERS = 8  # enough to tell a thousand


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("id", nargs="?", help="the trace to show, or the beginning of its id; `last`: the newest")
    parser.add_argument("--last", type=int, default=_LISTED, metavar="N", help=f"how many (default: {_LISTED})")
    parser.add_argument("--chrome", type=Path, metavar="FILE", help="write them in Chrome's format, for Perfetto")
    parser.add_argument("--otel", type=Path, metavar="FILE", help="write them as OpenTelemetry spans, one JSON a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List traces or show one, and write the files that are asked for."""
    if arguments.last < 1:
        raise AppError("--last is out of range", "It is 1 or more.")
    with opened_workspace(arguments) as workspace:
        if not arguments.id:
            traces = workspace.traces.latest(arguments.last)
        else:
            traces = workspace.traces.latest(1) if arguments.id == "last" else [workspace.traces.find(arguments.id)]
    if arguments.chrome:
        _write(arguments.chrome, json.dumps(chrome_trace(traces)))
        terminal.note(f"Wrote {arguments.chrome}: open it at ui.perfetto.dev or chrome://tracing.")
    if arguments.otel:
        _write(arguments.otel, "".join(_otel_lines(traces)))
        terminal.note(f"Wrote {arguments.otel}.")
    if not traces:
        terminal.note("No question has been asked yet.")
    if arguments.id and traces:
        _show(traces[0], terminal)
        terminal.report(trace_view(traces[0]))
    else:
        for trace in traces:
            terminal.say(_line(trace))
        terminal.report({"traces": [trace_view(trace) for trace in traces]})
    return 0


def _line(trace: Trace) -> str:
    asked = datetime.fromtimestamp(trace.asked_at).strftime("%Y-%m-%d %H:%M:%S")
    writer = trace.model or trace.engine
    total = duration(trace.root.took_ms)
    return f"{trace.id[:_ID_CHARACTERS]}  {asked}  {total:>7}  {trace.persona_id} · {writer} · {trace.bottleneck.says}"


def _show(trace: Trace, terminal: Terminal) -> None:
    terminal.say(_line(trace))
    for line in waterfall(trace, shutil.get_terminal_size().columns):
        terminal.say(line)
    counts, speed = trace.counts, trace.tokens_per_second
    if counts.prompt_tokens:
        written = f", {counts.output_tokens:,} written" + (f" at {speed:.1f} tokens/s" if speed else "")
        terminal.say(f"{counts.prompt_tokens:,} tokens of prompt, {counts.reused_tokens:,} from the cache{written}")
    if counts.answer_cached or counts.search_cached:
        terminal.say("Answered before" if counts.answer_cached else "Found before: the search took no time")
    terminal.say(f"Bottleneck: {trace.bottleneck.says}")


def _otel_lines(traces: Sequence[Trace]) -> list[str]:
    if importlib.util.find_spec("opentelemetry") is None or importlib.util.find_spec("opentelemetry.sdk") is None:
        raise AppError("OpenTelemetry is not installed", "Install it: pip install 'carrel-desktop[trace]'.")
    return exports.otel_lines(traces)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise AppError(f"{path} cannot be written", f"{error.strerror or error}.") from error
