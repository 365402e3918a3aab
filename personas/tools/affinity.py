"""`affinity`: short notes sorted into groups by the words that they share.

It compares words, not meanings: "sign in fails" and "cannot log on" share none. It is the first sort, that people go on
with: an affinity diagram (Kawakita's KJ method) is made by talking about the notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from personas.tools.tool import Figure, Tool, ToolArgumentInvalid, ToolResult, given_inputs, parameter

_MARKER = re.compile(r"^\s*(?:[-*+•–]|\d{1,3}[.)])\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")  # scripts without spaces: two letters are about a word
_ENDINGS = ("ing", "edly", "ed", "es", "s", "ly")
_LEAST_STEM = 3  # letters
_MOST_SHARE = 0.6  # of the notes: a word in more of them tells no group from another
_FEW_NOTES = 6  # of so few, a word in all of them is a group
_STOP = frozenset(
    """a about after again all also am an and any are as at be because been before but by can cannot can't could did do
    does doesn't don't for from get gets got had has have he her him his how i i'd i'm if in into is isn't it it's its
    just like me more most much my no not of off on one only or other our out over really same she should so some than
    that the their them then there these they this those to too under until up us very want wants was wasn't we were
    what when where which while who why will with without would you your user users participant participants""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityInputs:
    """The notes."""

    notes: str = parameter("Short notes, one a line, or between semicolons.")


def affinity(inputs: AffinityInputs) -> ToolResult:
    """Groups of two notes and more, the largest first. Raises ToolArgumentInvalid for fewer than three notes."""
    notes = split_notes(inputs.notes)
    if len(notes) < 3:
        raise ToolArgumentInvalid("Sorting needs three notes at least", f"There are {len(notes)}; write one a line.")
    groups, rest = group_notes(notes)
    blocks = [f"**{name}** ({len(members)})\n" + "\n".join(f"- {note}" for note in members) for name, members in groups]
    if rest:
        blocks.append(f"**Not grouped** ({len(rest)})\n" + "\n".join(f"- {note}" for note in rest))
    figures = (
        Figure(name="notes", value=len(notes)),
        Figure(name="groups", value=len(groups)),
        Figure(name="not grouped", value=len(rest), note="share no telling word with another"),
    )
    says = (
        f"{len(notes)} notes in {len(groups)} group{'s' * (len(groups) != 1)}, by the words that they share, not by"
        " what they mean: go on by hand from here."
    )
    return ToolResult(
        tool="affinity", inputs=given_inputs(inputs), figures=figures, says=says, text="\n\n".join(blocks)
    )


def split_notes(text: str) -> list[str]:
    """The notes of a text without the marks of a list."""
    lines = text.replace("\\n", "\n").splitlines() if "\n" in text or "\\n" in text else text.split(";")
    return [note for line in lines if (note := _MARKER.sub("", line).strip())]


def group_notes(notes: Sequence[str]) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Groups with their names, and the notes without one.

    The word that most of the notes left share makes the next group, until none is shared; of words shared by as many,
    the longer one tells more.
    """
    words = [_stems(note) for note in notes]
    shared = Counter(stem for stems in words for stem in stems)
    most = len(notes) if len(notes) <= _FEW_NOTES else max(2, round(_MOST_SHARE * len(notes)))
    left, groups = list(range(len(notes))), list[tuple[str, list[str]]]()
    while True:
        counted = Counter(stem for at in left for stem in words[at] if shared[stem] <= most)
        best = min(counted, key=lambda stem: (-counted[stem], -len(stem), stem), default="")
        if not best or counted[best] < 2:
            break
        members = [at for at in left if best in words[at]]
        groups.append((_name(best, [words[at] for at in members]), [notes[at] for at in members]))
        left = [at for at in left if at not in members]
    return groups, [notes[at] for at in left]


def _name(best: str, members: Sequence[dict[str, str]]) -> str:
    """The word of a group, and a second one that all of its notes have."""
    also = sorted(stem for stem in members[0] if stem != best and all(stem in one for one in members))
    forms = [Counter(one[stem] for one in members).most_common(1)[0][0] for stem in (best, *also[:1])]
    return " · ".join(form.capitalize() for form in forms)


def _stems(note: str) -> dict[str, str]:
    """The telling words of a note: stem → the form that it has there."""
    stems = dict[str, str]()
    for run in _WIDE.findall(note):
        stems |= {run[at : at + 2]: run[at : at + 2] for at in range(len(run) - 1)}
    for word in _WORD.findall(_WIDE.sub(" ", note).casefold()):
        if word not in _STOP and len(word) > 1:
            stems.setdefault(_stem(word), word)
    return stems


def _stem(word: str) -> str:
    """A word without its English ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e") if len(word) > _LEAST_STEM else word


AFFINITY = Tool("affinity", "Sort short notes into groups by the words that they share.", AffinityInputs, affinity)
