"""Plain text and its dialects: their own text, with headings only where the format makes them certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from knowledge.document import Document, Heading
from knowledge.parse.text.decode import decode

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
_ORG_HEADING = re.compile(r"^(?P<stars>\*+)[ \t]+(?P<title>\S.*)$", re.MULTILINE)
_ORG_KEYWORDS = re.compile(r"^(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#[A-Z0-9]\]\s+)?")
_ORG_TAGS = re.compile(r"(?<!\s)\s+:[\w@#%:]+:\s*$")
_ORG_TITLE = re.compile(r"^#\+title:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_ORG_FENCE = re.compile(r"^[ \t]*#\+(begin|end)_(\w+).*$", re.MULTILINE | re.IGNORECASE)
_ADOC_HEADING = re.compile(r"^(?P<signs>={1,6})[ \t]+(?P<title>\S.*)$", re.MULTILINE)
_TEX_HEADING = re.compile(
    r"^[ \t]*\\(?P<kind>part|chapter|(?:sub){0,2}section)\*?(?:\[[^\]]*\])?\{(?P<title>[^{}\n]+)\}", re.MULTILINE
)
_TEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection")
_MAX_LEVEL = 6


def parse_plain(data: bytes, name: str) -> Document:
    """The text as it stands in the file, with no structure read into it."""
    return Document(text=decode(data), title=name)


def parse_rst(data: bytes, name: str) -> Document:
    """The text as it stands; headings by their underlines, whose levels follow from the order of first use."""
    text = decode(data)
    headings: list[Heading] = []
    styles: list[str] = []
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for number in range(1, len(lines)):
        has_overline, style = _rst_style(lines, number)
        if style:
            if style not in styles:
                styles.append(style)
            first = number - 2 if has_overline else number - 1
            level = min(styles.index(style) + 1, _MAX_LEVEL)
            headings.append(Heading(starts[first], level, lines[number - 1].strip()))
    title = headings[0].title if headings and headings[0].level == 1 else name
    return Document(text=text, title=title, headings=tuple(headings))


def _rst_style(lines: Sequence[str], number: int) -> tuple[bool, str]:
    """For a line that underlines a title: True if that has an overline too, and the style, "" for any other line."""
    under, title = lines[number].rstrip(), lines[number - 1].rstrip()
    above = lines[number - 2].rstrip() if number > 1 else ""
    if not _ADORNMENT.fullmatch(under) or not title or _ADORNMENT.fullmatch(title) or len(under) < len(title):
        return False, ""
    if above == under:
        return True, under[0] * 2
    return False, under[0] if not above and not title[0].isspace() else ""


def parse_org(data: bytes, name: str) -> Document:
    """The text as it stands; headings by their stars, `#+begin_` blocks kept whole."""
    text = decode(data)
    stated = _ORG_TITLE.search(text)
    headings = tuple(
        Heading(found.start(), min(len(found["stars"]), _MAX_LEVEL), title)
        for found in _ORG_HEADING.finditer(text)
        if (title := _ORG_TAGS.sub("", _ORG_KEYWORDS.sub("", found["title"])).strip())
    )
    blocks: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    for fence in _ORG_FENCE.finditer(text):
        if opened is None:
            opened = fence if fence[1].lower() == "begin" else None
        elif fence[1].lower() == "end" and fence[2].lower() == opened[2].lower():
            blocks.append((opened.start(), fence.end()))
            opened = None
    title = stated[1].strip() if stated else name
    return Document(text=text, title=title, headings=headings, blocks=tuple(blocks))


def parse_adoc(data: bytes, name: str) -> Document:
    """The text as it stands; headings by their equals signs, of which one marks the title."""
    text = decode(data)
    found = [(h.start(), len(h["signs"]), h["title"].strip()) for h in _ADOC_HEADING.finditer(text)]
    title = next((title for _, level, title in found if level == 1), name)
    return Document(text=text, title=title, headings=tuple(Heading(*heading) for heading in found))


def parse_tex(data: bytes, name: str) -> Document:
    """The text as it stands; headings by the commands for chapters and sections, the outermost of which is level 1."""
    text = decode(data)
    found = [(h.start(), _TEX_LEVELS.index(h["kind"]), h["title"].strip()) for h in _TEX_HEADING.finditer(text)]
    outermost = min((level for _, level, _ in found), default=0)
    headings = tuple(Heading(start, level - outermost + 1, title) for start, level, title in found)
    return Document(text=text, title=name, headings=headings)
