"""Jupyter notebooks → Markdown: prose, code and its printed output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.text.markdown import parse_markdown

_MAX_OUTPUT_CHARACTERS = 2000  # of one cell; longer output is data, of which the beginning tells
_TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_FENCE = re.compile(r"`{3,}")


def parse_notebook(data: bytes, name: str) -> Document:
    """The cells in order, code in fences with its language, printed text below it. Pictures are left out.

    Raises Unreadable for anything but a notebook.
    """
    try:
        notebook = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise Unreadable("damaged notebook", "Open it in Jupyter and save it again.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) else None  # before version 4
    if not isinstance(cells, list) and isinstance(sheets, list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    if not isinstance(cells, list):
        raise Unreadable("not a notebook, despite its name")
    language = _language(notebook)
    parts = [part for cell in cells if isinstance(cell, dict) for part in _cell_parts(cell, language)]
    return parse_markdown("\n\n".join(parts).encode("utf-8", "replace"), name)


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        stated = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(stated, dict) and isinstance(stated.get(name), str):
            return str(stated[name])
    return "python"


def _cell_parts(cell: dict[str, Any], language: str) -> Iterator[str]:
    kind = cell.get("cell_type")
    source = _joined(cell.get("source", cell.get("input"))).strip("\n")
    if not source.strip():
        return
    if kind == "code":
        yield _fenced(source, language)
        yield from (_fenced(text, "") for output in _list(cell.get("outputs")) if (text := _output_text(output)))
    elif kind == "heading":
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 1 <= level <= 6 else 1)} {source}"
    else:
        yield source


def _output_text(output: object) -> str:
    """The text of one output, shortened; "" where it is a picture or the like."""
    if not isinstance(output, dict):
        return ""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
    bundle = output.get("data")
    text = output.get("text") or (bundle.get("text/plain") if isinstance(bundle, dict) else "")
    text = _TERMINAL_CODE.sub("", _joined(text)).strip("\n")
    return text if len(text) <= _MAX_OUTPUT_CHARACTERS else text[:_MAX_OUTPUT_CHARACTERS].rstrip() + " …"


def _fenced(text: str, language: str) -> str:
    longest = max((len(found[0]) for found in _FENCE.finditer(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _joined(value: object) -> str:
    """Text that is stored whole or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
