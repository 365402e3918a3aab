"""Plain text and its dialects: their own text, with headings only where the format makes them certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from knowledge.document import Document, Heading
from knowledge.parse.text.decode import decode

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
_ORG_HEADING = re.compile(r"^(?P<stars>\*+)[ \t]+(?P<title>\S.*)$", re.MULTILINE)
_ORG_KEYWORDS = re.compile(r"^(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#[A-Z0-9]\]\s+)?")
_ORG_TAGS = re.compile(r"\s+:[\w@#%:]+:\s*$")
_ORG_TITLE = re.compile(r"^#\+title:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_ORG_FENCE = re.compile(r"^[ \t]*#\+(begin|end)_(\w+).*$", re.MULTILINE | re.IGNORECASE)
_ADOC_HEADING = re.compile(r"^(?P<signs>={1,6})[ \t]+(?P<title>\S.*)$", re.MULTILINE)
_TEX_HEADING = re.compile(
    r"^[ \t]*\\(?P<kind>part|chapter|(?:sub){0,2}section)\*?(?:\[[^\]]*\])?\{(?P<title>[^{}\n]+)\}", re.MULTILINE
)
_TEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection")


def parse_plain(data: bytes, name: str) -> Document:
    """The text as it stands in the file, with no structure read into it."""
    return Document(text=decode(data), title=name)


def parse_rst(data: bytes, name: str) -> Document:
    """The text as it stands; headings by their underlines, whose levels follow from the order of first use."""
    text = decode(data)
    headings = tuple(_rst_headings(text))
    title = headings[0].title if headings and headings[0].level == 1 else name
    return Document(text=text, title=title, headings=headings)


def parse_org(data: bytes, name: str) -> Document:
    """The text as it stands; headings by their stars, `#+begin_` blocks kept whole."""
    text = decode(data)
    title = _ORG_TITLE.search(text)
    return Document(
        text=text,
        title=title[1].strip() if title else name,
        headings=tuple(_org_headings(text)),
        blocks=tuple(_org_blocks(text)),
    )


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


def _rst_headings(text: str) -> Iterator[Heading]:
    levels: list[str] = []
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for number in range(1, len(lines)):
        over, style = _rst_style(lines, number)
        if style:
            if style not in levels:
                levels.append(style)
            first = number - 2 if over else number - 1
            yield Heading(starts[first], min(levels.index(style) + 1, 6), lines[number - 1].strip())


def _rst_style(lines: Sequence[str], number: int) -> tuple[bool, str]:
    """Whether line `number` underlines a title that also has an overline, and the style; "" when it does not."""
    under, title = lines[number].rstrip(), lines[number - 1].rstrip()
    above = lines[number - 2].rstrip() if number > 1 else ""
    if not _ADORNMENT.fullmatch(under) or not title or _ADORNMENT.fullmatch(title) or len(under) < len(title):
        return False, ""
    if above == under:
        return True, under[0] * 2
    return False, under[0] if not above and not title[0].isspace() else ""


def _org_headings(text: str) -> Iterator[Heading]:
    for found in _ORG_HEADING.finditer(text):
        title = _ORG_TAGS.sub("", _ORG_KEYWORDS.sub("", found["title"])).strip()
        if title:
            yield Heading(found.start(), min(len(found["stars"]), 6), title)


def _org_blocks(text: str) -> Iterator[tuple[int, int]]:
    opened: re.Match[str] | None = None
    for fence in _ORG_FENCE.finditer(text):
        if opened is None:
            opened = fence if fence[1].lower() == "begin" else None
        elif fence[1].lower() == "end" and fence[2].lower() == opened[2].lower():
            yield opened.start(), fence.end()
            opened = None
