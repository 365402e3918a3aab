"""Checks of a persona: what would keep it from answering well, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from personas.catalogue import FILE_NAME, KNOWLEDGE
from personas.persona import PersonaInvalid, read_persona_file
from personas.synonyms import read_synonyms

# A passage has 240 tokens, some 180 words: a block of twice as many comes apart at places that nobody chose.
LONGEST_BLOCK_WORDS = 360
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts in which two letters are about a word
_CODE = re.compile(r"`[^`]*`")
_SOURCES = re.compile(r"(?:sources?|references|quellen|출처|来源|參考|参考)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonaProblem:
    """A problem, and the line of the file where it stands, from 1."""

    path: Path
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class _MarkdownPage:
    """The lines of a page: `head` of its front matter, `prose` outside of fenced code, each with its number."""

    path: Path
    head: tuple[str, ...]
    prose: tuple[tuple[int, str], ...]
    lines: int  # of text, that are no heading, code included

    @property
    def headings(self) -> list[str]:
        """The headings, in order."""
        return [found[1] for _, line in self.prose if (found := _HEADING.match(line))]


def check_persona(folder: Path) -> list[PersonaProblem]:
    """Return the problems of a persona and its Markdown pages, in the order of files and lines.

    A file that is no UTF-8 is one; other formats of knowledge are not looked into.
    """
    problems = list(_check_head(folder))
    pages = sorted((folder / KNOWLEDGE).rglob("*.md")) if (folder / KNOWLEDGE).is_dir() else []
    for path in pages:
        try:
            page = _read(path)
        except (OSError, UnicodeDecodeError):
            problems.append(PersonaProblem(path, 1, "it cannot be read as UTF-8 text"))
            continue
        problems += sorted(_check_page(page), key=lambda one: one.line)
    return problems


def _check_head(folder: Path) -> Iterator[PersonaProblem]:
    file = folder / FILE_NAME
    try:
        front, prompt = read_persona_file(file)
    except PersonaInvalid as error:
        yield PersonaProblem(file, _line_of(file, error.problem), error.problem)
        return
    try:
        read_synonyms(folder)
    except PersonaInvalid as error:
        yield PersonaProblem(error.path, 1, error.problem)
    if not prompt:
        yield PersonaProblem(file, _last_line(file), "it has no prompt below its front matter")
    if not front.files and (folder / KNOWLEDGE).is_dir() and any((folder / KNOWLEDGE).iterdir()):
        yield PersonaProblem(file, _line_of(file, "`files`"), "with `files: false`, its knowledge is never read")


def _check_page(page: _MarkdownPage) -> Iterator[PersonaProblem]:
    if page.lines <= 1:
        yield PersonaProblem(page.path, 1, "it has one line of text at most")
    has_source = any(line.startswith("source:") and line.split(":", 1)[1].strip() for line in page.head)
    if not has_source and not any(_SOURCES.match(heading) for heading in page.headings):
        yield PersonaProblem(page.path, 1, "it names no source: add `source:` to its front matter, or `## Sources`")
    for number, line in page.prose:
        for target in _LINK.findall(_CODE.sub("", line)):
            if problem := _dead(page, target):
                yield PersonaProblem(page.path, number, problem)
    yield from _long_blocks(page)


def _long_blocks(page: _MarkdownPage) -> Iterator[PersonaProblem]:
    """Blocks of prose without a blank line or a heading; the rows of a table are cut one by one."""
    first = words = last = 0
    for number, line in (*page.prose, (0, "")):
        is_text = bool(line.strip()) and not _HEADING.match(line) and not line.lstrip().startswith("|")
        if is_text and (not words or number == last + 1):
            first, words, last = first if words else number, words + _words(line), number
            continue
        if words > LONGEST_BLOCK_WORDS:
            advice = f"break blocks of over {LONGEST_BLOCK_WORDS} words with blank lines or headings"
            yield PersonaProblem(page.path, first, f"a block of {words} words: {advice}")
        first, words, last = (number, _words(line), number) if is_text else (0, 0, 0)


def _words(line: str) -> int:
    return len(_WIDE.sub(" ", line).split()) + len(_WIDE.findall(line)) // 2


def _dead(page: _MarkdownPage, target: str) -> str:
    """Why a link leads nowhere; "" where it leads somewhere, or out of the persona."""
    name, _, anchor = unquote(target).partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return ""
    path = page.path.parent / name if name else page.path
    if not path.exists():
        return f"its link to {name} leads nowhere"
    if anchor and path.suffix == ".md" and anchor not in {_slug(heading) for heading in _read(path).headings}:
        return f"{path.name} has no heading #{anchor}"
    return ""


def _slug(heading: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()))


def _read(path: Path) -> _MarkdownPage:
    lines = path.read_text("utf-8-sig").splitlines()
    closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    end = closing if lines and lines[0].rstrip() == "---" else 0
    prose: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines[end + 1 if end else 0 :], end + 2 if end else 1):
        found = _FENCE.match(line)
        if found and (not fence or found[1] == fence):
            fence = "" if fence else found[1]
        elif not fence:
            prose.append((number, line))
    body = lines[end + 1 if end else 0 :]
    text = sum(bool(line.strip()) and not _HEADING.match(line) for line in body)
    return _MarkdownPage(path, tuple(lines[1:end]), tuple(prose), text)


def _line_of(file: Path, problem: str) -> int:
    """The line of the key in backquotes that a problem begins with, or the line that it names; else the first."""
    if named := re.search(r"line (\d+)", problem):
        return int(named[1])
    key = re.match(r"`(\w+)`", problem)
    lines = file.read_text("utf-8", "replace").splitlines() if file.is_file() else []
    return next((at for at, line in enumerate(lines, 1) if key and line.startswith(f"{key[1]}:")), 1)


def _last_line(file: Path) -> int:
    return max(1, len(file.read_text("utf-8", "replace").splitlines()))
