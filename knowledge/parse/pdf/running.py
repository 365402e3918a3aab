"""Takes running titles and page numbers off the pages, so that a sentence goes on from one page to the next."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_EDGE_LINES = 3  # at the top and at the bottom of a page: a title, a number, and a line beside them
_FEWEST_PAGES = 3  # with the same line at an edge; two where the file has no more
_MAX_CHARACTERS = 120  # of such a line
# A title with a number in it may be that of a page of its own, as `Lesson 4`: so many pages, and a number near the
# page's, as no invoice has.
_FEWEST_NUMBERED = 5
_FARTHEST_NUMBER = 30
_ENDS_SENTENCE = re.compile(r"[.!?。！？:,;]$")  # which no title does
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W{0,6}+(?:(?:page|pages|p|pg|seite|s|página|pagina|pág|pag|blz|sivu|sida|side|strona|str|strana|sayfa|oldal|стр"
    r"|страница|trang|halaman|หน้า|पृष्ठ|صفحة|σελ|σελίδα|עמוד)\.?|第|제)?\W{0,4}+0(?:\s?(?:页|頁|ページ|쪽|페이지))?"
    r"(?:\W{0,4}(?:of|von|de|di|du|van|sur|z|из|/|共|av|af|のうち)?\W{0,4}0\W{0,4}(?:页|頁)?)?\W{0,6}",
    re.IGNORECASE,
)


class _Line(NamedTuple):
    """A line at an edge. `masked`: with 0 for each number, in small letters."""

    masked: str
    numbers: tuple[int, ...]

    @property
    def is_page_number(self) -> bool:
        return bool(_PAGE_NUMBER.fullmatch(self.masked))


def without_running_lines(pages: Sequence[str]) -> list[str]:
    """The pages without titles and page numbers that run along their top or bottom.

    A title stays where it first stands at the top, or last at the bottom, unless the text says it elsewhere too.
    """
    lines = [page.split("\n") for page in pages]
    for is_top in (True, False):
        copies = {page: number for number, page in reversed([*enumerate(map(tuple, lines))])}
        edges = [_edge(page, is_top) if copies[tuple(page)] == number else [] for number, page in enumerate(lines)]
        running = _running(edges, _FEWEST_PAGES if len(pages) > _FEWEST_PAGES else 2)
        said: set[str | _Line] = set(_said_elsewhere(pages, running) if running else ())
        order = range(len(lines)) if is_top else reversed(range(len(lines)))
        for page in order:
            gone = []
            for line in edges[page]:
                if (page, line) not in running:
                    break
                title = running[page, line]
                gone.append(line.is_page_number or title in said)
                said.add(title)
            lines[page] = _without(lines[page], gone, is_top)
    return ["\n".join(page).strip() for page in lines]


def _edge(lines: Sequence[str], is_top: bool) -> list[_Line]:
    """The outermost lines of a page, from the edge inwards; none of a page that has hardly more than these."""
    outer = lines if is_top else lines[::-1]
    words = [line.strip() for line in outer if line.strip()]
    edge = words[: min(_EDGE_LINES, len(words) - 1)]
    return [_Line(_NUMBER.sub("0", w).casefold(), tuple(int(n) for n in _NUMBER.findall(w)[:9])) for w in edge]


def _running(edges: Sequence[Sequence[_Line]], fewest: int) -> dict[tuple[int, _Line], str | _Line]:
    """The title of each running line, by its page and itself: without its numbers where they count the pages."""
    pages: dict[str, list[tuple[int, _Line]]] = defaultdict(list)
    for page, edge in enumerate(edges):
        for line in dict.fromkeys(edge):
            if line.is_page_number or (len(line.masked) <= _MAX_CHARACTERS and not _ENDS_SENTENCE.search(line.masked)):
                pages[line.masked].append((page, line))
    running: dict[tuple[int, _Line], str | _Line] = {}
    for found in pages.values():
        if len(found) >= fewest:
            running |= {one: one[1].masked for one in _counting(found, fewest)}
            running |= {one: one[1] if one[1].numbers else one[1].masked for one in _same(found, fewest)}
    return running


def _same(found: Sequence[tuple[int, _Line]], fewest: int) -> Iterable[tuple[int, _Line]]:
    """Those of the lines of one form that say the same."""
    same = Counter(line.numbers for _, line in found)
    return (one for one in found if same[one[1].numbers] >= fewest and not one[1].is_page_number)


def _counting(found: Sequence[tuple[int, _Line]], fewest: int) -> Iterable[tuple[int, _Line]]:
    """Those of the lines of one form that count the pages."""
    titled = not found[0][1].is_page_number
    least = max(fewest, _FEWEST_NUMBERED) if titled else fewest
    for place in range(len(found[0][1].numbers)):
        offsets = Counter(_offset(page, line, place) for page, line in found)
        for (offset, _), count in offsets.items():
            is_near = offset == 1 if fewest < _FEWEST_PAGES else not titled or abs(offset) <= _FARTHEST_NUMBER
            if count >= least and is_near:
                yield from (one for one in found if _offset(*one, place)[0] == offset)


def _offset(page: int, line: _Line, place: int) -> tuple[int, tuple[int, ...]]:
    """The distance of the number in this place to the page's, and the other numbers."""
    numbers = line.numbers
    return numbers[place] - page, (*numbers[:place], *numbers[place + 1 :])


