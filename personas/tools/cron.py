"""`cron_next`: the next times of a cron expression, in a time zone, across changes of the clock.

Fields as in crontab(5). Where clocks change, as Vixie's cron does since 4.0: a job at a set time that would fall into
the hour that is left out runs when it ends, and runs once in the hour that comes twice; one with `*` for minute or
hour follows the clock on the wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from personas.tools.tool import Figure, Tool, ToolArgumentInvalid, ToolResult, given_inputs, parameter

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_DAYS = "SUN MON TUE WED THU FRI SAT".split()
_SEARCHED_DAYS = 8 * 366 + 1  # 29 February may be eight years away, as from 1896 to 1904
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class CronInputs:
    """A schedule, and from when on."""

    expression: str = parameter("Five fields: minute hour day month weekday, as 0 9 * * 1-5; or @daily.")
    time_zone: str = parameter("An IANA time zone, as Europe/Berlin.", "UTC")
    start: str | None = parameter("From when on, as 2026-03-28T12:00; now if left out.", None)
    count: int = parameter("How many times.", 5, low=1, high=100)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: Sequence[str] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)


@dataclass(frozen=True, slots=True)
class _Schedule:
    """The values of each field. `any_day`, `any_weekday`: the field begins with `*`. `floats`: see the module."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0: Sunday
    any_day: bool
    any_weekday: bool
    floats: bool

    def is_on(self, day: date) -> bool:
        """True for a day of the schedule: where both days are restricted, either is enough."""
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        both = in_month and in_week if self.any_day or self.any_weekday else in_month or in_week
        return day.month in self.months and both


def cron_next(inputs: CronInputs) -> ToolResult:
    """The next times. Raises ToolArgumentInvalid for what is no expression, zone or time, and for one that never is."""
    schedule, zone = parse_cron(inputs.expression), _zone(inputs.time_zone)
    start = _start(inputs.start, zone)
    times: list[tuple[datetime, str]] = []
    for moment in _moments(schedule, zone, start):
        times.append(moment)
        if len(times) == inputs.count:
            break
    if not times:
        raise ToolArgumentInvalid(
            "This schedule never runs", f"No date fits {inputs.expression}: look at day and month."
        )
    first = times[0][0]
    runs = sum(map(schedule.is_on, (start.date() + timedelta(days=at) for at in range(_YEAR_DAYS))))
    figures = (
        Figure(
            name="until the next run", value=(first - start).total_seconds() / 3600, unit="h", note="after the start"
        ),
        Figure(
            name="runs in a year",
            value=runs * len(schedule.hours) * len(schedule.minutes),
            note="days × hours × minutes of the schedule",
        ),
    )
    listed = "\n".join(f"- {_shown(moment)}{f' ({note})' if note else ''}" for moment, note in times)
    return ToolResult(
        tool="cron_next",
        inputs=given_inputs(inputs),
        figures=figures,
        says=f"`{inputs.expression}` runs next on {_shown(first)}.",
        text=listed,
    )


def parse_cron(expression: str) -> _Schedule:
    """The schedule of an expression. Raises ToolArgumentInvalid, which names the field."""
    words = _MACROS.get(expression.strip().casefold(), expression).split()
    if expression.strip().startswith("@") and len(words) == 1:
        known = ", ".join(_MACROS)
        reason = "starts with the machine, at no set time" if words[0] == "@reboot" else "is not known"
        raise ToolArgumentInvalid(f"{words[0]} {reason}", f"Known are {known}.")
    if len(words) != len(_FIELDS):
        hint = "Write minute, hour, day of the month, month and day of the week, as 0 9 * * 1-5."
        raise ToolArgumentInvalid(f"A cron expression has five fields, this has {len(words)}", hint)
    values = [_values(word, field) for word, field in zip(words, _FIELDS, strict=True)]
    return _Schedule(
        values[0],
        values[1],
        values[2],
        values[3],
        frozenset(value % 7 for value in values[4]),
        any_day=words[2].startswith("*"),
        any_weekday=words[4].startswith("*"),
        floats=words[0].startswith("*") or words[1].startswith("*"),
    )


