"""Chooses passages that say different things: a page that repeats itself must not crowd out the others."""

from collections import Counter
from collections.abc import Sequence

from knowledge.passage import Passage

# How many passages to choose among, for each that is wanted.
BREADTH = 3
# What each passage already chosen from the same file, and from under the same heading, leaves of a score. Chosen on the
# builtin personas' starters: sections of one page give way to other pages of nearly equal score, and to no others.
_SAME_FILE = 0.95
_SAME_HEADING = 0.8


def spread(passages: Sequence[Passage], count: int) -> tuple[Passage, ...]:
    """The `count` passages with the best fused scores, each weighed by how much is chosen of its file and heading."""
    left, chosen = list(passages), list[Passage]()
    files, headings = Counter[object](), Counter[object]()

    def worth(passage: Passage) -> float:
        heading = (passage.path, passage.heading, passage.page)
        return passage.scores.fused * _SAME_FILE ** files[passage.path] * _SAME_HEADING ** headings[heading]

    while left and len(chosen) < count:
        best = max(left, key=worth)
        left.remove(best)
        chosen.append(best)
        files[best.path] += 1
        headings[best.path, best.heading, best.page] += 1
    return tuple(chosen)
