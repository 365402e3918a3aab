"""Topics that a persona refuses, by words and phrases in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.guards.normal import BEGINS, ENDS, normalise


def refused_topic(question: str, topics: Sequence[str]) -> str:
    """The first topic whose words the question has, in any case and with any spaces; "" for none."""
    text = " ".join(normalise(question).text.casefold().split())
    for topic in topics:
        words = r"\s+".join(map(re.escape, topic.casefold().split()))
        if re.search(f"{BEGINS}{words}{ENDS}", text):
            return topic
    return ""
