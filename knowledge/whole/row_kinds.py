"""The kinds of rows that the columns of a table tell, and what such rows can be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.whole.columns import Columns
from knowledge.whole.words.phrases import words_of
from knowledge.whole.words.words import row_group

_LEAST_STEM = 3  # letters of a compound's first word
NO_MONEY = ("hours", "quantity", "pages", "age", "born", "rating")  # groups of columns that nobody spends
MONEY = frozenset({"expense", "payment", "sale"})  # groups of rows that are sums of money


def row_groups_of(columns: Columns) -> Iterator[str]:
    """Yield what rows are by their columns: persons with names, books with authors, numbered things with dates."""
    names = columns.in_group("name")
    if names and columns.is_unique(names[0]):
        yield "person"
    if columns.in_group("author"):
        yield "book"
    if columns.is_numbered:
        for at in columns.dated:
            first = words_of(columns.names[at])[:1]
            yield from (group for word in first if (group := row_group(word) or _begins_with_row(word)))


def _begins_with_row(word: str) -> str:
    """The group of the rows that a compound begins with: invoices of Rechnungsdatum; "" for none."""
    return next((group for end in range(len(word) - 1, _LEAST_STEM, -1) if (group := row_group(word[:end]))), "")
