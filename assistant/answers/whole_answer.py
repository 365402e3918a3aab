"""The answer from whole documents when no model writes one: counted, listed, outlined or compared, and cited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from assistant.answers.citations import cite
from assistant.values import Citation, Material, ReadWhole
from knowledge.document import Span
from knowledge.passage import Passage
from knowledge.sentences import sentences
from knowledge.whole.tables import Fact, Table, find_tables
from knowledge.whole.whole import WholeDocument, WholeReading

_MOST_ITEMS = 20
_MOST_SECTIONS = 12
_MOST_DIFFERENCES = 10
_MOST_COMPARED = 3_000  # sentences of each document; the time to compare grows with the product
_LONGEST_SHOWN = 300  # characters of one quotation; the citation spans all of it
_MARKER = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,3}[.)][ \t]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the answer's Markdown, and the grounds that its numbers stand for."""

    markdown: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """`material`: the passages that are cited, which is where the numbers point, and what was read to get there."""

    parts: tuple[Part, ...]
    material: Material


def answer_whole(whole: WholeReading) -> WholeAnswer | None:
    """The answer to a question about whole documents; None where code alone has none."""
    writing = _Writing(whole)
    parts = tuple(writing.parts())
    if not any(part.citations for part in parts):
        return None
    read = tuple(
        ReadWhole(
            path=document.path,
            complete=True,
            sections=len(document.sections),
            of_sections=len(document.sections),
            facts=tuple(Fact(fact.text, fact.span, answers=fact.answers) for fact in document.facts),
        )
        for document in writing.documents
    )
    return WholeAnswer(parts, Material(tuple(writing.cited), read))


class _Writing:
    """Writes the parts, and numbers the passages in the order in which they are cited."""

    def __init__(self, whole: WholeReading) -> None:
        self._kind = whole.intent.kind
        counting = self._kind in ("count", "list")
        self.documents = [d for d in whole.documents if (d.answers if counting else d.meant)]
        self.cited: list[Passage] = []

    def parts(self) -> Iterator[Part]:
        """The answer, piece by piece."""
        if self._kind == "compare":
            yield from self._compared(*self.documents[:2])
            return
        for document in self.documents:
            if self._kind == "summarise":
                yield from self._outlined(document)
            else:
                for fact in document.answers:
                    yield from self._counted(document, fact)

    def _counted(self, document: WholeDocument, fact: Fact) -> Iterator[Part]:
        number, citation = self._cite(document, fact.span)
        yield Part(
            f"**{_escaped(document.path.name)}**, counted in the whole of it: **{_escaped(fact.text)}** [{number}]\n\n",
            (citation,),
        )
        if self._kind == "list":
            yield from self._listed(document, fact)

    def _listed(self, document: WholeDocument, fact: Fact) -> Iterator[Part]:
        text = document.text
        table = next((t for t in find_tables(text) if t.span == fact.span), None)
        if table:
            yield Part(f"{_escaped(' · '.join(table.columns))}\n\n")
        for span in fact.items[:_MOST_ITEMS]:
            number, citation = self._cite(document, span)
            yield Part(f"- {_shown(_item(text, span, table))} [{number}]\n", (citation,))
        if (more := len(fact.items) - _MOST_ITEMS) > 0:
            yield Part(f"- and {more:,} more\n")
        yield Part("\n")

    def _outlined(self, document: WholeDocument) -> Iterator[Part]:
        text = document.text
        openings = [(s.path, span) for s in document.sections if (span := _opening(text, s.span))]
        if not openings:  # nothing but tables
            for fact in document.facts:
                yield from self._counted(document, fact)
            return
        shown = _spread(openings, _MOST_SECTIONS)
        which = f"{len(shown)} of {len(openings)} sections" if len(shown) < len(openings) else "its sections"
        yield Part(
            f"**{_escaped(document.path.name)}**: how {which} begin, word for word. No model has condensed it.\n\n"
        )
        for path, span in shown:
            number, citation = self._cite(document, span)
            title = f"**{_escaped(path[-1])}**\n\n" if path else ""
            yield Part(f"{title}> {_shown(text[slice(*span)])} [{number}]\n\n", (citation,))

    def _compared(self, one: WholeDocument, other: WholeDocument) -> Iterator[Part]:
        names = [_escaped(document.path.name) for document in (one, other)]
        differences = list(_differences(one.text, other.text))
        if not differences:
            return
        yield Part(
            f"Where {names[0]} and {names[1]} differ, word for word:\n\n| {names[0]} | {names[1]} |\n|---|---|\n"
        )
        for left, right in differences[:_MOST_DIFFERENCES]:
            cells = [self._cell(one, left), self._cell(other, right)]
            yield Part(f"| {cells[0].markdown} | {cells[1].markdown} |\n", (*cells[0].citations, *cells[1].citations))
        if (more := len(differences) - _MOST_DIFFERENCES) > 0:
            yield Part(f"\nand {more:,} more differences\n")
        if any(len(_compared_spans(document.text)) == _MOST_COMPARED for document in (one, other)):
            yield Part(f"\nOnly the first {_MOST_COMPARED:,} sentences of each were compared.\n")

    def _cell(self, document: WholeDocument, span: Span | None) -> Part:
        if span is None:
            return Part("—")
        number, citation = self._cite(document, span)
        return Part(f"{_shown(document.text[slice(*span)])} [{number}]", (citation,))

    def _cite(self, document: WholeDocument, span: Span) -> tuple[int, Citation]:
        """The number and citation of a span, cut where the passage that it begins in ends."""
        passage = next(p for p in document.passages if p.start <= span[0] < p.end)
        if passage not in self.cited:
            self.cited.append(passage)
        number = self.cited.index(passage) + 1
        end = min(span[1], passage.start + len(passage.text.rstrip()))
        return number, cite(number, passage, span[0] - passage.start, end - passage.start)


def _differences(one: str, other: str) -> Iterator[tuple[Span | None, Span | None]]:
    """Stretches of sentences that only one has, or that stand in each other's place, in reading order."""
    left, right = _compared_spans(one), _compared_spans(other)
    matcher = SequenceMatcher(None, _said(one, left), _said(other, right), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield (left[a][0], left[b - 1][1]) if b > a else None, (right[c][0], right[d - 1][1]) if d > c else None


def _compared_spans(text: str) -> list[Span]:
    parts = (part for part in sentences(text) if part.kind != "rule")
    return [(part.start, part.end) for part in islice(parts, _MOST_COMPARED)]


def _said(text: str, spans: Sequence[Span]) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in spans]


def _opening(text: str, span: Span) -> Span | None:
    """The first sentence of a section."""
    for part in sentences(text[slice(*span)]):
        if part.kind in ("prose", "item"):
            return span[0] + part.start, span[0] + part.end
    return None


def _spread(openings: Sequence[tuple[tuple[str, ...], Span]], most: int) -> list[tuple[tuple[str, ...], Span]]:
    """At most so many, from the beginning to the end."""
    if len(openings) <= most:
        return list(openings)
    return [openings[round(at * (len(openings) - 1) / (most - 1))] for at in range(most)]


def _item(text: str, span: Span, table: Table | None) -> str:
    row = next((row for row in table.rows if row.span == span), None) if table else None
    return " · ".join(row.cells) if row else _MARKER.sub("", text[slice(*span)])


def _shown(text: str) -> str:
    line = " ".join(text.split())
    cut = line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN].rstrip()} …"
    return _escaped(cut)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<|])", r"\\\1", text)
