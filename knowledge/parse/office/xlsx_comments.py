"""Parts beside the cells of a sheet: comments on them, text boxes, titles of charts, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from knowledge.document import not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.charts import chart_title
from knowledge.parse.office.inline import comment
from knowledge.parse.office.package import Parts, attribute, children, local

# What Excel writes for programs that know no threads of comments.
_THREADED = "[Threaded comment]"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def people_in(parts: Parts, workbook: str) -> dict[str, str]:
    """The names of those who wrote comments in threads, by id."""
    return {
        attribute(person, "id"): attribute(person, "displayName")
        for part in parts.all_related(workbook, "person")
        for person in parts.read(part).iter("{*}person")
    }


def write_surroundings(
    builder: DocumentBuilder,
    parts: Parts,
    sheet: str,
    people: Mapping[str, str],
    rows: Sequence[Mapping[int, str]],
) -> None:
    """Write the comments on the cells of the part `sheet`, its text boxes, and the titles of its charts.

    The values of the charts are those of cells. Pictures are noted as lost.
    """
    for told in _comments(parts, sheet, people, rows):
        builder.paragraph(told)
    for name in parts.all_related(sheet, "drawing"):
        drawing = parts.read(name)
        for shape in drawing.iter("{*}sp"):
            lines = ("".join(text.text or "" for text in line.iter("{*}t")) for line in shape.iter("{*}p"))
            builder.paragraph("\n".join(filter(None, map(one_line, lines))))
        for _, chart in parts.roots(name, "chart"):
            builder.paragraph(chart_title(chart))
        builder.lose(*not_read(sum(1 for _ in drawing.iter("{*}pic")), "picture"))


def _comments(parts: Parts, sheet: str, people: Mapping[str, str], rows: Sequence[Mapping[int, str]]) -> Iterator[str]:
    for name in parts.all_related(sheet, "comments"):
        part = parts.read(name)
        authors = [author.text or "" for author in part.iter("{*}author")]
        for told in part.iter("{*}comment"):
            text, number = _text(told), attribute(told, "authorId")
            if not text.startswith(_THREADED):
                author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
                yield comment(author, _without_author(text, author), _place(attribute(told, "ref"), rows))
    for name in parts.all_related(sheet, "threadedComment"):
        for told in parts.read(name).iter("{*}threadedComment"):
            author = people.get(attribute(told, "personId"), "")
            yield comment(author, _text(told), _place(attribute(told, "ref"), rows))


def _text(told: etree._Element) -> str:
    held = (text for child in children(told, "text") for text in child.iter() if local(text) in ("t", "text"))
    return one_line("".join(text.text or "" for text in held))


def _without_author(text: str, author: str) -> str:
    """The comment without the name that Excel writes into its first line."""
    return text.removeprefix(f"{author}:").strip() if author else text


def _place(reference: str, rows: Sequence[Mapping[int, str]]) -> str:
    """The cell's reference with what its row begins with, as `B2 (Rent)`."""
    found = _REFERENCE.fullmatch(reference)
    number = int(found[2]) - 1 if found else len(rows)
    row = rows[number] if 0 <= number < len(rows) else {}
    return f"{reference} ({row[min(row)]})" if row else reference
