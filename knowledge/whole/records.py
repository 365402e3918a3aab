"""Finds records that are no table: sections with the same fields, lists of fields, messages, the lines of a log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from knowledge.document import Span, trimmed
from knowledge.whole.outline import Section
from knowledge.whole.tables import Spans, Table, lines_outside_code

_FIELD = re.compile(
    r"^[ \t]*(?:[-*+•][ \t]+)?(?:\*\*|__)?(?P<key>[^\W\d_][^\n:：;|*]{0,30}?)(?:\*\*|__)?[ \t]*[:：]"
    r"(?:\*\*|__)?[ \t]*(?P<value>\S.*)$"
)
_ITEM = re.compile(r"^[ \t]{0,3}(?:[-*+•]|\d{1,4}[.)])[ \t]+(?!\[[ xX]\])(\S.*)$")
_BETWEEN_FIELDS = re.compile(r"[;|·]|,(?=[ \t]*[^\W\d_][^\n:：;|,]{0,30}[:：][ \t])")
_ORDINAL_TITLE = re.compile(r"^([^\W\d_]+)[ \t]++(?:(?:no\.?|nr\.?|#)[ \t]*+)?\d+\b", re.IGNORECASE)
MAIL_SUFFIXES = frozenset(".mbox .mbx .eml .msg .emlx .pst".split())
_SENDER = re.compile(r"^From: (?:\"?([^<\n\"]+?)\"? <[^>\n]*>|([^\n]*))$")
_SENT = re.compile(r"^Date: (\S+)")
_LOG_LINE = re.compile(
    r"^\[?(\d{4}[-/]\d{2}[-/]\d{2})[T ]\d{1,2}:\d{2}\S*?\]?(?:[ \t]+\[[^\]\n]{1,40}\])??[ \t]+[\[<(]?"
    r"(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|ALERT)[\])>]?:?[ \t]+(\S.*)$",
    re.IGNORECASE,
)
_LOG_SHARE = 0.6  # of the first lines of a log that must be of the form
_SAMPLE_LINES = 50
_FIELD_LINES = 20  # of a section, in which its fields are looked for
_FIELD_CHARACTERS = 4_000
_LONGEST_LINE = 2_000
_LEAST_RECORDS = 2
_SHARED = 0.5  # of the records that must have a field
_MOST_RECORDS = 200_000


def find_records(text: str, sections: Sequence[Section], suffix: str) -> Iterator[Table]:
    """Yield the records of a text as tables. `suffix`: of its file, in lower case."""
    if suffix in MAIL_SUFFIXES:
        yield from _messages(text)
        return
    found = False
    for table in (*_logged(text), *_headed(text, sections), *_listed(text)):
        found = True
        yield table
    if not found:
        return


def _table(
    name: str, records: Sequence[tuple[Span, Mapping[str, str]]], first: str, unit: str, nouns: tuple[str, ...] = ()
) -> Table:
    """A table of records whose fields are under their keys. `first`: the key of the first column."""
    counts = Counter(key for _, fields in records for key in fields)
    keys = [first, *(key for key, n in counts.items() if key != first and n >= _SHARED * len(records))]
    cells = tuple([fields.get(key, "") for _, fields in records] for key in keys)
    spans = Spans(span for span, _ in records)
    return Table(name, tuple(keys), cells, spans, (spans[0][0], spans[-1][1]), unit, nouns)


def _headed(text: str, sections: Sequence[Section]) -> Iterator[Table]:
    """Sections of one level under one heading that have fields in common, or titles that number them."""
    siblings: dict[tuple[int, tuple[str, ...]], list[Section]] = {}
    for section in islice(sections, _MOST_RECORDS):
        if section.path:
            siblings.setdefault((section.level, section.path[:-1]), []).append(section)
    for (_, above), group in siblings.items():
        if len(group) < _LEAST_RECORDS:
            continue
        ordinals = {found[1].casefold() if (found := _ORDINAL_TITLE.match(one.path[-1])) else "" for one in group}
        noun = ordinals.pop() if len(ordinals) == 1 else ""
        first = noun or "name"
        read = [(trimmed(text, *one.span) or one.span, _section_fields(text, one.span)) for one in group]
        shared = Counter(key for _, fields in read for key in fields)
        common = {key for key, n in shared.items() if n >= _SHARED * len(group)}
        titled = [
            (span, {first: one.path[-1], **{key: value for key, value in fields.items() if key != first}})
            for one, (span, fields) in zip(group, read, strict=True)
            if noun or common & fields.keys()
        ]
        if (noun or common) and len(titled) >= _LEAST_RECORDS:
            yield _table(above[-1] if above else "", titled, first, "records", (noun,) if noun else ())


def _section_fields(text: str, span: Span) -> dict[str, str]:
    lines = text[span[0] : min(span[1], span[0] + _FIELD_CHARACTERS)].split("\n")[1:_FIELD_LINES]
    found = (_FIELD.match(line) for line in lines)
    return {match["key"].strip().casefold(): match["value"].strip("*_ \t") for match in found if match}


def _listed(text: str) -> Iterator[Table]:
    """Lists, each item of which has the same fields: `- title: Sea; pages: 96`; or a name and a number."""
    above, run = "", list[tuple[Span, dict[str, str]]]()
    for start, line in lines_outside_code(text):
        item = _ITEM.match(line) if len(line) <= _LONGEST_LINE else None
        if item and (fields := _item_fields(item[1])):
            run.append(((start, start + len(line)), fields))
        elif item or line.strip():
            yield from _list_table(above, run)
            run = []
            above = "" if item else line.strip(" \t#*:")[:80] or above
    yield from _list_table(above, run)


def _list_table(name: str, run: Sequence[tuple[Span, dict[str, str]]]) -> Iterator[Table]:
    if len(run) < _LEAST_RECORDS:
        return
    shared = Counter(key for _, fields in run for key in fields)
    common = [key for key, n in shared.items() if n >= _SHARED * len(run)]
    if len(common) > 1:
        yield _table(name, run, common[0], "items")


def _item_fields(item: str) -> dict[str, str]:
    parts = [part.strip(" \t") for part in _BETWEEN_FIELDS.split(item)]
    found = [_FIELD.match(part) for part in parts]
    fields = {match["key"].strip().casefold(): match["value"].strip("*_ \t") for match in found if match}
    if found[0] is None:
        fields = {"name": parts[0].strip("*_ :—–-"), **fields}
    return fields if len(fields) > 1 and len(fields) >= len(parts) - 1 else {}


def _messages(text: str) -> Iterator[Table]:
    """The messages of a mailbox: each begins with its subject, sender and date, as the mail parser writes them."""
    records = list[tuple[int, dict[str, str]]]()
    title, title_start, sender = "", 0, ""
    for start, line in lines_outside_code(text):
        if found := _SENDER.match(line[:_LONGEST_LINE]):
            sender = (found[1] or found[2] or "").strip()
        elif sender and (sent := _SENT.match(line)):
            records.append((title_start, {"from": sender, "date": sent[1], "subject": title}))
            sender = ""
        elif not line.strip():
            sender = ""  # the headers of a message stand together
        elif not sender:
            title, title_start = line.strip(), start
    ends = [*(start for start, _ in records[1:]), len(text)]
    spans = [trimmed(text, start, end) or (start, end) for (start, _), end in zip(records, ends, strict=True)]
    if records:
        pairs = [(span, fields) for span, (_, fields) in zip(spans, records, strict=True)]
        yield _table("", pairs, "from", "messages", ("message",))


def _logged(text: str) -> Iterator[Table]:
    lines = lines_outside_code(text)
    sample = [line for _, line in islice(lines, _SAMPLE_LINES) if line.strip()]
    matching: Callable[[str], re.Match[str] | None] = lambda line: _LOG_LINE.match(line[:_LONGEST_LINE])  # noqa: E731
    if len(sample) < _LEAST_RECORDS or sum(map(bool, map(matching, sample))) < _LOG_SHARE * len(sample):
        return
    records = [
        ((start, start + len(line)), {"date": found[1], "level": found[2], "message": found[3]})
        for start, line in lines_outside_code(text)
        if (found := matching(line))
    ]
    yield _table("", records, "date", "entries", ("log",))