def _values(word: str, field: _Field) -> frozenset[int]:
    return frozenset(value for part in word.split(",") for value in _part(part, word, field))


def _part(part: str, word: str, field: _Field) -> range:
    """The values of `*`, `5`, `1-5`, `*/15`, `1-30/2`."""
    span, slash, step = part.partition("/")
    every = int(step) if step.isascii() and step.isdecimal() else 0
    if slash and not 1 <= every <= field.high:
        raise _wrong(field, word, f"/{step} is no step")
    if span == "*":
        return range(field.low, min(field.high, 6 if field.high == 7 else field.high) + 1, every or 1)
    first, dash, last = span.partition("-")
    low = _number(first, word, field)
    high = _number(last, word, field) if dash else (field.high if slash else low)
    if low > high:
        raise _wrong(field, word, f"{span} ends before it begins")
    return range(low, high + 1, every or 1)


def _number(text: str, word: str, field: _Field) -> int:
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.low
    if not (text.isascii() and text.isdecimal()):
        near = get_close_matches(text.upper(), field.names, n=1)
        raise _wrong(field, word, f"{text or 'nothing'} is no value" + (f"; did you mean {near[0]}" if near else ""))
    if not field.low <= int(text) <= field.high:
        raise _wrong(field, word, f"{text} is out of range")
    return int(text)


def _wrong(field: _Field, word: str, why: str) -> ToolArgumentInvalid:
    names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
    hint = f"It takes {field.low} to {field.high}{names}, *, lists (1,5), ranges (1-5) and steps (*/15)."
    return ToolArgumentInvalid(f"The {field.name} “{word}” is wrong: {why}", hint)


def _zone(name: str) -> ZoneInfo:
    zones = {zone.casefold(): zone for zone in available_timezones()}
    if name.casefold() not in zones:
        near = get_close_matches(name.casefold(), zones, n=3, cutoff=0.4)
        hint = f"Did you mean {', '.join(zones[one] for one in near)}?" if near else "Write it as Europe/Berlin."
        raise ToolArgumentInvalid(f"There is no time zone {name}", hint)
    return ZoneInfo(zones[name.casefold()])


def _start(text: str | None, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise ToolArgumentInvalid("start must be a date and a time", "Write it as 2026-03-28T12:00.") from error
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _moments(schedule: _Schedule, zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, str]]:
    """The times after `start`, each with a note where clocks change."""
    last = start.astimezone(UTC)
    for at in range(_SEARCHED_DAYS):
        day = start.date() + timedelta(days=at)
        if not schedule.is_on(day):
            continue
        found = [
            moment
            for hour in sorted(schedule.hours)
            for minute in sorted(schedule.minutes)
            for moment in _on_the_wall(datetime.combine(day, time(hour, minute)), zone, floats=schedule.floats)
        ]
        for instant, note in sorted(found):
            if instant > last:
                yield instant.astimezone(zone), note
                last = instant


def _on_the_wall(wall: datetime, zone: ZoneInfo, *, floats: bool) -> list[tuple[datetime, str]]:
    """The instants, in UTC, at which a clock shows this time: none or two where clocks change."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return [(first, "")]
    if second < first:  # clocks skip this time; both offsets give an instant around the gap
        if floats:
            return []
        after = first
        while (after - timedelta(minutes=1)).astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            after -= timedelta(minutes=1)
        return [(after, f"{wall:%H:%M} does not exist that day: clocks go forward, and it runs then")]
    return [(first, ""), (second, "")] if floats else [(first, "that hour comes twice; it runs the first time")]


def _shown(moment: datetime) -> str:
    """`Mon 30 March 2026, 09:00 CEST`."""
    name = moment.tzname() or ""
    zone = name if name.isalpha() else f"UTC{name}"
    return f"{moment:%a} {moment.day} {moment:%B %Y, %H:%M} {zone}"


CRON_NEXT = Tool(
    "cron_next", "The next times of a cron expression in a time zone, clock changes included.", CronInputs, cron_next
)
