"""Ends an answer that repeats itself, as small models do until their limit; for every engine, over its text.

A loop is a text that is made of copies of its own end. Its third copy is held back as it comes: shown where the answer
goes on otherwise, dropped where it is a loop.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from engines.protocol import Finish, Piece, Reply, Sampling, Usage

# (copies, characters in all of them): either makes a loop. A refrain, "no, no, no" and "la la la" have fewer.
_PROSE_LOOPS = ((4, 100), (3, 300))
# Of code, tables, rows of signs and of numbers, where the same line may well stand ten times.
_OTHER_LOOPS = ((10, 1_000),)
_WINDOW = 8_192  # characters looked back on: a loop of 2,000 each shows in three copies of a usual answer
_LINE = 256  # characters of a line looked at for counters, which stand at its beginning or are short
_STEP = 32  # characters between two looks, however large the pieces are that come
_ANCHOR = 48  # characters: longer copies are found by their last ones, shorter ones by trying each length
_MOST_ANCHORS = 8  # earlier places of the anchor that are tried
_LEAST_LETTERS = 0.5  # of the characters of prose that are not white space
# What differs between the copies of a loop that counts: `3. Check the valve`, `Check the valve [3].`
_COUNTER = re.compile(r"^[\s|*#>(-]*\d+|\[\d+(?:, ?\d+)*\]?", re.MULTILINE)
_DIGIT = re.compile(r"\d")
_SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*(?=\s)|[。！？]|\n")
_WORD_END = re.compile(r"(?=\s)")


class RepetitionFilter:
    """Tells how much of a stream may be shown; see the module. The work of a character does not grow with the text."""

    def __init__(self) -> None:
        self.stopped = False
        self._text = ""  # the last characters, each digit of a counter as 0
        self._before = 0  # characters before them
        self._fences = 0  # of code, so far

    def feed(self, text: str) -> int:
        """The number of characters, from the first of the stream, that may be shown now.

        Sets `stopped` where they are all that shall be shown.
        """
        shown = self._before + len(self._text)
        for at in range(0, len(text), _STEP):
            self._append(text[at : at + _STEP])
            shown = self._look()
            if self.stopped:
                break
        return shown

    def _append(self, text: str) -> None:
        line = self._text.rfind("\n") + 1
        at = max(line, len(self._text) - _LINE)
        inside = "." if at > line else ""  # of a line, so that this is not taken for its beginning
        last = _COUNTER.sub(lambda counter: _DIGIT.sub("0", counter[0]), inside + self._text[at:] + text)
        self._fences += last.count("```") - self._text.count("```", at)
        self._text = self._text[:at] + last[len(inside) :]
        if len(self._text) > 2 * _WINDOW:
            self._before += len(self._text) - _WINDOW
            self._text = self._text[-_WINDOW:]

    def _look(self) -> int:
        """The characters to show, by the loops that the text may end with."""
        end = len(self._text)
        for length in self._lengths():
            start = self._start(length)
            held = start + 2 * length
            if held >= len(self._text):
                continue
            if self._is_loop(length, len(self._text) - start):
                self.stopped = True
                return self._before + self._cut(held, length)
            end = min(end, held)
        return self._before + end

    def _lengths(self) -> Iterator[int]:
        """The lengths, ascending, of texts that the text ends with twice."""
        text = self._text
        for length in range(1, min(_ANCHOR, len(text) // 2 + 1)):
            if text[-length:] == text[-2 * length : -length]:
                yield length
        anchor, at = text[-_ANCHOR:], len(text) - _ANCHOR
        for _ in range(_MOST_ANCHORS):
            at = text.rfind(anchor, 0, max(0, at + _ANCHOR - 1))
            length = len(text) - _ANCHOR - at
            if at < 0 or 2 * length > len(text):
                return
            if length >= _ANCHOR and text[-length:] == text[-2 * length : -length]:
                yield length

    def _start(self, length: int) -> int:
        """Where the copies of the last `length` characters begin, be the first of them whole or not."""
        text, at = self._text, len(self._text) - 2 * length
        while at >= length and text[at - length : at] == text[at : at + length]:
            at -= length
        while at > 0 and text[at - 1] == text[at - 1 + length]:
            at -= 1
        return at

    def _is_loop(self, length: int, characters: int) -> bool:
        unit = self._text[-length:]
        loops = _PROSE_LOOPS if self._fences % 2 == 0 and _is_prose(unit) else _OTHER_LOOPS
        return any(characters >= max(copies * length, least) for copies, least in loops)

    def _cut(self, at: int, length: int) -> int:
        """The end of the sentence, else of the word, in which the third copy begins."""
        copy = self._text[at : at + length]
        found = _SENTENCE_END.search(copy) or _WORD_END.search(copy)
        return at + (found.end() if found else 0)


def _is_prose(unit: str) -> bool:
    """True if most of its signs are letters, and none of its lines is a row of a table."""
    signs = [character for character in unit if not character.isspace()]
    letters = sum(unicodedata.category(character)[0] in "LM" for character in signs)
    return letters >= _LEAST_LETTERS * len(signs) > 0 and "|" not in unit


def end_repetition(reply: Reply, sampling: Sampling) -> Reply:
    """The reply, which ends where it repeats itself if `sampling` says so; what follows a grammar never does."""
    return _EndingReply(reply) if sampling.stop_repetition and not sampling.grammar else reply


class _EndingReply:
    """A reply whose `finish` is `repetition` where it was ended."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._filter = RepetitionFilter()
        self._held: deque[Piece] = deque()
        self._shown = 0  # characters
        self._tokens = 0  # that came, whether shown or not

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once, without what is held back."""
        stream = iter(self._reply)
        try:
            for piece in stream:
                self._held.append(piece)
                self._tokens += piece.tokens
                yield from self._release(self._filter.feed(piece.text))
                if self._filter.stopped:
                    self._reply.stop()
                    late = sum(one.tokens for one in stream)
                    self._tokens += late
                    yield replace(piece, text="", tokens=late + sum(one.tokens for one in self._held))
                    return
        except Exception:
            yield from self._held  # which was written before the failure
            raise
        else:
            yield from self._held
        finally:
            self._reply.stop()

    def stop(self) -> None:
        """Stop the reply."""
        self._reply.stop()

    @property
    def finish(self) -> Finish:
        """The reply's reason, or `repetition`."""
        return "repetition" if self._filter.stopped else self._reply.finish

    @property
    def usage(self) -> Usage:
        """The reply's counts, with the tokens that were dropped; a server may have sent more by then."""
        usage = self._reply.usage
        return replace(usage, output_tokens=self._tokens) if self._filter.stopped else usage

    def _release(self, shown: int) -> Iterator[Piece]:
        """The pieces up to this character of the stream; of a piece across it, the first part with all its tokens."""
        while (self._held and (room := shown - self._shown) > 0) or (self._held and not self._held[0].text):
            piece = self._held.popleft()
            if len(piece.text) > room:
                self._held.appendleft(replace(piece, text=piece.text[room:], tokens=0))
                piece = replace(piece, text=piece.text[:room])
            self._shown += len(piece.text)
            yield piece
