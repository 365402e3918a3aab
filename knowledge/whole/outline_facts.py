"""Counts in the outline of a text for a question: articles, chapters, tasks, the items of a list."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.document import Span, trimmed
from knowledge.search.framing import Topic
from knowledge.whole.outline import Section
from knowledge.whole.tables import Fact, Spans
from knowledge.whole.words.phrases import is_generic, phrase_of, remove_phrase, words_of
from knowledge.whole.words.words import ANY_MARK, CUE, pattern_of, words_for

_N = r"[一二三四五六七八九十百千零〇两\d]+"
_START = r"^[ \t#*]*+"
_HEADINGS = "heading"
_SLICE = 100_000  # characters, searched in some 5 ms
_LONGEST_LABEL = 1_000  # characters of a line that tell it from others
# Its name in a question → the beginning of its line. `条`, `章` and the like also count as themselves: 有多少条.
_UNITS: tuple[tuple[str, str, str], ...] = (
    (
        "article",
        r"\b(?:articles?|artikel|artículos?)\b|条(?:文|款)?(?![件例约約])",
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
_TASK_LINE = re.compile(r"^[ \t]*+(?:[-*+]|\d+[.)])[ \t]+\[(?P<mark>[ xX])\][ \t]+\S.*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*+(?:```|~~~).*$", re.MULTILINE)
_HAS_BOX = re.compile(r"\[[ xX]\]")
_ANY_TOPIC = "xyzzy"  # a word that no question has, which stands for what it is about
_ENDS = re.compile(r"[.!?:。！？：…)）\]”\"]$")
_MOST_DIGITS = 9  # of a number; a longer one is none
# The letter behind a label's number: small in a sentence that goes on, or right behind the sign in Chinese.
_BEHIND_LABEL = re.compile(r"[^\d]*\d+\w?[ \t]+([^\W\d_])|第[^条章节编節]+[条章节编節](?:之[^ ]{1,3})?([^\s\W])")
_LABEL_START = 20  # characters, in which the label of an article above has its number
_ITEM_LINE = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])[ \t]+\S.*$", re.MULTILINE)
_ORDINAL = re.compile(rf"第{_N}[编章节]|\b(?:part|chapter|section|kapitel|teil|chapitre)[ \t]+\d+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tasks:
    """The lines of a text's tasks."""

    all: Spans
    open: Spans
    done: Spans

    @property
    def words(self) -> str:
        """How many there are."""
        every = f"{len(self.all):,} task{'s' if len(self.all) != 1 else ''}"
        return f"{every}: {len(self.open):,} open, {len(self.done):,} done"

    def of(self, state: str) -> Spans:
        """Those that are open, done, or all of them."""
        return {"open": self.open, "done": self.done}.get(state, self.all)


@dataclass(frozen=True, slots=True)
class TasksAsked:
    """A question about tasks: `state` open, done, or "" for all; `rest`: what else it says."""

    state: str
    rest: str
    lists: bool


def read_tasks(text: str, span: Span) -> Tasks:
    """Find the tasks in a stretch of a text."""
    tasks = Tasks(Spans(), Spans(), Spans())
    for match in outside_code(_TASK_LINE, text, span) if _HAS_BOX.search(text, *span) else ():
        tasks.all.append(match.span())
        (tasks.open if match["mark"] == " " else tasks.done).append(match.span())
    return tasks


def tasks_asked(question: str) -> TasksAsked | None:
    """Return what a question asks of tasks, to count or list them; None where it says anything else."""
    words = words_for(question.casefold())
    rest, named = pattern_of("tasks").subn(" ", question.casefold())
    if not named:
        return None
    without_open, are_open = pattern_of("open").subn(" ", rest)
    without_done, are_done = pattern_of("done").subn(" ", without_open if are_open else rest)
    state = "open" if are_open else "done" if are_done else ""
    topic = Topic.of(f"{without_done} {_ANY_TOPIC}").judged.replace(_ANY_TOPIC, " ")
    left = words.without_small(re.sub(f"[{ANY_MARK}]", " ", words.marked(topic)))
    counts = CUE["count"] in words.marked(without_done)
    lists = CUE["list"] in words.marked(without_done) or CUE["which"] in words.marked(without_done)
    if (are_open and are_done) or not (counts or lists) or not all(map(is_generic, words_of(left))):
        return None
    return TasksAsked(state, left, lists=not counts)


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
    for unit, name, line in _UNITS:
        if not re.search(name, question, re.IGNORECASE):
            continue
        if spans := _unit_lines(re.compile(f"{_START}{line}.*$", re.IGNORECASE | re.MULTILINE), text, within.span):
            yield _fact(unit, spans, within), re.sub(name, " ", within.phrase, flags=re.IGNORECASE)
    if asked := tasks_asked(question):
        tasks = read_tasks(text, within.span)
        if tasks.all:
            phrase = phrase_of(asked.rest) if within.span == (0, len(text)) else within.phrase
            yield Fact(tasks.words, within.span, tasks.of(asked.state), answers=True), phrase
    if _HEADING_WORDS.search(question) and (spans := _top_headings(text, within, sections)):
        yield _fact(_HEADINGS, spans, within), _HEADING_WORDS.sub(" ", within.phrase)
    for section in sections:
        named = [word for word in words_of(section.path[-1]) if not is_generic(word)] if section.path else []
        title = _without(within.phrase, words_of(section.path[-1]) if section.path else [])
        whole = all(remove_phrase(phrase_of(word), within.phrase) for word in named)
        if (
            title != within.phrase
            and whole
            and (items := Spans(m.span() for m in outside_code(_ITEM_LINE, text, section.span)))
        ):
            yield Fact(f"{len(items):,} items under “{section.path[-1]}”", section.span, items, answers=True), title


