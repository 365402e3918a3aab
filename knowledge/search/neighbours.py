"""Passages that were cut out of one section: found beside each other, or cut where the text goes on."""

import re

from knowledge.search.places import Place

# Two chunks of 240 tokens, in English; more would crowd out the other passages of an answer.
JOINED_CHARS = 2_400
_WIDEST_GAP_CHARS = 8  # white space between two chunks; what else may stand there is not looked up
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_ROW = re.compile(r"\s*\|")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:。！？：；।][\"'”’»」』）)\]*_`]*$")


def adjoin(before: Place, after: Place) -> bool:
    """Whether `after` begins where `before` ends, in one section of one file, and both are short enough to join."""
    return (
        before.section == after.section
        and 0 <= after.start - before.end <= _WIDEST_GAP_CHARS
        and after.end - before.start <= JOINED_CHARS
    )


def may_go_on(text: str) -> bool:
    """Whether the text looks cut: it ends in a table, a list, a code block or within a sentence."""
    last = text.rstrip().rpartition("\n")[2]
    in_code = len(_FENCE.findall(text)) % 2 == 1
    return bool(in_code or _ROW.match(last) or _ITEM.match(last) or not _SENTENCE_END.search(last))


def goes_on(text: str, after: str) -> bool:
    """Whether `after` is the rest of what `text` ends in: rows after a row, items after an item, code, a sentence."""
    last, first = text.rstrip().rpartition("\n")[2], after.lstrip().partition("\n")[0]
    if len(_FENCE.findall(text)) % 2 == 1:
        return True
    for kind in (_ROW, _ITEM):
        if kind.match(last) or kind.match(first):
            return bool(kind.match(last) and kind.match(first))
    return not _SENTENCE_END.search(last) and first[:1].islower()
