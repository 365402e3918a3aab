"""Quotations say whose files they are from: pages that come with a persona are not the person's."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answers.quoted import NO_PAGES, OwnPages, introduction
from assistant.answers.quotes import Quote
from assistant.values import Citation

PAGES = OwnPages(Path("/personas/410/knowledge"), "LLM engineer")


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["/notes/a.md"], "From your files, word for word:"),
        (["/personas/410/knowledge/kv.md"], "From LLM engineer's pages, word for word:"),
        (
            ["/personas/410/knowledge/kv.md", "/notes/a.md"],
            "From your files and LLM engineer's pages, word for word:",
        ),
    ],
)
def test_whose_files_are_quoted(paths: list[str], words: str) -> None:
    quotes = [
        Quote(Citation(n=n, path=Path(path), start=0, end=1, quote="a"), 1.0, "sentence")
        for n, path in enumerate(paths, 1)
    ]
    assert introduction(quotes, PAGES) == words


def test_a_persona_without_pages_quotes_the_persons_files() -> None:
    quote = Quote(Citation(n=1, path=Path("/notes/a.md"), start=0, end=1, quote="a"), 1.0, "sentence")
    assert introduction([quote], NO_PAGES) == "From your files, word for word:"
