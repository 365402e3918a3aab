"""Reads questions on cron expressions, and schedules in words."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.wording import COUNT, count, find, given

_NAMES = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)"
_ONE = rf"(?:\*|\d{{1,2}}|{_NAMES})(?:-(?:\d{{1,2}}|{_NAMES}))?(?:/\d{{1,2}})?"
_FIELD = rf"{_ONE}(?:,{_ONE})*"
_EXPRESSION = re.compile(rf"(?<![\w*/,.-])({_FIELD}(?:\s+{_FIELD}){{4}})(?![\w*/,.-])", re.IGNORECASE)
_MACRO = re.compile(r"(?<!\w)@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)\b", re.IGNORECASE)
_ZONE = re.compile(
    r"(?<![\w/])((?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_]+(?:/[A-Za-z_]+)?|UTC)\b"
)
_NEXT = re.compile(r"\b(?:when|next|runs?|fires?|triggers?|times|executions?)\b|다음|언제|下次|什么时候", re.IGNORECASE)
_CRON = re.compile(r"\bcron(?:tab|\b)|크론", re.IGNORECASE)
_NOT_CRON = re.compile(r"\b(?:not|restart\w*|often|handle\w*|fail\w*|miss\w*)\b", re.IGNORECASE)
_DAYS = {
    "sunday": "0",
    "monday": "1",
    "tuesday": "2",
    "wednesday": "3",
    "thursday": "4",
    "friday": "5",
    "saturday": "6",
}
_CLOCK = re.compile(
    r"(?:\bat\s+|\b|(?<=\s))(?:(midnight|noon)|(\d{1,2})(?::(\d{2}))?\s*(am|pm|点|시|o'clock)?)(?![\w:])", re.IGNORECASE
)


def read_cron(text: str) -> dict[str, Any] | None:
    """The arguments of `cron_next`."""
    if _NOT_CRON.search(text):
        return None
    zone, several = _ZONE.search(text), find(rf"next {COUNT} (?:runs|times|executions)", text)
    times = count(several[1]) if several else None
    more = given(time_zone=zone[1] if zone else None, count=times if times != 5 else None)
    if macro := _MACRO.search(text):
        return {"expression": macro[0].lower(), **more} if _NEXT.search(text) else None
    written = _EXPRESSION.search(text)
    if written:
        return {"expression": written[1], **more} if _NEXT.search(text) or _CRON.search(text) else None
    if not _CRON.search(text) and not find(r"\bwhen\b.*\bnext\b", text):
        return None
    expression = in_words(_ZONE.sub(" ", text))
    return {"expression": expression, **more} if expression else None


def in_words(text: str) -> str:
    """The cron expression of a schedule in words; "" where it is not said whole."""
    if every := find(rf"every (?:{COUNT} )?(minute|hour)s?\b", text):
        step = count(every[1]) if every[1] else 1
        star = f"*/{step}" if step > 1 else "*"
        return f"{star} * * * *" if every[2].lower() == "minute" else f"0 {star} * * *"
    days = _days(text)
    clock = _clock(text)
    return f"{clock} {days}" if days and clock else ""


def _days(text: str) -> str:
    """Day, month and weekday."""
    if find(r"\bfirst day of (?:every|each|the) month", text):
        return "1 * *"
    if find(r"\bweekdays?\b|평일|工作日", text):
        return "* * 1-5"
    if find(r"\bweekends?\b", text):
        return "* * 0,6"
    if named := find(rf"\b({'|'.join(_DAYS)})s?\b", text):
        return f"* * {_DAYS[named[1].lower()]}"
    return "* * *" if find(r"\b(?:every day|daily|each day|every night|nightly)\b|매일|每天", text) else ""


def _clock(text: str) -> str:
    """Minute and hour."""
    for found in _CLOCK.finditer(text):
        if found[1]:
            return "0 0" if found[1].lower() == "midnight" else "0 12"
        hour, minute = int(found[2]), int(found[3] or 0)
        half = (found[4] or "").lower()
        if half in ("am", "pm"):
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and minute < 60:
            return f"{minute} {hour}"
    return ""
