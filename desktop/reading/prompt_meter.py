"""How much of a prompt a model has read, and how long the rest will take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.language import tr

if TYPE_CHECKING:
    from engines import Usage

_LEAST_SECONDS = 1.0  # a rest that takes less is not told


class PromptMeter:
    """Turns counts that come in batches into an even progress: between two batches it goes on at the same speed.

    `text`: for people, "" where nothing is being read. `share`: of the prompt, from 0 to 1.
    """

    def __init__(self) -> None:
        self.text, self.share = "", 0.0
        self._first: tuple[float, int] | None = None  # seconds and tokens, when reading began
        self._last = (0.0, 0)  # when the last batch was noticed

    def note(self, usage: Usage, now: float, usual_speed: float) -> None:
        """Take the counts at a moment in seconds. `usual_speed`: tokens/s, until it is measured; 0: unknown."""
        left = usage.prompt_tokens - usage.read_tokens
        if left <= 0 or usage.output_tokens:
            self.text = ""
            return
        if self._first is None or usage.read_tokens < self._last[1]:  # or another prompt is read
            self._first = self._last = now, usage.read_tokens
        if usage.read_tokens > self._last[1]:
            self._last = now, usage.read_tokens
        speed = self._speed() or usual_speed
        read = min(usage.read_tokens + speed * (now - self._last[0]), usage.prompt_tokens - 1)
        self.share = read / usage.prompt_tokens
        self.text = tr("Reading {read} of {total} tokens", read=int(read), total=usage.prompt_tokens)
        if speed and (seconds := (usage.prompt_tokens - read) / speed) >= _LEAST_SECONDS:
            self.text += tr(" · about {duration}", duration=_duration(seconds))

    def _speed(self) -> float:
        """Tokens per second of the batches so far; 0 before the first has ended."""
        if self._first is None or self._last[1] == self._first[1]:
            return 0.0
        return (self._last[1] - self._first[1]) / (self._last[0] - self._first[0])


def _duration(seconds: float) -> str:
    return tr("{count:.0f} s", count=seconds) if seconds < 90 else tr("{count:.0f} min", count=seconds / 60)
