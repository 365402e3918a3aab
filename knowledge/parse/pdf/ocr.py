"""Text recognition (OCR) of images and scanned PDFs by RapidOCR, page by page, as far as the time allows.

The only module that imports RapidOCR; its wheel carries the models of PaddleOCR.
"""

from __future__ import annotations

import io
import os
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.pdf import opened_pdf
from knowledge.parse.pdf.running import joined
from knowledge.parse.pdf.scans import seconds_for

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 150  # finds as many words as 200 does, and more than 100 on pages with small print
_POINTS_PER_INCH = 72
_MAX_PIXELS = 100_000_000
_MAX_SIDE_PIXELS = 4000
_MAX_DETECTION_SIDE_PIXELS = 1760  # of the copy in which lines are looked for: an A4 page at 150 dpi
_MAX_THREADS = 4


def recognise(data: bytes, name: str) -> Document:
    """The pages' text, recognised; pages that the time does not suffice for are empty.

    Metadata: `ocr`, and `pages_recognised` where these are not all. Raises Unreadable where there is no text.
    """
    started = time.monotonic()
    texts: list[str] = []
    with _pdf_pages(data) if b"%PDF-" in data[:1024] else _image_pages(data) as (count, images):
        for image in images:
            texts.append(recognise_image(image))
            mean_seconds = (time.monotonic() - started) / len(texts)
            if mean_seconds * (len(texts) + 1) > seconds_for(count):
                break
    if not any(texts):
        raise Unreadable("no text could be recognised in it")
    starts, text = joined([*texts, *[""] * (count - len(texts))])
    partial = {"pages_recognised": len(texts), "pages": count} if len(texts) < count else {}
    return Document(text=text, title=name, page_starts=starts, metadata={"ocr": True, **partial})


@contextmanager
def _pdf_pages(data: bytes) -> Iterator[tuple[int, Iterator[Image]]]:
    def rendered(number: int) -> Image:
        page = pdf[number]
        scale = min(_DPI / _POINTS_PER_INCH, _MAX_SIDE_PIXELS / (max(page.get_size()) or 1.0))
        image: Image = page.render(scale=scale).to_pil()
        return image.convert("RGB")

    with opened_pdf(data) as pdf:
        yield len(pdf), map(rendered, range(len(pdf)))


@contextmanager
def _image_pages(data: bytes) -> Iterator[tuple[int, Iterator[Image]]]:
    """The pages of a TIFF; of other images the first frame, as further ones are those of an animation."""
    from PIL import Image as Pillow, ImageOps, UnidentifiedImageError

    damage = (UnidentifiedImageError, Pillow.DecompressionBombError, OSError, ValueError, SyntaxError, struct.error)

    def frame(number: int) -> Image:
        image.seek(number)
        if image.width * image.height > _MAX_PIXELS:
            raise Unreadable(f"an image of more than {_MAX_PIXELS // 1_000_000} megapixels", "Save a smaller copy.")
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
        return upright

    try:
        with Pillow.open(io.BytesIO(data)) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            yield count, map(frame, range(count))
    except damage as error:
        raise Unreadable("damaged image, or one of an unknown kind", "Save it as PNG or JPEG.") from error


def recognise_image(image: Image) -> str:
    """The words in the picture in reading order, in Chinese, Japanese and languages in Latin script; "" if none."""
    found = _engine()(np.asarray(image)[:, :, ::-1])  # blue, green, red
    boxes, texts = found.boxes, found.txts
    if boxes is None or not texts:
        return ""
    corners = ((*box.min(axis=0), *box.max(axis=0)) for box in boxes)
    return in_reading_order([TextLine(text, *map(float, box)) for text, box in zip(texts, corners, strict=True)])


@cache
def _engine() -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when ONNX Runtime is loaded, which reports to its maker
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            # As it is set up, small pictures are enlarged: a line of text then takes ten times as long, in pieces.
            "Det.limit_type": "max",
            "Det.limit_side_len": _MAX_DETECTION_SIDE_PIXELS,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(os.cpu_count() or 1, _MAX_THREADS),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


_MIN_COLUMN_SHARE = 0.25  # of the width; narrower ones are those of a table, which is read by its rows
_MIN_COLUMN_LINES = 4
_PARAGRAPH_GAP = 0.8  # of a line's height


@dataclass(frozen=True, slots=True)
class TextLine:
    """Some words and the box around them, in pixels from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


Edge = Callable[[TextLine], float]


def in_reading_order(lines: Sequence[TextLine]) -> str:
    """The text: column by column where there are columns, else row by row, with blank lines between paragraphs."""
    if not lines:
        return ""
    return "\n\n".join(_paragraphs(lines, median(line.bottom - line.top for line in lines)))


def _paragraphs(lines: Sequence[TextLine], height: float) -> list[str]:
    """Recursive X-Y cut (Nagy and Seth, 1984), which cuts between columns before it cuts between rows."""
    columns = _split(lines, attrgetter("left"), attrgetter("right"), height)
    bands = _split(lines, attrgetter("top"), attrgetter("bottom"), _PARAGRAPH_GAP * height)
    for groups in (columns if _are_columns(columns) else [], bands):
        if len(groups) > 1:
            return [paragraph for group in groups for paragraph in _paragraphs(group, height)]
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=attrgetter("middle")):
        if not rows or line.middle - rows[-1][0].middle > height / 2:
            rows.append([])
        rows[-1].append(line)
    return ["\n".join(" ".join(line.text for line in sorted(row, key=attrgetter("left"))) for row in rows)]


def _split(lines: Sequence[TextLine], start: Edge, end: Edge, gap: float) -> list[list[TextLine]]:
    """Lines in the order of their `start`, cut where an empty band wider than `gap` follows every `end` before it."""
    groups: list[list[TextLine]] = []
    reach = float("-inf")
    for line in sorted(lines, key=start):
        if start(line) - reach > gap:
            groups.append([])
        groups[-1].append(line)
        reach = max(reach, end(line))
    return groups


def _are_columns(columns: Sequence[Sequence[TextLine]]) -> bool:
    """Tell if each has several lines and a fair share of the width; a narrow one is a column of a table."""
    lefts = [min(line.left for line in column) for column in columns]
    rights = [max(line.right for line in column) for column in columns]
    least_width = _MIN_COLUMN_SHARE * (max(rights) - min(lefts))
    return all(
        len(column) >= _MIN_COLUMN_LINES and right - left >= least_width
        for column, left, right in zip(columns, lefts, rights, strict=True)
    )