def _top_headings(text: str, within: _Named, sections: Sequence[Section]) -> list[Span]:
    """The headings of the highest level that has several, in a part of the text."""
    inside = [
        s for s in sections if s.path and within.span[0] <= s.span[0] < within.span[1] and s.path[-1] != within.title
    ]
    top = min((section.level for section in inside), default=0)
    if sum(section.level == top for section in inside) == 1:  # the title of the document
        top = min((section.level for section in inside if section.level > top), default=-1)
    lines = [(s.span[0], text.find("\n", *s.span), s.span) for s in inside if s.level == top]
    return [trimmed(text, start, end if end >= 0 else span[1]) or span for start, end, span in lines]


def _fact(unit: str, spans: Sequence[Span], within: _Named) -> Fact:
    plural = unit if len(spans) == 1 else f"{unit}s"
    place = f" in “{within.title}”" if within.title else ""
    return Fact(f"{len(spans):,} {plural}{place}", (spans[0][0], spans[-1][1]), Spans(spans), answers=True)


def _unit_lines(rule: re.Pattern[str], text: str, span: Span) -> list[Span]:
    """Return each line once: a table of contents repeats the headings that follow it."""
    found, last = dict[str, Span](), 0
    for match in outside_code(rule, text, span):
        number = _number_in(match.group()[:_LONGEST_LABEL])
        if _is_running_text(text, match, number, last):
            continue
        last = number or last
        found[" ".join(match.group()[:_LONGEST_LABEL].strip(" \t#*").split())] = (
            trimmed(text, *match.span()) or match.span()
        )
    return sorted(found.values())


def _is_running_text(text: str, match: re.Match[str], number: int, last: int) -> bool:
    """True for a line of a sentence that only begins as a label does: `Article 2 applies here as well`.

    A sentence that the line above has begun goes on in it; or it goes on in small letters, with a number that is not
    the next.
    """
    above = text[max(match.start() - _LONGEST_LABEL, 0) : match.start()].rstrip(" \t").removesuffix("\n")
    above = above[above.rfind("\n") + 1 :].strip()
    if above and not _ENDS.search(above) and not above.startswith("#") and not re.search(r"\d", above[:_LABEL_START]):
        return len(above.split()) > 2 or above[-1] in ",;，；、"  # else a heading
    after = _BEHIND_LABEL.match(match.group()[:_LONGEST_LABEL].lstrip(" \t#*"))
    goes_on = after is not None and ((after[1] or "").islower() or after[2] is not None)
    return goes_on and 0 < number != last + 1


def _number_in(label: str) -> int:
    """The number of a label: 12 of `Article 12`, and of `第十二条`; 0 for none."""
    if digits := re.search(r"\d+", label):
        return int(digits[0][:_MOST_DIGITS])
    numeral = re.search("[一二三四五六七八九十百千零〇两]+", label[:_LABEL_START])
    total = unit = 0
    for sign in numeral[0] if numeral else "":
        if (scale := {"十": 10, "百": 100, "千": 1000}.get(sign)) is not None:
            total, unit = total + (unit or 1) * scale, 0
        else:
            unit = "零一二三四五六七八九".find(sign.replace("〇", "零").replace("两", "二"))
    return total + unit


def outside_code(rule: re.Pattern[str], text: str, span: Span) -> Iterator[re.Match[str]]:
    """The matches of a rule for lines that are not in a code block."""
    fences = [match.start() for match in line_matches(_FENCE, text, (0, span[1]))]
    for match in line_matches(rule, text, span):
        if bisect_left(fences, match.start()) % 2 == 0:
            yield match


def line_matches(rule: re.Pattern[str], text: str, span: Span) -> Iterator[re.Match[str]]:
    """The matches of a rule that ends with its line, found in slices: a search stops every other thread.

    In a line longer than a slice, a rule that begins with ^ is tried at its beginning alone.
    """
    start, end = span
    while start < end:
        limit = min(start + _SLICE, end)
        cut = limit if limit == end else text.rfind("\n", start, limit) + 1
        if not cut and not rule.pattern.startswith("^"):
            cut = text.rfind(" ", start, limit) + 1 or limit
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
