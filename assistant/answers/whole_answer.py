"""The answer from whole documents when no model writes one: counted, listed, outlined or compared, and cited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from assistant.answers.citations import cite
from assistant.values import Citation, PromptContext, ReadWhole
from knowledge import Fact, Passage, Span, WholeDocument, WholeReading, cells_of, find_tables, split_sentences

_MAX_ITEMS = 20
_MAX_COUNTED_ITEMS = 5  # of more rows than that, where their number or sum is asked for
_MAX_SECTIONS = 12
_MAX_DIFFERENCES = 10
_MAX_COMPARED = 3_000  # sentences of each document; the time to compare grows with the product
_MAX_COMPARED_CHARACTERS = 600_000  # of each document: ten times what sentences of ordinary length would take
_MAX_OPENING = 5_000  # characters of a section in which its first sentence is looked for
_MAX_HEADER = 10_000  # characters of a table in which its columns are looked for
_MAX_ITEM = 2_000  # characters of a line that was counted
_MAX_QUOTED = 300  # characters of one quotation; the citation spans all of it
_MARKER = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,3}[.)][ \t]+)")


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A stretch of the answer's Markdown, and the citations behind its numbers."""

    markdown: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """`context`: the cited passages, to which the numbers point, and the documents that were read."""

    parts: tuple[AnswerPart, ...]
    context: PromptContext


def answer_from_whole(whole: WholeReading) -> WholeAnswer | None:
    """The answer to a question about whole documents; None where it takes a model."""
    builder = _AnswerBuilder(whole)
    parts = tuple(builder.parts())
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
        for document in builder.documents
    )
    return WholeAnswer(parts, PromptContext(tuple(builder.cited), read))


class _AnswerBuilder:
    """Builds the parts, and numbers the passages in the order in which they are cited."""

    def __init__(self, whole: WholeReading) -> None:
        self._kind, self._total = whole.intent.kind, whole.total
        counting = self._kind not in ("compare", "summarise")
        self.documents = [d for d in whole.documents if (d.answers if counting else d.meant)]
        self.cited: list[Passage] = []

    def parts(self) -> Iterator[AnswerPart]:
        """The answer, piece by piece."""
        if self._kind == "compare":
            yield from self._compared(*self.documents[:2])
            return
        if self._total:
            yield AnswerPart(f"**Over all of them**: {_lines(self._total)}\n\n")
        for document in self.documents:
            if self._kind == "summarise":
                yield from self._outlined(document)
            else:
                for fact in document.answers:
                    yield from self._counted(document, fact)

    def _counted(self, document: WholeDocument, fact: Fact) -> Iterator[AnswerPart]:
        number, citation = self._cite(document, fact.span)
        stated = _lines(fact.text, f" [{number}]")
        yield AnswerPart(f"**{_escaped(document.path.name)}**, counted in the whole file: {stated}\n\n", (citation,))
        if self._kind != "list" and not fact.listed:
            return
        text = document.text
        table = next(find_tables(text[fact.span[0] : fact.span[0] + _MAX_HEADER]), None)
        columns = table.columns if table and table.span[0] == 0 else ()
        if columns:
            yield AnswerPart(f"{_quoted(' · '.join(columns))}\n\n")
        most = _MAX_ITEMS if self._kind == "list" or len(fact.items) <= _MAX_ITEMS else _MAX_COUNTED_ITEMS
        for span in fact.items[:most]:
            number, citation = self._cite(document, span)
            line = text[span[0] : min(span[1], span[0] + _MAX_ITEM)]
            item = " · ".join(cells_of(line)[: len(columns)]) if columns else _MARKER.sub("", line)
            yield AnswerPart(f"- {_quoted(item)} [{number}]\n", (citation,))
        if (more := len(fact.items) - most) > 0:
            yield AnswerPart(f"- and {more:,} more\n")
        yield AnswerPart("\n")

    def _outlined(self, document: WholeDocument) -> Iterator[AnswerPart]:
        text = document.text
        openings = [(s.path, span) for s in document.sections if (span := _opening(text, s.span))]
        if not openings:  # nothing but tables
            for fact in document.facts:
                yield from self._counted(document, fact)
            return
        last, most = len(openings) - 1, _MAX_SECTIONS
        shown = openings if last < most else [openings[round(at * last / (most - 1))] for at in range(most)]
        which = f"{len(shown)} of {len(openings)} sections" if len(shown) < len(openings) else "its sections"
        yield AnswerPart(
            f"**{_escaped(document.path.name)}**: how {which} begin, word for word. No model has summarised it.\n\n"
        )
        for path, span in shown:
            number, citation = self._cite(document, span)
            title = f"**{_escaped(path[-1])}**\n\n" if path else ""
            yield AnswerPart(f"{title}> {_quoted(citation.quote)} [{number}]\n\n", (citation,))

    def _compared(self, one: WholeDocument, other: WholeDocument) -> Iterator[AnswerPart]:
        names = [_escaped(document.path.name) for document in (one, other)]
        differences = list(_differences(one.text, other.text))
        if not differences:
            return
        yield AnswerPart(
            f"Where {names[0]} and {names[1]} differ, word for word:\n\n| {names[0]} | {names[1]} |\n|---|---|\n"
        )
        for left, right in differences[:_MAX_DIFFERENCES]:
            cells = [self._cell(one, left), self._cell(other, right)]
            yield AnswerPart(
                f"| {cells[0].markdown} | {cells[1].markdown} |\n", (*cells[0].citations, *cells[1].citations)
            )
        if (more := len(differences) - _MAX_DIFFERENCES) > 0:
            yield AnswerPart(f"\nand {more:,} more differences\n")
        if any(_is_long(document.text) for document in (one, other)):
            yield AnswerPart(f"\nOnly the first {_MAX_COMPARED:,} sentences of each were compared.\n")

    def _cell(self, document: WholeDocument, span: Span | None) -> AnswerPart:
        if span is None:
            return AnswerPart("—")
        number, citation = self._cite(document, span)
        return AnswerPart(f"{_quoted(citation.quote)} [{number}]", (citation,))

    def _cite(self, document: WholeDocument, span: Span) -> tuple[int, Citation]:
        """The number and citation of a span, cut where the passage that it begins in ends."""
        passage = next(p for p in document.passages if p.start <= span[0] < p.end)
        if passage not in self.cited:
            self.cited.append(passage)
        number = self.cited.index(passage) + 1
        end = min(span[1], passage.start + len(passage.text.rstrip()))
        return number, cite(number, passage, span[0] - passage.start, end - passage.start)


