"""Counts in the outline of a text for a question: articles, chapters, tasks, the items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.document import Span, trimmed
from knowledge.whole.outline import Section
from knowledge.whole.phrases import is_generic, phrase_of, remove_phrase, words_of
from knowledge.whole.tables import Fact, Spans

_N = r"[一二三四五六七八九十百千零〇两\d]+"
_START = r"^[ \t#*]*+"
_HEADINGS = "heading"
_SLICE = 100_000  # characters, searched in some 5 ms
_LONGEST_LABEL = 1_000  # characters of a line that tell it from others
# Its name in a question → the beginning of its line. `条`, `章` and the like also count as themselves: 有多少条.
_UNITS: tuple[tuple[str, str, str], ...] = (
    (
        "article",
        r"\b(?:articles?|artikel|artículos?)\b|条(?:文|款)?(?!件)",
        rf"(?:第{_N}条(?:之{_N})?|(?:article|artikel|artículo|art\.)[ \t]+\d+\w?\b)",
    ),
    (
        "chapter",
        r"\b(?:chapters?|kapitel|chapitres?|capítulos?)\b|章节?",
        rf"(?:第{_N}章|(?:chapter|kapitel|chapitre|capítulo)[ \t]+[\divxlc]+\b)",
    ),
    (
        "section",
        r"\b(?:sections?|abschnitte?|secci(?:ón|ones))\b|节|節",
        rf"(?:第{_N}[节節]|(?:section|abschnitt|sección)[ \t]+[\divxlc]+\b|§[ \t]*\d+)",
    ),
    (
        "part",
        r"\b(?:parts?|teile?|parties?|partes?)\b|编",
        rf"(?:第{_N}编|(?:part|teil|partie|parte)[ \t]+[\divxlc]+\b)",
    ),
    ("step", r"\b(?:steps?|schritte?|étapes?|pasos?)\b|步骤|手順", r"step[ \t]+\d+\b"),
)
_HEADING_WORDS = re.compile(
    r"\b(?:headings?|sections?|chapters?|topics?|überschriften|abschnitte?|kapitel|titres?|títulos?|secciones)\b|标题|見出し",
    re.IGNORECASE,
)
_TASKS = re.compile(r"\b(?:tasks?|to-?dos?|action items?|aufgaben?|tâches?|tareas?)\b|任务|待办|タスク", re.IGNORECASE)
_TASK_LINE = re.compile(r"^[ \t]*+(?:[-*+]|\d+[.)])[ \t]+\[(?P<mark>[ xX])\][ \t]+\S.*$", re.MULTILINE)
_DONE = re.compile(
    r"\b(?:done|completed?|finished|closed|ticked|erledigte?|terminées?|hechas?)\b|已完成|完了", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:open|undone|unfinished|left|remaining|pending|offene?n?|ouvertes?|pendientes?)\b|未完成|未了", re.IGNORECASE
)
_ITEM_LINE = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])[ \t]+\S.*$", re.MULTILINE)
_ORDINAL = re.compile(rf"第{_N}[编章节]|\b(?:part|chapter|section|kapitel|teil|chapitre)[ \t]+\d+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Named:
    """The stretch of the text that a question is about, and the part of the question not yet interpreted."""

    span: Span
    title: str
    phrase: str


def outline_facts(question: str, rest: str, text: str, sections: Sequence[Section], names: Sequence[str]) -> list[Fact]:
    """Return the fact that answers the question; none unless it certainly asks for a kind of thing that can be counted.

    `rest`: the question without its cue. `sections`: the text's outline. `names`: of the document.
    """
    within = _named_part(rest, text, sections)
    for fact, phrase in _counted(question, text, within, sections):
        left = [word for name in names for word in words_of(name)]
        if all(is_generic(word) for word in _without(phrase, left).split()):
            return [fact]
    return []


def _counted(question: str, text: str, within: _Named, sections: Sequence[Section]) -> Iterator[tuple[Fact, str]]:
    """Yield each interpretation of the question, and the words that it leaves."""
    for unit, asked, line in _UNITS:
        if not re.search(asked, question, re.IGNORECASE):
            continue
        if spans := _unit_lines(re.compile(f"{_START}{line}.*$", re.IGNORECASE | re.MULTILINE), text, within.span):
            yield _fact(unit, spans, within), re.sub(asked, " ", within.phrase, flags=re.IGNORECASE)
    if _TASKS.search(question):
        yield from _tasks(question, text, within)
    if _HEADING_WORDS.search(question):
        inside = [
            s
            for s in sections
            if s.path and within.span[0] <= s.span[0] < within.span[1] and s.path[-1] != within.title
        ]
        top = min((section.level for section in inside), default=0)
        if sum(section.level == top for section in inside) == 1:  # the title of the document
            top = min((section.level for section in inside if section.level > top), default=top)
        lines = [(s.span[0], text.find("\n", *s.span), s.span) for s in inside if s.level == top]
        if spans := [trimmed(text, start, end if end >= 0 else span[1]) or span for start, end, span in lines]:
            yield _fact(_HEADINGS, spans, within), _HEADING_WORDS.sub(" ", within.phrase)
    for section in sections:
        title = _without(within.phrase, words_of(section.path[-1]) if section.path else [])
        if title != within.phrase and (items := Spans(m.span() for m in _line_matches(_ITEM_LINE, text, section.span))):
            yield Fact(f"{len(items):,} items under “{section.path[-1]}”", section.span, items, answers=True), title


def _tasks(question: str, text: str, within: _Named) -> Iterator[tuple[Fact, str]]:
    marks, done, undone = Spans(), Spans(), Spans()
    for match in _line_matches(_TASK_LINE, text, within.span):
        marks.append(match.span())
        (undone if match["mark"] == " " else done).append(match.span())
    if not marks:
        return
    phrase = _TASKS.sub(" ", within.phrase)
    words = f"{len(marks):,} tasks: {len(undone):,} open, {len(done):,} done"
    if _OPEN.search(question):
        yield Fact(words, within.span, undone, answers=True), _OPEN.sub(" ", phrase)
    elif _DONE.search(question):
        yield Fact(words, within.span, done, answers=True), _DONE.sub(" ", phrase)
    else:
        yield Fact(words, within.span, marks, answers=True), phrase


def _fact(unit: str, spans: Sequence[Span], within: _Named) -> Fact:
    plural = unit if len(spans) == 1 else f"{unit}s"
    place = f" in “{within.title}”" if within.title else ""
    return Fact(f"{len(spans):,} {plural}{place}", (spans[0][0], spans[-1][1]), Spans(spans), answers=True)


def _unit_lines(rule: re.Pattern[str], text: str, span: Span) -> list[Span]:
    """Return each line once: a table of contents repeats the headings that follow it."""
    found: dict[str, Span] = {}
    for match in _line_matches(rule, text, span):
        found[" ".join(match.group()[:_LONGEST_LABEL].strip(" \t#*").split())] = (
            trimmed(text, *match.span()) or match.span()
        )
    return sorted(found.values())


def _line_matches(rule: re.Pattern[str], text: str, span: Span) -> Iterator[re.Match[str]]:
    """The matches of a rule for lines, which begins with ^, found in slices: a search stops every other thread."""
    start, end = span
    while start < end:
        limit = min(start + _SLICE, end)
        cut = limit if limit == end else text.rfind("\n", start, limit) + 1
        if cut:
            yield from rule.finditer(text, start, cut)
        else:  # a longer line, at whose beginning alone it can match
            cut = text.find("\n", limit, end) + 1 or end
            yield from filter(None, [rule.match(text, start, cut)])
        start = cut


def _named_part(rest: str, text: str, sections: Sequence[Section]) -> _Named:
    """Return the section whose number the question gives, as `chapter 3`, with all below it; else the text."""
    phrase = phrase_of(rest)
    if ordinal := _ORDINAL.search(rest):
        label = phrase_of(ordinal.group())
        for at, section in enumerate(sections):
            if section.path and (phrase_of(section.path[-1]) + " ").startswith(label.rstrip()):
                below = [s for s in sections[at + 1 :] if s.level <= section.level]
                end = below[0].span[0] if below else len(text)
                return _Named((section.span[0], end), section.path[-1], remove_phrase(label, phrase) or phrase)
    return _Named((0, len(text)), "", phrase)


def _without(phrase: str, words: Sequence[str]) -> str:
    for word in sorted(set(words), key=len, reverse=True):
        phrase = remove_phrase(phrase_of(word), phrase) or phrase
    return phrase
