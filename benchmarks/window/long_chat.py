"""The time and memory that a long chat takes to open, and the longest pause while it is scrolled from end to end.

PYTHONPATH=. python -m benchmarks.window.long_chat [--turns 500] [--characters 2000]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtWidgets import QApplication

from assistant.conversations.conversations import Conversations
from assistant.home import Home
from assistant.values import Turn
from benchmarks.ui_gap import Ticker, wait
from desktop.app import build_application, open_app
from desktop.window.workbench import Workbench
from engines import Usage

REACH_MS, REACH_MB = 300.0, 150.0
WHEEL_PX = 360  # at a time, as three notches of a wheel scroll
WORDS = "river stone lamp paper window garden winter engine letter market harbour silver story bridge season".split()


def answer(dice: random.Random, characters: int) -> str:
    """Markdown with a heading, a list, now and then code or a table, and citations."""
    parts = [f"## {' '.join(dice.choices(WORDS, k=3)).title()}"]
    if dice.random() < 0.2:
        parts.append("```python\nfor part in parts:\n    print(part)\n```")
    if dice.random() < 0.2:
        parts.append("| part | price |\n|---|---|\n| boiler | 900 |\n| pump | 1200 |")
    parts.append("\n".join(f"- {' '.join(dice.choices(WORDS, k=8))} [{n}]" for n in (1, 2, 3)))
    while sum(map(len, parts)) < characters:
        parts.append(f"{' '.join(dice.choices(WORDS, k=60)).capitalize()} [{dice.randint(1, 4)}].")
    return "\n\n".join(parts)


def fill(home: Home, turns: int, characters: int) -> str:
    """Write a chat, always the same, and return its id."""
    dice, talks = random.Random(7), Conversations(home.conversations)
    parent: str | None = None
    for number in range(turns):
        turn = Turn(
            id=f"t{number}",
            conversation_id="long",
            parent_id=parent,
            persona_id="001-reader",
            question=f"What about the {dice.choice(WORDS)} and the {dice.choice(WORDS)}, number {number}?",
            answer=answer(dice, characters),
            passages=(),
            citations=(),
            engine="llama.cpp",
            model="some model",
            finish="end",
            usage=Usage(output_tokens=400, decode_seconds=20.0),
            created_at=float(number),
        )
        talks.save(turn)
        parent = turn.id
    talks.close()
    return "long"


def memory_mb() -> float:
    """Return the resident memory of the process."""
    return psutil.Process().memory_info().rss / 1e6


def scroll(workbench: Workbench, step_px: int, until: Callable[[], bool]) -> dict[str, float]:
    """Scroll in small steps, as a wheel does; return the pauses of the window's thread."""
    bar, ticker = workbench.chat.view.verticalScrollBar(), Ticker()
    while not until():
        bar.setValue(bar.value() + step_px)
        end = time.perf_counter() + 0.016
        while time.perf_counter() < end:
            QApplication.processEvents()
            time.sleep(0.001)
    return ticker.take()


def run(given: argparse.Namespace, scratch: Path) -> dict[str, object]:
    """Open the chat, scroll it up to its beginning and down again."""
    home = Home(scratch / "home").create()
    chat = fill(home, given.turns, given.characters)
    app = open_app(home)
    app.window.resize(1280, 820)
    app.window.show()
    wait(lambda: app.workbench is not None)
    workbench = app.workbench
    assert workbench is not None
    wait(lambda: workbench.personas.current is not None and not workbench.folders.busy)
    view, bar = workbench.chat.view, workbench.chat.view.verticalScrollBar()
    before, began = memory_mb(), time.perf_counter()
    workbench.open_chat(chat, "")
    wait(lambda: bool(view.answers) and bar.maximum() > 0 and bar.value() == bar.maximum())
    app.window.grab()  # and paint it
    opened_ms = (time.perf_counter() - began) * 1e3
    wait(lambda: not view._filling.isActive())
    opened_mb = memory_mb() - before
    column = view._column
    up = scroll(workbench, -WHEEL_PX, lambda: column.first == 0 and bar.value() == 0)
    down = scroll(workbench, WHEEL_PX, lambda: view.pinned)
    found_began = time.perf_counter()
    workbench.history.wanted = "river"
    workbench.open_chat(chat, "t3")
    wait(lambda: column.first <= 3 and bool(column.question(3)))
    app.window.grab()
    found_ms = (time.perf_counter() - found_began) * 1e3
    report = {
        "turns": given.turns,
        "opened_ms": round(opened_ms, 1),
        "hit_opened_ms": round(found_ms, 1),
        "opened_mb": round(opened_mb, 1),
        "after_scrolling_mb": round(memory_mb() - before, 1),
        "up": up,
        "down": down,
    }
    app.window.close()
    app.close()
    return report


def main() -> None:
    """Print the figures; the exit status is 1 where one missed the reach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--characters", type=int, default=2000, help="of an answer")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = build_application()
    with tempfile.TemporaryDirectory() as scratch:
        report = run(given, Path(scratch))
    met = report["opened_ms"] <= REACH_MS and report["after_scrolling_mb"] <= REACH_MB  # type: ignore[operator]
    reach = f"opens in ≤ {REACH_MS:g} ms, ≤ {REACH_MB:g} MB more"
    print(json.dumps({**report, "reach": reach, "met": met}, indent=2, ensure_ascii=False))
    application.quit()
    sys.exit(not met)


if __name__ == "__main__":
    main()
