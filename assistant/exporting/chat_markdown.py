"""Turns as Markdown: questions as headings, answers, and a footnote for each source with its file, place and quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.values import Citation, Claim, Turn
    from knowledge import Passage

# Fenced code to its end, or code within a line: a number in brackets is an index there.
_CODE = re.compile(r"(^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![(:])")
_DOUBT_MARK = "doubt"


def chat_markdown(turns: Sequence[Turn], title: str) -> str:
    """A chat below its title."""
    parts = [_turn_parts(turn, f"{number}-") for number, turn in enumerate(turns, 1)]
    return "\n\n".join([f"# {_one_line(title)}", *(part for some in parts for part in some)]) + "\n"


def answer_markdown(turn: Turn) -> str:
    """An answer with its footnotes, without its question."""
    return "\n\n".join(_answer_parts(turn, "")) + "\n"


def _turn_parts(turn: Turn, prefix: str) -> Iterator[str]:
    first, _, rest = turn.question.strip().partition("\n")
    yield f"## {_one_line(first)}"
    if rest.strip():
        yield rest.strip()
    yield from _answer_parts(turn, prefix)


def _answer_parts(turn: Turn, prefix: str) -> Iterator[str]:
    """The answer and its footnotes, whose names begin with `prefix`."""
    doubtful = turn.doubtful
    text = _with_doubts(turn.answer, doubtful, prefix)
    cited = {n: [each for each in turn.citations if each.n == n] for n in _numbers(text) if n <= len(turn.passages)}
    yield _with_footnotes(text, cited, prefix).strip() or "(no answer)"
    notes = [f"[^{prefix}{n}]: {source_text(turn.passages[n - 1], quotes)}" for n, quotes in sorted(cited.items())]
    notes += [f"[^{prefix}{_DOUBT_MARK}{at}]: {claim.says}." for at, claim in enumerate(doubtful, 1)]
    if notes:
        yield "\n".join(notes)


def source_text(passage: Passage, citations: Iterable[Citation]) -> str:
    """`**tea.md**, Tea › Green, p. 3: “brewed at 80 degrees”`, on one line."""
    citations = tuple(citations)
    source = citations[0] if citations else passage
    places = [" › ".join(map(_one_line, source.heading)), f"p. {source.page}" if source.page else ""]
    place = ", ".join([f"**{_one_line(passage.path.name)}**", *filter(None, places)])
    quotes = " … ".join(f"“{_one_line(each.quote)}”" for each in citations)
    return f"{place}: {quotes}" if quotes else place


def _with_doubts(answer: str, doubtful: Sequence[Claim], prefix: str) -> str:
    for at, claim in reversed([*enumerate(doubtful, 1)]):
        answer = f"{answer[: claim.end].rstrip()}[^{prefix}{_DOUBT_MARK}{at}]{answer[claim.end :]}"
    return answer


def _numbers(text: str) -> list[int]:
    found = (match for stretch in _prose(text) for match in _CITATION.finditer(stretch))
    return [int(number) for match in found for number in match[1].split(",")]


def _with_footnotes(text: str, cited: dict[int, list[Citation]], prefix: str) -> str:
    """The text with each marker of a source as a reference to its footnote; other numbers stay as they are."""

    def footnotes(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        known = all(number in cited for number in numbers)
        return "".join(f"[^{prefix}{number}]" for number in numbers) if known else match[0]

    pieces, last = [], 0
    for code in _CODE.finditer(text):
        pieces += [_CITATION.sub(footnotes, text[last : code.start()]), code[0]]
        last = code.end()
    return "".join([*pieces, _CITATION.sub(footnotes, text[last:])])


def _prose(text: str) -> Iterator[str]:
    last = 0
    for code in _CODE.finditer(text):
        yield text[last : code.start()]
        last = code.end()
    yield text[last:]


def _one_line(text: str) -> str:
    return " ".join(text.split())
