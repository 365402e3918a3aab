"""The last hour shows answers and the machine over time, and says what is above its limit."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from assistant.traces.load import Load
from assistant.traces.trace import Trace, TraceCounts, TraceSpan
from desktop.background import Background
from desktop.panel.hour_chart import HOUR_SECONDS, HourLine, Point, Series
from desktop.panel.last_hour import LastHour, Measurement
from desktop.widgets.theme import colours

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
NOW = time.time()


def trace(asked_at: float, *, share: float = 0.5) -> Trace:
    root = TraceSpan("question", 0.0, 2500.0, (TraceSpan("write", 0, 2500, (TraceSpan("decode", 400, 2500),)),))
    counts = TraceCounts(prompt_tokens=int(1000 * share) - 21, output_tokens=21, window_tokens=1000)
    return Trace(
        id="t1",
        conversation_id="c1",
        persona_id="001-reader",
        engine="llama.cpp",
        model="small",
        finish="end",
        asked_at=asked_at,
        root=root,
        counts=counts,
        decode_seconds=2.0,
    )


@pytest.fixture
def hour(qtbot: QtBot, background: Background) -> LastHour:
    made = LastHour(background)
    qtbot.addWidget(made)
    made.resize(360, 300)
    made.show()
    qtbot.waitUntil(lambda: not made._waiting)  # its first, own measurement
    return made


def test_machine_is_measured_from_the_beginning(hour: LastHour) -> None:
    assert "System memory: " in hour.table.accessibleDescription()
    assert hour._timer.isActive()


def test_answers_show_speed_first_token_and_window(hour: LastHour) -> None:
    hour.show_measurement(Measurement(NOW, Load(window=0.5, system_memory=0.2), (trace(NOW - 60),)))
    said = hour.table.accessibleDescription()
    assert said.startswith(
        "Generation: 10.0 tokens/s; First token: 0.40 s; Total: 2.50 s; Model's window: 50%; System memory: "
    )
    assert "GPU" not in said, "there is none"


def test_gpu_is_shown_where_there_is_one(hour: LastHour) -> None:
    load = Load(system_memory=0.2, gpu_memory=0.5, gpu_busy=0.9)
    hour.show_measurement(Measurement(NOW, load, ()))
    assert hour.table.accessibleDescription().endswith("GPU memory: 50%; GPU use: 90%")


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (Load(window=0.96), "The model's window is 96% full."),
        (Load(gpu_memory=0.81), "GPU memory is 81% full."),
        (Load(system_memory=0.71), "This computer's memory is 71% full."),
    ],
)
def test_alarm_above_each_limit_and_none_at_it(hour: LastHour, load: Load, said: str) -> None:
    hour.show_measurement(Measurement(NOW, load, ()))
    assert hour.alarm.isVisible() and hour.alarm.text().startswith(said)
    at_limits = Load(window=0.95, gpu_memory=0.80, system_memory=0.70)
    hour.show_measurement(Measurement(NOW, at_limits, ()))
    assert not hour.alarm.isVisible()


def test_line_places_values_by_their_time_and_leaves_older_ones_out(qtbot: QtBot) -> None:
    line = HourLine()
    qtbot.addWidget(line)
    line.resize(206, 22)
    points = [Point(NOW - 2 * HOUR_SECONDS, 9), Point(NOW - HOUR_SECONDS / 2, 1), Point(NOW, 2)]
    line.show_points(Series("Total", points, "2 s"), NOW)
    assert [point.value for point in line.points] == [1, 2]
    assert [line._left(point.at) for point in line.points] == pytest.approx([103, 203])
    assert line.accessibleName() == "Total over the last hour" and line.accessibleDescription() == "Now 2 s"


def test_line_above_its_limit_is_drawn_in_the_colour_of_warnings(qtbot: QtBot) -> None:
    line = HourLine()
    qtbot.addWidget(line)
    line.resize(206, 22)

    def ink(value: float) -> str:
        line.show_points(Series("Memory", [Point(NOW, value)], "", 0.7), NOW)
        at = QPointF(line._left(NOW), line._height(value, max(value, 0.7) * 1.05)).toPoint()
        return line.grab().toImage().pixelColor(at).name()

    shades = colours(line.palette())
    assert ink(0.9) == shades.warning and ink(0.6) == shades.accent


def test_window_share_counts_prompt_and_answer() -> None:
    assert trace(NOW, share=0.97).counts.window_share == pytest.approx(0.97)
    assert replace(trace(NOW).counts, window_tokens=0).window_share == 0
