"""Quotations as Markdown, below the name of their source: sentences, rows with their table's header, lists and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.answers.quotes import Quote, source_of
from assistant.answers.whole_answer import AnswerPart
from assistant.values import Citation
from knowledge import cells_of

_MARKDOWN_ENDINGS = frozenset({".md", ".markdown", ".ipynb"})
_MARKDOWN_SIGNS = re.compile(r"[\\`*_\[\]<>]")
_QUOTATION_MARKS = re.compile(r"(?<=\n)[ \t]*(?:>[ \t]?)+")
_WIKI_LINK = re.compile(r"(?<!!)\[\[(?:[^\[\]|\n]{1,300}\|)?([^\[\]|\n]{1,300})\]\]")
_FENCE = re.compile(r"(?:`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class OwnPages:
    """The pages that come with a persona, and its name. `folder` None: it has none."""

    folder: Path | None = None
    persona: str = ""


NO_PAGES = OwnPages()


OWN_NOTE = "From your files, word for word:"


def introduction(quotes: Sequence[Quote], pages: OwnPages) -> str:
    """Return `From your files, word for word:`; what is from the persona's pages is called theirs."""
    theirs = {pages.folder is not None and quote.citation.path.is_relative_to(pages.folder) for quote in quotes}
    both_note = f"From your files and {pages.persona}'s pages, word for word:"
    theirs_note = f"From {pages.persona}'s pages, word for word:"
    if True not in theirs:
        return OWN_NOTE
    return both_note if False in theirs else theirs_note


def quoted_parts(quotes: Sequence[Quote]) -> Iterator[AnswerPart]:
    """Each quotation with its number, and no blank line in it; the rows of one table, best first, below one header.

    Markdown stays as it is in the file, but for links of a wiki, which show their words; text of any other file is
    escaped: `__all__` is not bold.
    """
    above = None
    for _, group in groupby(enumerate(quotes), key=_table_or_place):
        together = [quote for _, quote in group]
        first = together[0]
        name = _source_name(first.citation)
        title = "" if name == above else f"**{name}**\n\n"
        body = _table(together) if first.kind == "table" else _body(first)
        yield AnswerPart(f"{title}{body}\n\n", tuple(quote.citation for quote in together))
        above = name


def _table_or_place(numbered: tuple[int, Quote]) -> tuple[object, ...]:
    place, quote = numbered
    return (source_of(quote.citation), quote.header) if quote.kind == "table" else (place,)


def _table(rows: Sequence[Quote]) -> str:
    """The rows as a quoted table; the number stands in the last cell."""
    lines = [_cells(row.citation, row.citation.quote) for row in rows]
    columns = max(map(len, lines))
    for row, cells in zip(rows, lines, strict=True):
        cells += [""] * (columns - len(cells))
        cells[-1] = f"{cells[-1]} [{row.citation.n}]".strip()
    header = _cells(rows[0].citation, rows[0].header) + [""] * columns
    table = [header[:columns], ["---"] * columns, *lines]
    return "\n".join(f"> | {' | '.join(cells)} |" for cells in table)


def _cells(citation: Citation, line: str) -> list[str]:
    return [_shown(citation, cell).replace("|", r"\|") for cell in cells_of(line)]


def _body(quote: Quote) -> str:
    citation, text = quote.citation, quote.citation.quote
    if quote.kind == "code":
        lines = (text if _FENCE.match(text) else f"```\n{text}\n```").splitlines()
        return "\n".join(f"> {line}" for line in [*lines, f"[{citation.n}]"])
    unmarked = _QUOTATION_MARKS.sub("", text)
    lines = unmarked.splitlines() if quote.kind == "list" else [" ".join(unmarked.split())]
    quoted = "\n".join(f"> {_shown(citation, line)}" for line in lines)
    return f"{quoted} [{citation.n}]"


def _shown(citation: Citation, text: str) -> str:
    if citation.path.suffix.lower() not in _MARKDOWN_ENDINGS:
        return _escaped(text)
    return _WIKI_LINK.sub(r"\1", text)


def _escaped(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


def _source_name(citation: Citation) -> str:
    name = _escaped(" › ".join((citation.path.name, *citation.heading)))
    return name if citation.page is None else f"{name} · p. {citation.page}"
