"""A document built block by block from a file that is not plain text itself, every position exact."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from knowledge.cutting.place import Role
from knowledge.document import Document, Heading, Metadata

# Characters that show nothing: controls, soft hyphen, zero-width space, word joiner, byte-order mark, non-characters.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_ORDINAL = re.compile(r"\d{1,3}[.)]")
_BLANK_LINES = re.compile(r"\n{3,}")
_MAX_DEPTH = 8
_MAX_LEVEL = 6  # of headings
_MAX_PADDED_CELLS = 1_000_000


def one_line(text: str) -> str:
    """`text` with every run of white space as one space, and nothing invisible."""
    return " ".join(_INVISIBLE.sub("", text).split())


def preformatted(text: str) -> str:
    """`text` with its indentation, without trailing spaces, invisible characters and double blank lines."""
    lines = map(str.rstrip, _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


class DocumentBuilder:
    """Blocks in reading order → a `Document` with at most one blank line between them.

    A heading begins with its title exactly where it says; tables and code are noted as blocks.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._in_list = False
        self._headings: list[Heading] = []
        self._blocks: list[tuple[int, int]] = []
        self._asides: list[tuple[int, int, Role]] = []
        self._page_starts: list[int] = []
        self._pages = 0
        self._losses: list[str] = []

    def page(self) -> None:
        """Begin a new page with whatever is added next."""
        self._pages += 1

    def heading(self, level: int, title: str) -> None:
        """Add a heading of level 1 (outermost) to 6."""
        if line := one_line(title):
            self._headings.append(Heading(self._append(line), level, line))

    def paragraph(self, text: str) -> None:
        """Add running text; its `\\n` are kept."""
        if lines := _running(text):
            self._append(lines)

    def lines(self, text: str) -> None:
        """Add text that its author set in lines; their indentation and spaces are kept."""
        if kept := preformatted(text):
            self._append(kept)

    def item(self, text: str, depth: int = 0, number: str = "") -> None:
        """Add a list item, `depth` lists deep within another. `number`: as it is shown, "" for a bullet.

        `3.` takes the bullet's place; any other, as `2.3` or `(b)`, stands behind one, which tells it from prose.
        """
        if lines := _running(text):
            margin, shown = "  " * min(depth, _MAX_DEPTH), one_line(number)
            mark = shown if _ORDINAL.fullmatch(shown) else f"- {shown}".strip()
            self._append(f"{margin}{mark} " + lines.replace("\n", f"\n{margin}  "), of_list=True)

    def table(self, rows: Sequence[Sequence[str]], has_header: bool = True) -> None:
        """Add cells as a Markdown table without its empty rows and columns; its header is empty if it has none."""
        grid = [[one_line(cell).replace("|", r"\|") for cell in row] for row in rows if any(row)]
        columns = sorted({column for row in grid for column, cell in enumerate(row) if cell})
        if not columns:
            return
        padded = len(columns) * len(grid) <= _MAX_PADDED_CELLS
        lines = []
        for row in grid:
            cells = [row[column] for column in columns[: bisect_left(columns, len(row))]]
            missing = len(columns) - len(cells) if padded else 0
            lines.append(f"| {' | '.join(cells + [''] * missing)} |")
        if not has_header:
            lines.insert(0, f"|{'  |' * len(columns)}")
        self._append_block("\n".join([lines[0], f"|{' --- |' * len(columns)}", *lines[1:]]))

    def code(self, text: str) -> None:
        """Add text whose indentation matters."""
        if lines := preformatted(text):
            self._append_block(lines)

    def document(self, inner: Document, depth: int) -> None:
        """Add the text of another document, its headings `depth` levels deeper; its pages are not this one's."""
        begin, end = inner.body_start, len(inner.text.rstrip())
        if begin >= end:
            return
        shift = self._append(inner.text[begin:end]) - begin
        inside = (heading for heading in inner.headings if begin <= heading.start < end)
        self._headings += (replace(h, start=h.start + shift, level=min(h.level + depth, _MAX_LEVEL)) for h in inside)
        self._blocks += ((a + shift, min(b, end) + shift) for a, b in inner.blocks if begin <= a < end)
        self._asides += ((a + shift, min(b, end) + shift, role) for a, b, role in inner.asides if begin <= a < end)
        self._losses += inner.losses

    def lose(self, *losses: str) -> None:
        """Note what of the file is not in the text, as `3 pictures were not read`."""
        self._losses += losses

    def build(self, title: str, metadata: Metadata) -> Document:
        """The document made of all blocks added."""
        text = "".join(self._parts)
        self._begin_pages(len(text))
        return Document(
            text=text,
            title=title,
            headings=tuple(self._headings),
            page_starts=tuple(self._page_starts),
            blocks=tuple(self._blocks),
            asides=tuple(self._asides),
            metadata=metadata,
            losses=tuple(self._losses),
        )

    @property
    def end(self) -> int:
        """The number of characters so far."""
        return self._length

    def mark(self, start: int, role: Role) -> None:
        """Note that what was added since `end` was `start` has this role; marks within it are dropped."""
        if self._length > start:
            self._asides = [aside for aside in self._asides if aside[0] < start]
            self._asides.append((start, self._length, role))

    @property
    def first_heading(self) -> str:
        """The first heading of the outermost level; "" when there is none."""
        return next((h.title for h in self._headings if h.level == 1), "")

    def _append_block(self, text: str) -> None:
        start = self._append(text)
        self._blocks.append((start, start + len(text)))

    def _append(self, text: str, of_list: bool = False) -> int:
        gap = "" if not self._parts else "\n" if of_list and self._in_list else "\n\n"
        start = self._length + len(gap)
        self._parts += (gap, text)
        self._begin_pages(start)
        self._length = start + len(text)
        self._in_list = of_list
        return start

    def _begin_pages(self, start: int) -> None:
        """Record where the pages begun since the last block start; an empty one starts where the next one does."""
        self._page_starts += [start] * (self._pages - len(self._page_starts))


def _running(text: str) -> str:
    lines = "\n".join(map(one_line, text.split("\n")))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")
