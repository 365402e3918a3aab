"""Text recognition (OCR) of images and scanned PDFs, page by page, as far as the time allows."""

import io
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.document import Document
from knowledge.parse.input import Unreadable, printable, read_file
from knowledge.parse.pdf.ocr import Recogniser
from knowledge.parse.pdf.pdf import joined, opened_pdf

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

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
def _pdf_pages(data: bytes) -> "Iterator[tuple[int, Iterator[Image]]]":
    with opened_pdf(data) as pdf:
        count = len(pdf)
        yield count, (_rendered(pdf[number]) for number in range(count))


def _rendered(page: "PdfPage") -> "Image":
    longest = max(page.get_size()) or 1.0
    image: Image = page.render(scale=min(_DPI / _POINTS_PER_INCH, _MAX_SIDE_PIXELS / longest)).to_pil()
    return image.convert("RGB")


@contextmanager
def _image_pages(data: bytes) -> "Iterator[tuple[int, Iterator[Image]]]":
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


def _frame(image: "Image", number: int) -> "Image":
    from PIL import ImageOps

    image.seek(number)
    if image.width * image.height > _MAX_PIXELS:
        raise Unreadable(f"an image of more than {_MAX_PIXELS // 1_000_000} megapixels", "Save a smaller copy.")
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
    return upright
