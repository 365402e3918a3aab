"""Appointments and tasks of calendar files and invitations (iCalendar, RFC 5545), one under each summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?P<name>[A-Za-z-]+)(?P<parameters>(?:;(?:[^:;\n\"]|\"[^\"\n]*+\")*+)*+):(?P<value>.*)")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ZONE = re.compile(r"TZID=\"?([^;:\"]+)", re.IGNORECASE)
_PERSON = re.compile(r"CN=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_RECORDS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_LABELS: Mapping[str, str] = {
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "RRULE": "Repeats",
    "LOCATION": "Where",
    "STATUS": "Status",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee",
    "CATEGORIES": "Categories",
    "URL": "Address",
    "DESCRIPTION": "",
}
_TIMES = frozenset({"DTSTART", "DTEND", "DUE"})
_PEOPLE = frozenset({"ORGANIZER", "ATTENDEE"})


def parse_calendar(data: bytes, name: str) -> Document:
    """Every appointment and task under its summary. Raises Unreadable where the file is no calendar."""
    text = decode(data)
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        raise Unreadable("not a calendar, despite its name", "A calendar begins with BEGIN:VCALENDAR.")
    builder = DocumentBuilder()
    write_calendar(text, builder, depth=1)
    return builder.build(name, {})


def write_calendar(text: str, builder: DocumentBuilder, depth: int) -> None:
    """Write each appointment and task under its summary as a heading of level `depth`."""
    for record in _records(_FOLD.sub("", text)):
        builder.heading(depth, next((value for name, value in record if name == "SUMMARY"), "") or "(no title)")
        lines = [(_LABELS[name], value) for name, value in record if name in _LABELS and value]
        builder.paragraph("\n".join(f"{label}: {value}" for label, value in lines if label))
        for label, value in lines:
            if not label:
                builder.lines(value)


def _records(text: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the properties of each record, in the order they stand; alarms within it are left out."""
    record: list[tuple[str, str]] | None = None
    within = ""
    for line in text.splitlines():
        found = _LINE.fullmatch(line.rstrip())
        if not found:
            continue
        name, value = found["name"].upper(), found["value"]
        if name == "BEGIN" and value.upper() in _RECORDS:
            record = []
        elif name == "BEGIN" and record is not None:
            within = value.upper()
        elif name == "END" and value.upper() == within:
            within = ""
        elif name == "END" and value.upper() in _RECORDS and record is not None:
            yield record
            record = None
        elif record is not None and not within:
            record.append((name, _value(name, found["parameters"], value)))


def _value(name: str, parameters: str, value: str) -> str:
    if name in _TIMES:
        return _time(parameters, value)
    if name in _PEOPLE:
        person = _PERSON.search(parameters)
        address = re.sub(r"(?i)^mailto:", "", value)
        shown = (person[1] or person[2] or "").strip() if person else ""
        return f"{shown} <{address}>" if shown and shown != address else address
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _time(parameters: str, value: str) -> str:
    """ISO 8601 to the minute, with the time zone's name where it has one."""
    found = _TIME.match(value)
    if not found:
        return value
    year, month, day, hour, minute, is_utc = found.groups()
    zone = _ZONE.search(parameters)
    suffix = " UTC" if is_utc else f" ({zone[1]})" if zone and hour else ""
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}{suffix}" if hour else "")
