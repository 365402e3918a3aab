"""The picture of a run's curves, as PNG. The one module that imports Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tuning.curves import CurvePoint

_SIZE, _LEFT, _RIGHT, _TOP, _BOTTOM = (960, 540), 80, 30, 50, 60  # pixels
_MARKS = 5  # on each axis
_BACKGROUND, _INK, _GRID, _TRAIN, _HELD_OUT = "#ffffff", "#222222", "#dddddd", "#2a6fdb", "#d1495b"


def draw_curves(points: Sequence[CurvePoint], file: Path) -> None:
    """Write a PNG of both losses over the steps."""
    draft = file.with_name(f".{file.name}.half")
    _Picture(points).image.save(draft, "PNG")
    draft.replace(file)


class _Picture:
    def __init__(self, points: Sequence[CurvePoint]) -> None:
        self.image = Image.new("RGB", _SIZE, _BACKGROUND)
        self._draw, self._font = ImageDraw.Draw(self.image), ImageFont.load_default(15)
        train = [(one.step, one.loss) for one in points]
        held_out = [(one.step, one.held_out_loss) for one in points if one.held_out_loss is not None]
        self._high = max((loss for _, loss in (*train, *held_out)), default=0.0) or 1.0
        self._last = max([2, *(one.step for one in points)])
        self._draw_axes()
        for line, colour in ((train, _TRAIN), (held_out, _HELD_OUT)):
            places = [self._place(*one) for one in line]
            if len(places) > 1:
                self._draw.line(places, colour, 2)
            for x, y in places if colour == _HELD_OUT or len(places) < 2 else ():
                self._draw.ellipse((x - 4, y - 4, x + 4, y + 4), colour)

    def _place(self, step: float, loss: float) -> tuple[float, float]:
        across = (step - 1) / (self._last - 1) * (_SIZE[0] - _LEFT - _RIGHT)
        return _LEFT + across, _TOP + (1 - loss / self._high) * (_SIZE[1] - _TOP - _BOTTOM)

    def _draw_axes(self) -> None:
        for mark in range(_MARKS + 1):
            loss, step = self._high * mark / _MARKS, round(1 + (self._last - 1) * mark / _MARKS)
            self._draw.line([self._place(1, loss), self._place(self._last, loss)], _GRID)
            self._write(_LEFT - 8, self._place(1, loss)[1], f"{loss:.2f}", "rm")
            self._write(self._place(step, 0)[0], _SIZE[1] - _BOTTOM + 8, f"{step:,}", "mt")
        self._write(_SIZE[0] / 2, _SIZE[1] - 10, "step", "mb")
        self._write(_LEFT, 24, "loss, nats per answer token:", "lm")
        self._write(_LEFT + 200, 24, "training", "lm", _TRAIN)
        self._write(_LEFT + 270, 24, "held out", "lm", _HELD_OUT)

    def _write(self, x: float, y: float, text: str, anchor: str, colour: str = _INK) -> None:
        self._draw.text((x, y), text, colour, self._font, anchor=anchor)
