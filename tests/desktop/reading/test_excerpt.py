"""The part of a file that is shown around a cited span."""

from __future__ import annotations

from pathlib import Path

from desktop.reading.text_view import AROUND_CHARACTERS, AROUND_IN_LINE_CHARACTERS, Span, excerpt

FILE = Path("/notes/a.txt")


def test_a_short_text_is_shown_whole() -> None:
    shown = excerpt("😀 one two", Span(FILE, 6, 9))
    assert (shown.text, shown.start, shown.end, shown.partial) == ("😀 one two", 7, 10, False)


def test_a_long_text_is_shown_from_the_beginning_of_a_line() -> None:
    text = "one line of text\n" * 100_000
    shown = excerpt(text, Span(FILE, 850_000, 850_016))
    assert shown.text.startswith("one line") and shown.text[shown.start : shown.end] == "one line of text"
    assert shown.partial and AROUND_CHARACTERS < len(shown.text) < 3 * AROUND_CHARACTERS


def test_of_a_line_without_end_little_is_shown() -> None:
    text = "a" * 5_000_000 + "kettle" + "a" * 5_000_000
    shown = excerpt(text, Span(FILE, 5_000_000, 5_000_006))
    assert shown.text[shown.start : shown.end] == "kettle" and len(shown.text) <= 2 * AROUND_IN_LINE_CHARACTERS + 6


def test_of_a_span_without_end_its_beginning_is_marked() -> None:
    shown = excerpt("a" * 5_000_000, Span(FILE, 0, 5_000_000))
    assert (shown.start, shown.end) == (0, AROUND_IN_LINE_CHARACTERS)
