"""The only module that recognises text in pictures: RapidOCR with the models of PaddleOCR that it carries."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_MIN_COLUMN_SHARE = 0.25  # of the width; narrower ones are those of a table, which is read by its rows
_MIN_COLUMN_LINES = 4
_PARAGRAPH_GAP = 0.8  # of a line's height


@dataclass(frozen=True, slots=True)
class Line:
    """Some words and the box around them, in pixels from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def in_reading_order(lines: Sequence[Line]) -> str:
    """The text: column by column where there are columns, else row by row, with blank lines between paragraphs."""
    if not lines:
        return ""
    height = median(line.bottom - line.top for line in lines)
    return "\n\n".join(_paragraphs(lines, height))


def _paragraphs(lines: Sequence[Line], height: float) -> list[str]:
    """Recursive X-Y cut (Nagy and Seth, 1984), which cuts between columns before it cuts between rows."""
    columns = _columns(lines, height)
    if len(columns) > 1:
        return [paragraph for column in columns for paragraph in _paragraphs(column, height)]
    blocks = _split(sorted(lines, key=lambda line: line.top), _PARAGRAPH_GAP * height)
    if len(blocks) > 1:
        return [paragraph for block in blocks for paragraph in _paragraphs(block, height)]
    return ["\n".join(_rows(lines, height))]


def _split(lines: Sequence[Line], gap: float) -> list[list[Line]]:
    """Lines from top to bottom, cut where nothing stands in a band of the height `gap`."""
    blocks: list[list[Line]] = []
    bottom = float("-inf")
    for line in lines:
        if not blocks or line.top - bottom > gap:
            blocks.append([])
        blocks[-1].append(line)
        bottom = max(bottom, line.bottom)
    return blocks


def _columns(lines: Sequence[Line], height: float) -> list[list[Line]]:
    """Lines from left to right, cut where a band as wide as a line is high is empty from top to bottom."""
    columns: list[list[Line]] = []
    right = float("-inf")
    for line in sorted(lines, key=lambda line: line.left):
        if not columns or line.left - right > height:
            columns.append([])
        columns[-1].append(line)
        right = max(right, line.right)
    width = right - min(line.left for line in lines)
    return columns if all(_is_column(column, width) for column in columns) else [list(lines)]


def _is_column(lines: Sequence[Line], width: float) -> bool:
    own_width = max(line.right for line in lines) - min(line.left for line in lines)
    return len(lines) >= _MIN_COLUMN_LINES and own_width >= _MIN_COLUMN_SHARE * width


def _rows(lines: Sequence[Line], height: float) -> list[str]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        if not rows or _middle(line) - _middle(rows[-1][0]) > height / 2:
            rows.append([])
        rows[-1].append(line)
    return [" ".join(line.text for line in sorted(row, key=lambda line: line.left)) for row in rows]


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


_MAX_THREADS = 4
_MAX_SIDE_PIXELS = 1760  # of the picture in which lines are looked for: an A4 page at 150 dpi


class Recogniser:
    """Text of pictures, in Chinese, Japanese and the languages in Latin script. Its models load at the first one."""

    def text(self, image: "Image") -> str:
        """The words in the picture in reading order; "" where there are none."""
        import numpy as np

        found = self._engine(np.asarray(image)[:, :, ::-1])  # blue, green, red
        boxes, texts = found.boxes, found.txts
        if boxes is None or not texts:
            return ""
        lines = [
            Line(text, *map(float, (*box.min(axis=0), *box.max(axis=0))))
            for text, box in zip(texts, boxes, strict=True)
        ]
        return in_reading_order(lines)

    @cached_property
    def _engine(self) -> Any:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when ONNX Runtime is loaded, which reports to its maker
        from rapidocr import RapidOCR

        threads = min(os.cpu_count() or 1, _MAX_THREADS)
        return RapidOCR(
            params={
                "Global.log_level": "error",
                # As it is set up, small pictures are enlarged: a line of text then takes ten times as long, in pieces.
                "Det.limit_type": "max",
                "Det.limit_side_len": _MAX_SIDE_PIXELS,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
