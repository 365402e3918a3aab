"""The curves of a run: a row of CSV for each step, and a picture of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

_SIZE, _LEFT, _RIGHT, _TOP, _BOTTOM = (960, 540), 80, 30, 50, 60  # pixels
_MARKS = 5  # on each axis
_BACKGROUND, _INK, _GRID, _TRAIN, _HELD_OUT = "#ffffff", "#222222", "#dddddd", "#2a6fdb", "#d1495b"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """`step`: from 1. `loss`: nats per answer token, as `held_out_loss`, which is None where none was measured.

    `seconds`: of the step.
    """

    step: int
    loss: float
    learning_rate: float
    tokens: int
    seconds: float
    held_out_loss: float | None = None


class Curves:
    """The points of a run, kept in a CSV file. `upto`: a run goes on after this step; later points are dropped."""

    def __init__(self, file: Path, upto: int) -> None:
        self._file = file
        self.points = [point for point in _read(file) if point.step <= upto] if upto else []
        draft = file.with_name(f".{file.name}.half")
        draft.write_text(_as_csv([tuple(one.name for one in fields(CurvePoint)), *map(astuple, self.points)]), "utf-8")
        draft.replace(file)

    def add(self, point: CurvePoint) -> None:
        """Append a point."""
        self.points.append(point)
        with self._file.open("a", encoding="utf-8", newline="") as file:
            file.write(_as_csv([astuple(point)]))

    def draw(self, file: Path) -> None:
        """Write a PNG of both losses over the steps."""
        draft = file.with_name(f".{file.name}.half")
        draft.write_bytes(_picture(self.points))
        draft.replace(file)


def _as_csv(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _read(file: Path) -> list[CurvePoint]:
    """The points of the file; of a half-written last line nothing."""
    if not file.exists():
        return []
    points = []
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            try:
                points.append(_point(row))
            except (TypeError, ValueError):
                break
    return points


def _point(row: dict[str, str]) -> CurvePoint:
    held_out = float(row["held_out_loss"]) if row["held_out_loss"] else None
    rate, seconds = float(row["learning_rate"]), float(row["seconds"])
    return CurvePoint(int(row["step"]), float(row["loss"]), rate, int(row["tokens"]), seconds, held_out)


def _picture(points: Sequence[CurvePoint]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # of the extra `tune`

    image = Image.new("RGB", _SIZE, _BACKGROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(15)
    train = [(one.step, one.loss) for one in points]
    held_out = [(one.step, one.held_out_loss) for one in points if one.held_out_loss is not None]
    losses = [loss for _, loss in (*train, *held_out)] or [1.0]
    low, high, last = min(0.0, *losses), max(losses) or 1.0, max(2, len(points) and points[-1].step)

    def place(step: float, loss: float) -> tuple[float, float]:
        across = (step - 1) / (last - 1) * (_SIZE[0] - _LEFT - _RIGHT)
        return _LEFT + across, _TOP + (high - loss) / (high - low) * (_SIZE[1] - _TOP - _BOTTOM)

    for mark in range(_MARKS + 1):
        loss, step = low + (high - low) * mark / _MARKS, 1 + (last - 1) * mark / _MARKS
        draw.line([place(1, loss), place(last, loss)], _GRID)
        draw.text((_LEFT - 8, place(1, loss)[1]), f"{loss:.2f}", _INK, font, anchor="rm")
        draw.text((place(step, low)[0], _SIZE[1] - _BOTTOM + 8), f"{step:,.0f}", _INK, font, anchor="mt")
    draw.text((_SIZE[0] / 2, _SIZE[1] - 10), "step", _INK, font, anchor="mb")
    draw.text((_LEFT, 24), "loss, nats per answer token:", _INK, font, anchor="lm")
    draw.text((_LEFT + 200, 24), "training", _TRAIN, font, anchor="lm")
    draw.text((_LEFT + 270, 24), "held out", _HELD_OUT, font, anchor="lm")
    for line, colour in ((train, _TRAIN), (held_out, _HELD_OUT)):
        if len(line) > 1:
            draw.line([place(*one) for one in line], colour, 2)
        for at in map(lambda one: place(*one), line if colour == _HELD_OUT or len(line) < 2 else ()):
            draw.ellipse((at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4), colour)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