def _differences(one: str, other: str) -> Iterator[tuple[Span | None, Span | None]]:
    """Runs of sentences that only one text has, or that replace each other, in reading order."""
    left, right = _compared_spans(one), _compared_spans(other)
    matcher = SequenceMatcher(None, _normalized(one, left), _normalized(other, right), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield (left[a][0], left[b - 1][1]) if b > a else None, (right[c][0], right[d - 1][1]) if d > c else None


def _is_long(text: str) -> bool:
    return len(text) > _MAX_COMPARED_CHARACTERS or len(_compared_spans(text)) == _MAX_COMPARED


def _compared_spans(text: str) -> list[Span]:
    parts = (part for part in split_sentences(text[:_MAX_COMPARED_CHARACTERS]) if part.kind != "rule")
    return [(part.start, part.end) for part in islice(parts, _MAX_COMPARED)]


def _normalized(text: str, spans: Sequence[Span]) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in spans]


def _opening(text: str, span: Span) -> Span | None:
    """The first sentence of a section, if it is near the beginning."""
    for part in split_sentences(text[span[0] : min(span[1], span[0] + _MAX_OPENING)]):
        if part.kind in ("prose", "item"):
            return span[0] + part.start, span[0] + part.end
    return None


def _lines(text: str, citation: str = "") -> str:
    """A fact's first line in bold, its further ones below as items."""
    first, *rest = map(_escaped, text.split("\n"))
    return "\n".join([f"**{first}**{citation}", *([""] if rest else []), *(f"- {line}" for line in rest)])


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return _escaped(line if len(line) <= _MAX_QUOTED else f"{line[:_MAX_QUOTED].rstrip()} …")


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<|])", r"\\\1", text)
