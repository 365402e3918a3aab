"""Tags and wiki links in Markdown, as Obsidian, Logseq and other notebooks write them."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from knowledge.document import Metadata

_MAX_FOUND = 1000  # of each kind; what has more is no page but a list
_FOUND = re.compile(
    r"`[^`\n]*`|<!--.*?-->|\]\([^()\n]*\)|<?[a-z][a-z0-9+.-]*://\S+|"  # nothing in code, comments and addresses
    r"\[\[(?P<link>[^\[\]|#^\n]{1,200})[^\[\]\n]*\]\]|"
    r"(?<![\w#&/\\])\#(?P<tag>(?=[\d/-]*[^\W\d])[\w/-]{1,100})",
    re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(r"(?=[a-f]*\d)(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\Z", re.IGNORECASE)
_CODE = re.compile(r" {0,3}(?:```|~~~)| {4}|\t")
_SEPARATORS = re.compile(r"[,\s]+")

Span = tuple[int, int]


def with_tags_and_links(metadata: Metadata, text: str, body_start: int, blocks: Sequence[Span]) -> Metadata:
    """`metadata`, its `tags` joined by those in the body, and the pages that it links to as `links`.

    A tag `a/b` is also an `a`. What stands in code is neither.
    """
    code = [(start, end) for start, end in blocks if _CODE.match(text, start)]
    tags: dict[str, None] = {}
    links: dict[str, None] = {}
    for found in _outside(text, body_start, code):
        if found["link"]:
            links[found["link"].strip()] = None
        elif found["tag"] and not _COLOUR.match(found["tag"]):
            tags.update(dict.fromkeys(_with_parents(found["tag"].strip("/-"))))
    joined = dict(metadata)
    if tags:
        joined["tags"] = tuple(dict.fromkeys([*_listed(metadata.get("tags")), *tags]))[:_MAX_FOUND]
    if links:
        joined.setdefault("links", tuple(links)[:_MAX_FOUND])
    return joined


def _outside(text: str, start: int, code: Sequence[Span]) -> Iterator[re.Match[str]]:
    """What is found from `start` on, but not within the spans of code."""
    starts = [begin for begin, _ in code]
    for found in _FOUND.finditer(text, start):
        block = bisect_right(starts, found.start()) - 1
        if block < 0 or found.start() >= code[block][1]:
            yield found


def _with_parents(tag: str) -> Iterator[str]:
    names = tag.split("/")
    for length in range(len(names), 0, -1):
        yield "/".join(names[:length])


def _listed(stated: object) -> tuple[str, ...]:
    """The front matter's tags, which may be one text with commas, each with or without its `#`."""
    tags = stated if isinstance(stated, tuple) else _SEPARATORS.split(str(stated)) if stated else ()
    return tuple(name for tag in tags if (name := str(tag).strip().removeprefix("#")))
