"""The process that draws pages of PDFs: it keeps the last file open, so that turning a page sends no bytes again."""

from __future__ import annotations

from contextlib import ExitStack

from pypdfium2 import PdfDocument

from knowledge.parse.pdf.page_picture import page_picture
from knowledge.parse.pdf.pdf import opened_pdf
from knowledge.parse.process.page_wire import PagePicture, PictureRequest
from knowledge.parse.process.serve_pictures import serve_pictures


def serve_pages(memory_bytes: int) -> None:
    """Draw pages until the input ends."""
    serve_pictures(memory_bytes, PageDrawer().draw)


class PageDrawer:
    """Draws pages of one file after another."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._pdf: PdfDocument | None = None

    def draw(self, request: PictureRequest, data: bytes) -> PagePicture:
        """The page's picture. Raises Unreadable."""
        if request.is_new or self._pdf is None:
            self._opened.close()
            self._pdf = None
            pdf = self._opened.enter_context(opened_pdf(data))
            pdf.init_forms()
            self._pdf = pdf
        return page_picture(self._pdf, request)
