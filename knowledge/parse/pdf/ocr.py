"""The only module that recognises text in pictures: RapidOCR with the models of PaddleOCR that it carries."""

from __future__ import annotations

import io
import os
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from knowledge.document import Document
from knowledge.parse.input import Unreadable, printable, read_file
from knowledge.parse.pdf.pdf import joined, opened_pdf

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

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
_MAX_DETECTION_PIXELS = 1760  # of the picture in which lines are looked for: an A4 page at 150 dpi


class Recogniser:
    """Text of pictures, in Chinese, Japanese and the languages in Latin script. Its models load at the first one."""

    def text(self, image: Image) -> str:
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
                "Det.limit_side_len": _MAX_DETECTION_PIXELS,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )


SECONDS_PER_PAGE = 60.0  # a dense page takes 10 to 15 s of CPU time; the machine may have other things to do
MAX_SECONDS = 1800.0

_DPI = 150  # finds as many words as 200 does, and more than 100 on pages with small print
_POINTS_PER_INCH = 72
_MAX_PIXELS = 100_000_000
_MAX_SIDE_PIXELS = 4000


def seconds_for(pages: int) -> float:
    """How long the recognition of so many pages may take."""
    return min(pages * SECONDS_PER_PAGE, MAX_SECONDS)


def recognise(path: Path, recogniser: Recogniser) -> Document:
    """The pages' text, recognised; pages that the time does not suffice for are empty.

    Metadata: `ocr`, and `pages_recognised` where these are not all. Raises Unreadable where there is no text.
    """
    data = read_file(path)
    started = time.monotonic()
    texts: list[str] = []
    with _pdf_pages(data) if b"%PDF-" in data[:1024] else _image_pages(data) as (count, images):
        for image in images:
            texts.append(recogniser.text(image))
            mean_seconds = (time.monotonic() - started) / len(texts)
            if mean_seconds * (len(texts) + 1) > seconds_for(count):
                break
    if not any(texts):
        raise Unreadable("no text in it, as far as it can be recognised")
    starts, text = joined([*texts, *[""] * (count - len(texts))])
    partial = {"pages_recognised": len(texts), "pages": count} if len(texts) < count else {}
    return Document(text=text, title=printable(path.stem), page_starts=starts, metadata={"ocr": True, **partial})


@contextmanager
def _pdf_pages(data: bytes) -> Iterator[tuple[int, Iterator[Image]]]:
    with opened_pdf(data) as pdf:
        count = len(pdf)
        yield count, (_rendered(pdf[number]) for number in range(count))


def _rendered(page: PdfPage) -> Image:
    longest = max(page.get_size()) or 1.0
    image: Image = page.render(scale=min(_DPI / _POINTS_PER_INCH, _MAX_SIDE_PIXELS / longest)).to_pil()
    return image.convert("RGB")


@contextmanager
def _image_pages(data: bytes) -> Iterator[tuple[int, Iterator[Image]]]:
    """The pages of a TIFF; of other images the first frame, as further ones are those of a film."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        with Pillow.open(io.BytesIO(data)) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            yield count, (_frame(image, number) for number in range(count))
    except (
        UnidentifiedImageError,
        Pillow.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
    ) as error:
        raise Unreadable("damaged image, or one of an unknown kind", "Save it as PNG or JPEG.") from error


def _frame(image: Image, number: int) -> Image:
    from PIL import ImageOps

    image.seek(number)
    if image.width * image.height > _MAX_PIXELS:
        raise Unreadable(f"an image of more than {_MAX_PIXELS // 1_000_000} megapixels", "Save a smaller copy.")
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
    return upright
