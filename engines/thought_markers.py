"""The markers that the families of models write around their thoughts and their answers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAGS = "think thinking thought thoughts reasoning reflection seed:think mm:think think:opensource".split()
_PIPED = "think thinking thought reasoning".split()
# What opens a thought, and what closes it. Chat templates that ship with llama.cpp have all but the piped tags.
PAIRS: dict[str, tuple[str, ...]] = {
    **{f"<{name}>": (f"</{name}>",) for name in _TAGS},
    "<think>": ("</think>", "</thinking>"),  # some models mix the two up
    "<thinking>": ("</thinking>", "</think>"),
    **{f"<|{name}|>": (f"<|/{name}|>", f"</|{name}|>", f"<|end_{name}|>", "<|end|>") for name in _PIPED},  # Solar
    "<|begin_of_thought|>": ("<|end_of_thought|>",),
    "<|START_THINKING|>": ("<|END_THINKING|>",),  # Cohere
    "[THINK]": ("[/THINK]",),  # Mistral
    "◁think▷": ("◁/think▷",),  # Kimi VL
    "<|channel>thought": ("<channel|>",),  # Gemma 4
    "<|inner_prefix|>": ("<|inner_suffix|>",),  # Apertus
    "<|open|>think<|sep|>": ("<|close|>think<|sep|>",),  # Kimi K3
}
# Apriel; the first stands in its prompt.
_STEPS, FINAL, FINAL_ENDS = "Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]", "[END FINAL RESPONSE]"
# What some write around the answer behind a thought.
WRAPPERS = {
    "<response>": "</response>",
    "<answer>": "</answer>",
    "<|START_RESPONSE|>": "<|END_RESPONSE|>",
    "<|START_TEXT|>": "<|END_TEXT|>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
    "<|begin|>assistant<|content|>": "<|end|>",
    "<|content|>": "<|end|>",
    "<|open|>response<|sep|>": "<|close|>response<|sep|>",
}
# Harmony, and Muse's like of it: messages with a header that names a channel or a recipient.
START, HEADER_ENDS = "<|start|>assistant", "<|message|>"
HEADERS = ("<|channel|>", START, HEADER_ENDS)
MESSAGE_ENDS = ("<|end|>", "<|eom|>", "<|eot|>", "<|return|>", "<|call|>")
# What follows a closing marker where it is written for the model: see `ThoughtSplitter.closing`.
ANSWER_BEGINS = {
    "<|end|>": "<|begin|>assistant<|content|>",
    "<|close|>think<|sep|>": "<|open|>response<|sep|>",
    "<|END_THINKING|>": "",
    "[/THINK]": "",
    "<channel|>": "",
    "<|inner_suffix|>": "",
}
CLOSINGS = (*dict.fromkeys(one for pair in PAIRS.values() for one in pair if one != "<|end|>"), FINAL)
LOWER_CLOSINGS = frozenset(map(str.lower, CLOSINGS))
EVERY = (*PAIRS, *CLOSINGS, *WRAPPERS, *WRAPPERS.values(), *HEADERS, *MESSAGE_ENDS, FINAL_ENDS)
_BEGINNINGS = "<[◁"  # the first characters of all markers
MARKED = re.compile(f"[{_BEGINNINGS}]")
ANYWHERE = tuple(one for one in PAIRS if not re.fullmatch(r"<[a-z:]+>", one))  # no prose has these
_THINKS = re.compile(r"think|thought|reasoning|<\|channel|inner_prefix|to=self", re.IGNORECASE)


class Markers:
    """Finds some markers in text that may end within one. Upper and lower case are the same."""

    def __init__(self, markers: Iterable[str]) -> None:
        longest_first = sorted(set(markers), key=len, reverse=True)
        self._lower = [marker.lower() for marker in longest_first]
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        self._longest = len(longest_first[0])

    def find(self, text: str, start: int) -> re.Match[str] | None:
        """The first marker at or after `start`."""
        return self._pattern.search(text, start)

    def begun_at(self, text: str, start: int) -> int:
        """Where the end of the text may be the beginning of a marker; the length of the text where it is none."""
        for at in range(max(start, len(text) - self._longest + 1), len(text)):
            if text[at] in _BEGINNINGS and any(marker.startswith(text[at:].lower()) for marker in self._lower):
                return at
        return len(text)


IN_ANSWER = Markers(EVERY)
AFTER_HEADER = Markers((HEADER_ENDS,))


def opened_thought(prompt: str) -> tuple[str, ...]:
    """What closes the thought that a prompt ends with; empty where it ends with none."""
    tail = prompt[-100:].rstrip().lower()
    if tail.endswith(_STEPS.lower()):
        return (FINAL,)
    return next((closings for opening, closings in PAIRS.items() if tail.endswith(opening.lower())), ())


def may_think(template: str) -> bool:
    """True if a chat template, by its source, is of a model that may think."""
    return _THINKS.search(template) is not None


def is_part_of_marker(text: str) -> bool:
    """True if a control token of this text belongs to a marker."""
    return len(text) > 1 and any(text in marker for marker in EVERY)
