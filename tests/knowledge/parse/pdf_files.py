"""PDFs for the tests: written by reportlab, or by hand where it would not write what is needed."""

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

Line = tuple[float, float, str]


def pdf(pages: Sequence[Sequence[str]], *, title: str = "", password: str = "", image: bool = False) -> bytes:
    """A PDF with these lines on its pages, from the top down."""

    def draw(canvas: Canvas) -> None:
        canvas.setTitle(title)
        for lines in pages:
            for number, line in enumerate(lines):
                canvas.drawString(72, 720 - 20 * number, line)
            if image:
                canvas.drawInlineImage(_picture(), 72, 72, 200, 200)
            canvas.showPage()

    return drawn(draw, password)


def pdf_with_outline(pages: Sequence[Sequence[str]], outline: Sequence[tuple[int, int, str]]) -> bytes:
    """A PDF whose outline is `outline`: page from 0, level from 0, title; in order of page."""

    def draw(canvas: Canvas) -> None:
        for page, lines in enumerate(pages):
            for number, line in enumerate(lines):
                canvas.drawString(72, 720 - 20 * number, line)
            for entry, (on_page, level, title) in enumerate(outline):
                if on_page == page:
                    canvas.bookmarkPage(f"entry{entry}")
                    canvas.addOutlineEntry(title, f"entry{entry}", level)
            canvas.showPage()

    return drawn(draw)


def drawn(draw: Callable[[Canvas], None], password: str = "") -> bytes:
    """The bytes of a PDF with everything that `draw` puts on its canvas."""
    file = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(file, encrypt=encryption, invariant=1)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def _picture() -> object:
    from PIL import Image

    return Image.new("L", (8, 8), 128)
