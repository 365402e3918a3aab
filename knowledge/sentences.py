"""Where sentences begin and end, in any language that marks them."""

import re

from knowledge.spans import Span, trimmed

# After a full stop a sentence only ends before a space and something that can begin one; the marks of Chinese,
# Japanese and Hindi end it wherever they stand.
_END = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s+[^\sa-z])|[。！？｡।]+[”’」』）]*|\n[ \t]*\n|\n(?=[ \t]*(?:[-*+•|>#]|\d+[.)])[ \t])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|al|approx|cf|Co|Dr|e\.g|eq|Eq|etc|Fig|fig|Figs|i\.e|Inc|Jr|Mr|Mrs|Ms|No|no|pp|Prof|Ref|Sec|St|vol|vs))\.$"
)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """(start, end) of each sentence of `text[start:end]`, without the white space around it, in order."""
    stop = len(text) if end is None else end
    spans, begin = [], start
    for match in _END.finditer(text, start, stop):
        if not _ABBREVIATION.search(text, max(begin, match.end() - 12), match.end()):
            spans.append((begin, match.end()))
            begin = match.end()
    spans.append((begin, stop))
    return [kept for a, b in spans if (kept := trimmed(text, a, b))]
