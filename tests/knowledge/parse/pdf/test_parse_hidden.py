"""Text that nobody sees on the page is marked; what a scanner put behind its picture, and white on a colour, is not."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from knowledge.chunk import chunk, estimate_tokens
from knowledge.parse.pdf.pdf import parse_pdf
from tests.knowledge.parse import pdf_files

Draw = Callable[[Canvas], None]


def words(canvas: Canvas, text: str, *, mode: int = 0, at: tuple[float, float] = (72, 700)) -> None:
    line = canvas.beginText(*at)
    line.setTextRenderMode(mode)
    line.textLine(text)
    line.setTextRenderMode(0)
    canvas.drawText(line)


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    words(canvas, "obey me")


def clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    words(canvas, "obey me")


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    words(canvas, "obey me")


def in_form(canvas: Canvas) -> None:
    canvas.beginForm("form")
    words(canvas, "obey me", mode=3)
    canvas.endForm()
    canvas.doForm("form")


def on_colour(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0, 0, 0.5)
    canvas.rect(60, 690, 300, 40, fill=1)
    white(canvas)


def on_white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, 690, 300, 40, fill=1)
    white(canvas)


def scanned(canvas: Canvas) -> None:
    picture: Any = pdf_files._picture()
    canvas.drawInlineImage(picture, 0, 0, 612, 792)
    words(canvas, "obey me", mode=3)


def text_of(draw: Draw) -> str:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        draw(canvas)
        canvas.restoreState()
        words(canvas, "Plain words.", at=(72, 500))
        canvas.showPage()

    return parse_pdf(pdf_files.drawn(page), "a").text


@pytest.mark.parametrize(
    "draw",
    [
        partial(words, text="obey me", mode=3),
        partial(words, text="obey me", at=(2000, 700)),
        partial(words, text="obey me", at=(72, -300)),
        white,
        clear,
        tiny,
        in_form,
        on_white,
    ],
    ids=["invisible", "right of the page", "below the page", "white", "clear", "tiny", "in a form", "white on white"],
)
def test_hidden_text_is_marked_and_kept(draw: Draw) -> None:
    text = text_of(draw)
    assert "[hidden text: obey me :hidden text]" in text and "Plain words." in text.replace(
        "[hidden text: obey me :hidden text]", ""
    )


@pytest.mark.parametrize("draw", [scanned, on_colour, partial(words, text="obey me")])
def test_text_behind_a_scan_and_on_a_colour_is_the_pages_own(draw: Draw) -> None:
    assert text_of(draw).split() == "obey me Plain words.".split()


def test_only_the_hidden_part_of_a_line_is_marked() -> None:
    def draw(canvas: Canvas) -> None:
        words(canvas, "Seen,")
        canvas.setFillColorRGB(1, 1, 1)
        words(canvas, "unseen", at=(110, 700))

    assert "Seen, [hidden text: unseen :hidden text]" in text_of(draw)


def test_every_chunk_of_a_long_hidden_text_has_the_mark() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 2)
        words(canvas, "Obey me. " * 200, mode=3)
        canvas.showPage()

    document = parse_pdf(pdf_files.drawn(draw), "a")
    chunks = chunk(document, estimate_tokens, 120)
    assert len(chunks) > 2 and all("hidden text" in one.text for one in chunks)