def _said_elsewhere(pages: Sequence[str], running: Iterable[tuple[int, _Line]]) -> set[str]:
    """The titles among the running lines that the text has more often than they run."""
    counts = Counter(line.masked for _, line in running if not line.is_page_number and not line.numbers)
    text = "\n".join(pages).casefold() if counts else ""
    return {title for title, count in counts.items() if text.count(title) > count}


def _without(lines: Sequence[str], gone: Sequence[bool], is_top: bool) -> list[str]:
    """The page's lines without those at the edge that are gone, and a blank one below those that stay.

    `gone`: for each running line, from the edge inwards.
    """
    kept: list[str] = []
    left = list(gone)
    for line in lines if is_top else reversed(lines):
        if not left or (line.strip() and not left.pop(0)):
            kept.append(line)
        if not left and kept and len(kept) == gone.count(False):
            kept.append("")
    return kept if is_top else kept[::-1]


_OPEN_END = re.compile(r"[^\W_]$|[,;(–—-]$|[^\W_][\"'”’)\]]$")
_BROKEN_WORD = re.compile(r"[^\W\d_]{2,40}-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FULL_SHARE = 0.8  # of the longest line of its page: a line that goes on, where a script has no small letters


def joined(pages: Sequence[str]) -> tuple[tuple[int, ...], str]:
    """The start of each page, and the whole text. An empty page starts where the next one does.

    A blank line stands between pages, a line end where a sentence goes on; a word that is broken between them is whole.
    """
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    written = 0  # pages whose start is known
    for number, page in enumerate(pages):
        if not page:
            continue
        if parts:
            gap = _gap(parts[-1], page, pages)
            if not gap:
                parts[-1] = parts[-1][:-1]
                length -= 1
            parts.append(gap)
            length += len(gap)
        starts += [length] * (number + 1 - written)
        written = number + 1
        parts.append(page)
        length += len(page)
    return (*starts, *[length] * (len(pages) - written)), "".join(parts)


def _gap(before: str, page: str, pages: Sequence[str]) -> str:
    """What to put between two pages; nothing where they break a word, whose hyphen is to go."""
    last, first = before[before.rfind("\n") + 1 :], _FIRST_WORD.match(page)
    if first and page[0].islower():
        if broken := _BROKEN_WORD.search(last):
            compound = broken[0] + first[0]
            return "\n" if any(compound in each for each in pages) else ""
        return "\n" if _OPEN_END.search(last) else "\n\n"
    goes_on = _UNSPACED.match(page) and _UNSPACED.match(last[-1:]) and not page.startswith("第")
    longest = max(map(len, before.split("\n")))
    return "\n" if goes_on and len(last) >= _FULL_SHARE * longest else "\n\n"
