"""Separates a model's thoughts from its answer, by the markers that the families of models write around them.

A marker is one where it opens the message, begins a line or closes a thought. In code, in quotation marks and within a
line it is text: an answer may explain `<think>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.protocol import PieceKind, Sampling
from engines.thought_markers import (
    AFTER_HEADER,
    ANSWER_BEGINS,
    ANYWHERE,
    FINAL,
    FINAL_ENDS,
    HEADER_ENDS,
    HEADERS,
    IN_ANSWER,
    LOWER_CLOSINGS,
    MARKED,
    MESSAGE_ENDS,
    PAIRS,
    START,
    WRAPPERS,
    Markers,
    opened_thought,
)

_CHANNEL, _RECIPIENT = re.compile(r"<\|channel\|>\s*(\w*)"), re.compile(r"\bto=(\w+)")
_FENCE = re.compile(r"(?m)^ {0,3}(?:```|~~~)")
_QUOTING = "`\"'“‘«„"
_HEADER_CHARACTERS = 200  # a longer one is none


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message. `recasts`: all of the answer before it was a thought too, and comes before its text."""

    text: str
    kind: PieceKind = "answer"
    recasts: bool = False


def thought_room(sampling: Sampling, prompt: str, room: int) -> int:
    """The most tokens of thoughts for a reply of a model that may think. `room`: the window's behind the prompt.

    At least half of the room, or as much as the answer may take, is left for the answer.
    """
    if sampling.grammar or not sampling.max_tokens:
        return 0
    most = max(room - sampling.max_tokens, room // 2)
    if sampling.thinking_tokens:
        return min(most, sampling.thinking_tokens)
    return most if sampling.thinks or opened_thought(prompt) else min(most, sampling.max_tokens)


class ThoughtSplitter:
    """Splits one message, however its text is cut. Text without a marker passes at once."""

    def __init__(self, prompt: str = "") -> None:
        """`prompt`: what the model was given; its end may have opened a thought, or a message of Harmony's."""
        self._closings = opened_thought(prompt)
        self._in_header = False
        self._after_start = prompt.rstrip().endswith(START)
        self._fresh = True  # nothing but white space since the last marker
        self._thought = False  # there was one
        self._trailers: tuple[str, ...] = ()  # markers that end the answer
        self._header = ""
        self._held = ""
        self._start = 0  # what is held before is text
        self._before: list[str] = []  # of the answer, or the last of the thought
        self._closing_markers = Markers(self._closings) if self._closings else IN_ANSWER

    @property
    def is_thinking(self) -> bool:
        """True while a thought is open, or the header of a message."""
        return bool(self._closings) or self._in_header

    @property
    def closing(self) -> str:
        """The text that closes the open thought and begins the answer, in the words of the model; "" where none is."""
        if not self._closings:
            return ""
        if _CHANNEL.search(self._header):
            return f"<|end|>{START}<|channel|>final{HEADER_ENDS}"
        if self._header:
            return f"<|eom|>{START} to=user{HEADER_ENDS}"
        closing = "<|end|>" if "<|end|>" in self._closings else self._closings[0]
        return closing + ANSWER_BEGINS.get(closing, "\n\n")

    def note_thought(self) -> None:
        """Record that thoughts came by another way: the answer that follows begins with its first word."""
        self._thought = True

    def feed(self, text: str) -> list[Part]:
        """The parts that are certain now."""
        if not self._held and not self._fresh and not self._in_header and not MARKED.search(text):
            self._before.append(text)
            return [Part(text, "thought" if self._closings else "answer")] if text else []
        self._held += text
        parts: list[Part] = []
        while self._advance(parts):
            pass
        return parts

    def flush(self) -> list[Part]:
        """What is held back, at the end of the message."""
        held, self._held = self._held, ""
        if self._in_header and not self._thought and "".join(self._before).strip():  # it was none
            return [Part(self._header + held)]
        if self._in_header or (self._fresh and (self._thought or self._closings) and not held.strip()):
            return []
        return [Part(held, "thought" if self._closings else "answer")] if held else []

    def _advance(self, parts: list[Part]) -> bool:
        """Take what is certain from what is held; False where more text must come first."""
        if self._in_header:
            return self._read_header(parts)
        if self._fresh and not self._begin():
            return False
        if self._in_header:
            return True
        markers = self._closing_markers if self._closings else IN_ANSWER
        found = markers.find(self._held, self._start)
        if found is None:
            self._take(markers.begun_at(self._held, self._start), parts)
            return False
        before = self._held[: found.start()]
        if self._act(found[0].lower(), before, parts):
            self._held, self._start = self._held[found.end() :], 0
        else:
            self._start = found.end()
        return True

    def _begin(self) -> bool:
        """At the beginning of a part: False while only white space is there. It goes where a marker came before."""
        stripped = self._held.lstrip()
        if self._closings or self._thought:
            self._held = stripped
        if self._after_start and not self._closings and "to=".startswith(stripped[:3]):
            if len(stripped) >= 3:
                self._in_header, self._held = True, stripped
            return len(stripped) >= 3
        return bool(stripped)

    def _take(self, end: int, parts: list[Part]) -> None:
        """Give out what is held before `end`."""
        text, self._held, self._start = self._held[:end], self._held[end:], 0
        if text.strip() or (text and not self._fresh):
            self._fresh = False
            self._before.append(text)
            parts.append(Part(text, "thought" if self._closings else "answer"))
        else:
            self._held = text + self._held

    def _act(self, marker: str, before: str, parts: list[Part]) -> bool:
        """Do what a marker says; False where it is text."""
        if self._closings:
            if _is_quoted("".join(self._before[-3:]) + before):
                return False
            self._end_thought(marker, before, parts)
            return True
        said = "".join(self._before) + before
        if _in_code(said):
            return False
        if marker in self._trailers:
            self._give(before, "answer", parts)
            self._begin_answer()
        elif marker in HEADERS and (marker != HEADER_ENDS or not said.strip()):
            self._give(before, "answer", parts)
            self._in_header, self._header = True, marker
        elif opening := _opening(marker, said):
            self._give(before, "answer", parts)
            self._begin_thought(PAIRS[opening])
        elif wrapper := self._wrapper(marker, before):
            self._trailers, self._thought = (WRAPPERS[wrapper].lower(),), True
        else:
            return self._recast(marker, before, said, parts)
        return True

    def _recast(self, marker: str, before: str, said: str, parts: list[Part]) -> bool:
        """Close a thought whose opening stood in the prompt of a server."""
        if marker not in LOWER_CLOSINGS or _is_quoted(said) or (said.endswith(" ") and marker.replace("/", "") in said):
            return False
        if said.strip():
            parts.append(Part(before, "thought", recasts=True))
        self._end_thought(marker, "", parts)
        return True

    def _read_header(self, parts: list[Part]) -> bool:
        found = AFTER_HEADER.find(self._header + self._held, 0)
        if found is None:
            if len(self._header) + len(self._held) > _HEADER_CHARACTERS:  # it is none
                self._in_header, self._fresh = False, False
                self._held, self._start, self._header = self._header + self._held, len(self._header), ""
                return True
            return False
        whole = self._header + self._held
        header, self._held = whole[: found.start()], whole[found.end() :]
        channel, recipient = _CHANNEL.search(header), _RECIPIENT.search(header)
        self._in_header, self._start, self._after_start = False, 0, False
        if (channel[1] == "final") if channel else (recipient is None or recipient[1] == "user"):
            self._begin_answer()
            self._trailers, self._thought = MESSAGE_ENDS, True
        else:
            self._begin_thought(MESSAGE_ENDS)
            self._header = header
        return True

    def _begin_thought(self, closings: tuple[str, ...]) -> None:
        self._closings, self._closing_markers = closings, Markers(closings)
        self._header, self._fresh, self._thought, self._before = "", True, True, []

    def _end_thought(self, marker: str, before: str, parts: list[Part]) -> None:
        self._give(before, "thought", parts)
        self._begin_answer()
        if marker == FINAL.lower():
            self._trailers = (FINAL_ENDS.lower(),)

    def _begin_answer(self) -> None:
        self._closings, self._header, self._fresh, self._thought = (), "", True, True
        self._trailers, self._before = (), []

    def _give(self, text: str, kind: PieceKind, parts: list[Part]) -> None:
        if text and (text.strip() or not self._fresh):
            self._before.append(text)
            parts.append(Part(text, kind))

    def _wrapper(self, marker: str, before: str) -> str:
        """The wrapper that a marker opens around an answer; "" where it is text."""
        if not self._fresh or before.strip() or not (self._thought or "|" in marker):
            return ""
        return next((one for one in WRAPPERS if one.lower() == marker), "")


_LOWER_PAIRS = {opening.lower(): opening for opening in PAIRS}


def _opening(marker: str, said: str) -> str:
    """The marker if it opens a thought behind what was said; "" where it does not."""
    opening = _LOWER_PAIRS.get(marker, "")
    line = said.rpartition("\n")[2]
    return opening if opening in ANYWHERE or (not line.strip() and len(line) <= 3) else ""


def _is_quoted(before: str) -> bool:
    return bool(before) and before[-1] in _QUOTING and not before.endswith("```")


def _in_code(before: str) -> bool:
    line = before.rpartition("\n")[2]
    return len(_FENCE.findall(before)) % 2 == 1 or line.count("`") % 2 == 1 or line.endswith("`")
