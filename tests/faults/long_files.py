"""Ordinary endings over text that is hard on whoever cuts it: a run without an end, a million pieces, no borders."""

from __future__ import annotations

from collections.abc import Callable

MOST_BYTES = 12_000_000


def _filled(unit: str, size: int = MOST_BYTES) -> bytes:
    encoded = unit.encode()
    return encoded * (size // len(encoded))


def _log() -> bytes:
    lines = (
        f"2026-11-29 12:{n // 60 % 60:02}:{n % 60:02} INFO worker-{n % 7} request {n} took {n * 7919 % 997} ms from "
        f"10.0.{n % 255}.{n * 31 % 255}\n"
        for n in range(MOST_BYTES // 80)
    )
    return "".join(lines).encode()[:MOST_BYTES]


def long_files() -> dict[str, Callable[[], bytes]]:
    """What builds each file, by its name."""
    return {
        "dots-40k.txt": lambda: ("Chapter " + "." * 40_000 + " 7").encode(),
        "dots-60k.txt": lambda: ("Chapter " + "." * 60_000 + " 7").encode(),
        "dots.txt": lambda: ("Chapter " + "." * 11_000_000 + " 7").encode(),
        "code.md": lambda: _filled("`a`. ", 5_000_000),
        "ticks.md": lambda: _filled("`", 3_000_000),
        "log.log": _log,
        "chinese.txt": lambda: _filled("汉字文本没有换行", 3_000_000),
        "letters.txt": lambda: _filled("a\n", 5_000_000),
        "paragraphs.txt": lambda: _filled("a\n\n", 6_000_000),
        "line.txt": lambda: b"a" * MOST_BYTES,
        "base64.txt": lambda: _filled("QWxhZGRpbjpvcGVuIHNlc2FtZQ", MOST_BYTES),
        "spaces.txt": lambda: b"a" + b" " * (MOST_BYTES - 2) + b"b",
        "words.txt": lambda: _filled("word ", MOST_BYTES),
        "sentences.txt": lambda: _filled("A b. ", 6_000_000),
        "abbreviations.txt": lambda: _filled("e.g. ", 3_000_000),
        "table.md": lambda: b"| a | b |\n|---|---|\n" + _filled("| one | two |\n", MOST_BYTES - 100),
        "bars.md": lambda: _filled("|", 6_000_000),
        "rule.txt": lambda: b"a | b\n" + _filled("- ", 3_000_000) + b"x",
        "list.md": lambda: "".join(f"{'  ' * (n % 40)}- item {n}\n" for n in range(100_000)).encode(),
        "headings.md": lambda: "".join(f"# Heading {n}\n\ntext {n}\n\n" for n in range(100_000)).encode(),
        "nested-headings.md": lambda: "".join(f"{'#' * (n % 6 + 1)} H{n}\n\nx\n\n" for n in range(60_000)).encode(),
        "heading.md": lambda: b"# " + b"x" * (MOST_BYTES - 2),
        "fences.md": lambda: _filled("```\ncode\n```\n\n", 4_000_000),
        "numbered.txt": lambda: "".join(f"Article {n}\nText of it.\n" for n in range(200_000)).encode(),
        "numerals.txt": lambda: ("第" + "一二三" * 1_000_000 + "条").encode(),
        "array.json": lambda: b"[" + b'{"name": "kettle", "value": 12345},' * 300_000 + b"{}]",
        "string.json": lambda: b'{"a": "' + b"\\n" * 5_000_000 + b'"}',
        "rows.csv": lambda: b"name,price,note\n" + _filled("kettle,5,a note on it\n", MOST_BYTES - 20),
        "tags.xml": lambda: b"<r>" + b"<a><b>text</b></a>" * 500_000 + b"</r>",
        "paragraphs.html": lambda: b"<html><body>" + b"<p>kettle and teapot</p>" * 400_000 + b"</body></html>",
        "entities.html": lambda: b"<p>" + b"&amp;" * 2_000_000,
        "front-matter.md": lambda: b"---\nnote: " + b"x" * 10_000_000 + b"\n---\ntext\n",
        "tags.md": lambda: "".join(f"#tag{n} " for n in range(1_000_000)).encode(),
        "surrogates.txt": lambda: "😀".encode() * 2_500_000,
        "long-function.py": lambda: b"def f():\n" + _filled("    x = 1\n", 8_000_000),
    }
