"""Markdown with footnotes as a Word document."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.shared import Pt

from assistant.dialect import FORMULAS
from assistant.exporting.chat_html import parser
from assistant.exporting.chat_markdown import chat_markdown
from assistant.mathematics import formula_text

if TYPE_CHECKING:
    from markdown_it.token import Token

    from assistant.values import Turn

_CODE_FONT, _CODE_SIZE = "Courier New", 9.5  # points
_STYLES = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number", "blockquote_open": "Quote"}
_MAX_HEADING = 9  # styles of Word


@dataclass
class _Run:
    """How the next words are set."""

    bold: bool = False
    italic: bool = False
    strike: bool = False


def chat_word(turns: Sequence[Turn], title: str) -> bytes:
    """The bytes of a .docx file: headings, lists, tables, code, and the sources as a numbered list at the end."""
    document = Document()
    writer = _Writer(document)
    for token in _walked(parser().parse(chat_markdown(turns, title))):
        writer.take(token)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _walked(tokens: Sequence[Token]) -> Iterator[Token]:
    return (token for token in tokens if not token.type.startswith("footnote_anchor"))


class _Writer:
    """Takes the tokens of Markdown one after another."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles: list[str] = []
        self._paragraph: Any = None
        self._heading = 0
        self._rows: list[list[Token]] | None = None
        self._note = ""

    def take(self, token: Token) -> None:
        """Add what a token says."""
        kind = token.type
        if kind in _STYLES:
            self._styles.append(_STYLES[kind])
        elif kind.removesuffix("_close") + "_open" in _STYLES:
            self._styles.pop()
        elif kind == "heading_open":
            self._heading = min(int(token.tag[1]), _MAX_HEADING)
        elif kind in ("fence", "code_block"):
            self._add_code(token.content)
        elif kind in FORMULAS:
            self._document.add_paragraph(_xml_text(formula_text(token.content)))
        elif kind in ("table_open", "tr_open", "table_close"):
            self._take_table(kind)
        elif kind == "footnote_block_open":
            self._document.add_heading("Sources", 2)
        elif kind == "footnote_open":
            self._note = f"{token.meta['id'] + 1}. "
        elif kind == "inline":
            self._take_inline(token)

    def _take_inline(self, token: Token) -> None:
        if self._rows is not None:
            self._rows[-1].append(token)
            return
        if self._heading:
            paragraph = self._document.add_heading("", self._heading)
            self._heading = 0
        else:
            paragraph = self._document.add_paragraph(style=self._styles[-1] if self._styles else None)
        if self._note:
            paragraph.add_run(self._note)
            self._note = ""
        _fill(paragraph, token)

    def _take_table(self, kind: str) -> None:
        if kind == "table_open":
            self._rows = []
        elif kind == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif self._rows:
            table = self._document.add_table(len(self._rows), max(map(len, self._rows)), style="Table Grid")
            for row, cells in zip(table.rows, self._rows, strict=True):
                for cell, token in zip(row.cells, cells, strict=False):
                    _fill(cell.paragraphs[0], token)
            self._rows = None

    def _add_code(self, code: str) -> None:
        run = self._document.add_paragraph().add_run(_xml_text(code.rstrip("\n")))
        run.font.name, run.font.size = _CODE_FONT, Pt(_CODE_SIZE)


def _fill(paragraph: Any, inline: Token) -> None:
    """Add the words of an inline token, with their emphasis."""
    state = _Run()
    marks = {"strong": "bold", "em": "italic", "s": "strike"}
    for token in inline.children or ():
        name, _, end = token.type.rpartition("_")
        if name in marks:
            setattr(state, marks[name], end == "open")
        elif token.type == "footnote_ref":
            paragraph.add_run(str(token.meta["id"] + 1)).font.superscript = True
        elif token.type in ("softbreak", "hardbreak"):
            paragraph.add_run("\n" if token.type == "hardbreak" else " ")
        elif token.type in FORMULAS:
            paragraph.add_run(_xml_text(formula_text(token.content)))
        elif token.content:
            run = paragraph.add_run(_xml_text(token.content))
            run.bold, run.italic, run.font.strike = state.bold, state.italic, state.strike
            if token.type == "code_inline":
                run.font.name = _CODE_FONT


def _xml_text(text: str) -> str:
    """The text without the controls that no XML may hold."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
