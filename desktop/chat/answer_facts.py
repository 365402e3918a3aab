"""What stands beside an answer, in words: who wrote it and why, how fast, and what its citations name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.language import mark, told, tr, tr_count

if TYPE_CHECKING:
    from assistant.composing.reach import Reach
    from assistant.values import Turn
    from knowledge import Passage

COMPUTED_NOTE = mark("Computed; no model was used")
QUOTES_NOTE = mark("Quotes, word for word; no model was used")
SELECTED = "the selected model"  # the reason that assistant/models/routing.py gives for it
SERVER_ENGINE = "remote"  # name of the engine that asks a server


def reach_text(reach: Reach) -> str:
    """Return where a question is answered from: `All folders`, a name, or `2 folders, 1 file`, and the filter."""
    counts = (
        tr_count("{count} folder", "{count} folders", len(reach.folders)) if reach.folders else "",
        tr_count("{count} file", "{count} files", len(reach.files)) if reach.files else "",
    )
    if len(reach.paths) == 1:
        places = reach.paths[0].name or str(reach.paths[0])
    else:
        places = ", ".join(filter(None, counts)) or tr("No files" if reach.no_files else "All folders")
    return f"{places}: {reach.where}" if reach.where else places


def link_name(passages: Sequence[Passage], address: str, words: str) -> str:
    """Return what a link says to screen readers: of a citation, the source's number, file and heading."""
    scheme, _, number = address.partition(":")
    if scheme != "cite" or not number.isdigit() or not 1 <= int(number) <= len(passages):
        return words
    passage = passages[int(number) - 1]
    place = ", ".join(filter(None, (passage.path.name, " › ".join(passage.heading))))
    return tr("Source {number}: {place}", number=number, place=place)


def translated_answer(turn: Turn) -> Turn:
    """Return the turn with what Carrel itself says in an answer of quotations in the language of the window."""
    if turn.engine != "quotes":
        return turn
    said, blank, quoted = turn.answer.partition("\n\n")
    return replace(turn, answer=f"{told(said)}{blank}{quoted}")


def origin(turn: Turn) -> str:
    """Return who wrote an answer, and why, where it was not the selected model on this computer."""
    if turn.finish == "computed":
        return tr(COMPUTED_NOTE)
    if turn.finish == "quotes":
        return tr("Quotes only: {route}.", route=told(turn.route)) if turn.route else tr(QUOTES_NOTE)
    reason, _, masked = turn.route.removeprefix(f"{turn.model}: ").partition("; ")
    if turn.engine == SERVER_ENGINE:
        written = tr("Written by {model} on a server", model=turn.model)
        return f"{written}; {told(masked)}" if masked else written
    return "" if reason in ("", SELECTED) else tr("Written by {model}: {reason}", model=turn.model, reason=told(reason))


def speed_text(turn: Turn) -> str:
    """Return the model and its speed, or how long the search took."""
    total_ms = turn.timings_ms.get("total", 0.0)
    if turn.usage.output_tokens > 1:
        speed = turn.usage.decode_tokens_per_second
        return tr(
            "{model}  ·  {speed:.1f} tokens/s  ·  first after {seconds:.1f} s",
            model=turn.model,
            speed=speed,
            seconds=turn.usage.first_token_seconds,
        )
    return (
        tr("{duration:.0f} ms", duration=total_ms)
        if total_ms < 1000
        else tr("{duration:.1f} s", duration=total_ms / 1000)
    )
