"""Turns the bytes of tokens into text that can be shown: whole characters, and nothing beyond a stop string."""

import codecs
from collections.abc import Sequence


class Utf8Stream:
    """Decodes UTF-8 that arrives in arbitrary cuts. Bytes that are no UTF-8 become U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        """The characters completed by `data`; the bytes of a begun one wait for the rest."""
        return self._decoder.decode(data)

    @property
    def waiting(self) -> bool:
        """Whether a character has begun and not ended."""
        return bool(self._decoder.getstate()[0])


class StopFilter:
    """Passes text on up to the first stop string, holding back what may be the beginning of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What may be shown now. Sets `stopped` once a stop string is complete; nothing is shown after that."""
        if not self._stops or self.stopped:
            return "" if self.stopped else text
        text = self._held + text
        found = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        cut = self._safe_end(text)
        self._held = text[cut:]
        return text[:cut]

    def flush(self) -> str:
        """The text still held back, at the end of an answer that no stop string ended."""
        held, self._held = self._held, ""
        return held

    def _safe_end(self, text: str) -> int:
        """Where the longest tail of `text` begins that a stop string begins with; its end when there is none."""
        for at in range(max(0, len(text) - self._longest + 1), len(text)):
            if any(stop.startswith(text[at:]) for stop in self._stops):
                return at
        return len(text)
