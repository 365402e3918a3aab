"""The visible text of one HTML element."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.parse.transcript import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = frozenset(
    "area audio base canvas datalist embed frame head iframe link math-annotation meta noembed noframes noscript "
    "object param rp rt script select source style svg template textarea track video".split()
)
_NO_DISPLAY = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"\s+")
# Elements that a browser sets apart from the words beside them.
_APART = frozenset("br button dd div dt hr input label li ol option p td th tr ul".split())


def is_hidden(element: "_Element") -> bool:
    """Whether a browser shows nothing of the element."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if "hidden" in element.attrib:
        return True
    style = element.get("style")
    return bool(style and _NO_DISPLAY.search(style))


def inline_text(text: str | None) -> str:
    """A stretch of running text: line ends in the source are spaces."""
    return _WHITE_SPACE.sub(" ", text) if text else ""


def flat_text(element: "_Element") -> str:
    """All visible text of the element, on one line."""
    return one_line("".join(_visible(element, apart=" ")))


def preformatted_text(element: "_Element") -> str:
    """All visible text of the element, its white space kept and `<br>` as a line end."""
    return "".join(_visible(element, apart="")).removeprefix("\n")


def _visible(root: "_Element", apart: str) -> Iterator[str]:
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield apart if element.tag in _APART else ""
            yield element.tail or "" if element is not root else ""
        elif is_hidden(element):
            walk.skip_subtree()
        else:
            yield apart if element.tag in _APART else ""
            yield "\n" if element.tag == "br" else element.text or ""
