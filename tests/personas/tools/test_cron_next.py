"""Cron expressions: their next times, also where clocks change, and what is wrong with one."""

from __future__ import annotations

import pytest

from personas.tools.cron import CRON_NEXT
from personas.tools.tool import ToolArgumentInvalid


def times(expression: str, start: str, zone: str = "UTC", count: int = 3) -> list[str]:
    """The next times as listed, without the notes."""
    text = CRON_NEXT.run({"expression": expression, "start": start, "time_zone": zone, "count": count}).text
    return [line.removeprefix("- ").partition(" (")[0] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "*/15 * * * *",
            ["Sat 28 March 2026, 12:15 UTC", "Sat 28 March 2026, 12:30 UTC", "Sat 28 March 2026, 12:45 UTC"],
        ),
        (
            "0 9 * * 1-5",
            ["Mon 30 March 2026, 09:00 UTC", "Tue 31 March 2026, 09:00 UTC", "Wed 1 April 2026, 09:00 UTC"],
        ),
        (
            "0 9 * * MON-FRI",
            ["Mon 30 March 2026, 09:00 UTC", "Tue 31 March 2026, 09:00 UTC", "Wed 1 April 2026, 09:00 UTC"],
        ),
        ("0 0 29 2 *", ["Tue 29 February 2028, 00:00 UTC", "Sun 29 February 2032, 00:00 UTC"]),
        ("0 0 * * 7", ["Sun 29 March 2026, 00:00 UTC", "Sun 5 April 2026, 00:00 UTC", "Sun 12 April 2026, 00:00 UTC"]),
        (
            "5,35 23 28 3 *",
            ["Sat 28 March 2026, 23:05 UTC", "Sat 28 March 2026, 23:35 UTC", "Sun 28 March 2027, 23:05 UTC"],
        ),
        ("@monthly", ["Wed 1 April 2026, 00:00 UTC", "Fri 1 May 2026, 00:00 UTC", "Mon 1 June 2026, 00:00 UTC"]),
        (
            "0 1-5/2 * jan *",
            ["Fri 1 January 2027, 01:00 UTC", "Fri 1 January 2027, 03:00 UTC", "Fri 1 January 2027, 05:00 UTC"],
        ),
    ],
)
def test_the_next_times_of_an_expression(expression: str, expected: list[str]) -> None:
    assert times(expression, "2026-03-28T12:00", count=len(expected)) == expected


def test_of_a_day_of_the_month_and_one_of_the_week_either_is_enough() -> None:
    # crontab(5): "If both fields are restricted, the command will be run when either field matches"
    assert times("0 0 13 * 5", "2026-03-06T12:00", count=3) == [
        "Fri 13 March 2026, 00:00 UTC",
        "Fri 20 March 2026, 00:00 UTC",
        "Fri 27 March 2026, 00:00 UTC",
    ]
    assert times("0 0 1 * 1", "2026-03-28T12:00", count=2) == [
        "Mon 30 March 2026, 00:00 UTC",
        "Wed 1 April 2026, 00:00 UTC",
    ]


def test_a_job_in_the_hour_that_is_left_out_runs_when_it_ends() -> None:
    assert times("30 2 * * *", "2026-03-28T12:00", "Europe/Berlin", 2) == [
        "Sun 29 March 2026, 03:00 CEST",
        "Mon 30 March 2026, 02:30 CEST",
    ]


def test_a_job_in_the_hour_that_comes_twice_runs_once() -> None:
    assert times("30 2 * * *", "2026-10-24T12:00", "Europe/Berlin", 2) == [
        "Sun 25 October 2026, 02:30 CEST",
        "Mon 26 October 2026, 02:30 CET",
    ]


def test_a_job_of_every_half_hour_follows_the_clock_on_the_wall() -> None:
    assert times("*/30 * * * *", "2026-03-29T01:00+01:00", "Europe/Berlin", 2) == [
        "Sun 29 March 2026, 01:30 CET",
        "Sun 29 March 2026, 03:00 CEST",
    ]
    assert times("30 * * * *", "2026-10-25T02:00+02:00", "Europe/Berlin", 3) == [
        "Sun 25 October 2026, 02:30 CEST",
        "Sun 25 October 2026, 02:30 CET",
        "Sun 25 October 2026, 03:30 CET",
    ]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * *", "has 4"),
        ("60 * * * *", "minute “60” is wrong: 60 is out of range"),
        ("0 24 * * *", "hour"),
        ("0 0 * * MOM", "did you mean MON"),
        ("0 0 L * *", "L is no value"),
        ("5-1 * * * *", "ends before it begins"),
        ("*/0 * * * *", "no step"),
        ("0 0 31 2 *", "never runs"),
        ("@reboot", "no set time"),
        ("@dayly", "@daily"),
    ],
)
def test_a_wrong_expression_names_the_field_and_what_it_takes(expression: str, words: str) -> None:
    with pytest.raises(ToolArgumentInvalid) as refused:
        times(expression, "2026-03-28T12:00")
    assert words in f"{refused.value.title} {refused.value.hint}"


def test_a_wrong_zone_names_the_nearest() -> None:
    with pytest.raises(ToolArgumentInvalid) as refused:
        times("@daily", "2026-03-28T12:00", "Europe/Berlim")
    assert "Europe/Berlin" in refused.value.hint
