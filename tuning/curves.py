"""The curves of a run: a row of CSV for each step."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path


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
