"""Text recognition: with the extra `ocr`, and what is said without it."""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from knowledge.parse import Unreadable, parse
from knowledge.parse.pdf.ocr import recognise
from knowledge.parse.pdf.scans import NeedsRecognition
from knowledge.parse.process.parser_process import ParserProcess
from tests.knowledge.parse import pdf_files

needs_ocr = [
    pytest.mark.ocr,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra `ocr` is not installed"),
]


def without_extra(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(Unreadable) as caught:
        parse(path)
    return f"{caught.value.reason} | {caught.value.hint}"


@pytest.mark.parametrize("name", ["a.png", "a.JPG", "a.jpeg", "a.webp", "a.tiff", "a.bmp", "a.gif"])
def test_an_image_without_the_extra_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n")

    assert without_extra(tmp_path / name, monkeypatch).startswith(
        "an image: reading it needs text recognition, which `make ocr` installs"
    )


def test_a_scan_without_the_extra_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_files.pdf([[]], image=True))

    assert without_extra(tmp_path / "a.pdf", monkeypatch).startswith(
        "a scan: reading it needs text recognition, which `make ocr` installs"
    )


def picture(*lines: str) -> Any:
    """Black words on white."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (800, 40 + 60 * len(lines)), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((30, 30 + 60 * number), line, fill="black", font=ImageFont.load_default(size=36))
    return image


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess() as process:
        yield process


class TestWithTheExtra:
    pytestmark = needs_ocr

    def test_the_words_of_an_image_are_read(self, parser: ParserProcess, tmp_path: Path) -> None:
        picture("The heron waits", "in the reeds").save(tmp_path / "a.png")
        document = parser.parse(tmp_path / "a.png")

        assert document.text.split() == "The heron waits in the reeds".split()
        assert document.metadata == {"ocr": True}

    def test_every_page_of_a_scan_is_read_and_keeps_its_number(self, parser: ParserProcess, tmp_path: Path) -> None:
        pages = [picture("First page"), picture("Second page")]
        pages[0].save(tmp_path / "a.pdf", save_all=True, append_images=pages[1:])
        document = parser.parse(tmp_path / "a.pdf")

        assert document.text == "First page\n\nSecond page"
        assert recognise((tmp_path / "a.pdf").read_bytes(), "a").page_starts == (0, 12)

    def test_every_page_of_a_tiff_is_read(self, parser: ParserProcess, tmp_path: Path) -> None:
        pages = [picture("First page"), picture("Second page")]
        pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])

        assert parser.parse(tmp_path / "a.tif").text == "First page\n\nSecond page"

    def test_a_picture_without_words_says_so(self, parser: ParserProcess, tmp_path: Path) -> None:
        picture().save(tmp_path / "a.png")

        with pytest.raises(Unreadable, match="no text could be recognised in it"):
            parser.parse(tmp_path / "a.png")

    def test_a_damaged_image_says_so(self, parser: ParserProcess, tmp_path: Path) -> None:
        picture("words").save(tmp_path / "a.png")
        (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:300])

        with pytest.raises(Unreadable, match="damaged image"):
            parser.parse(tmp_path / "a.png")

    def test_parsing_here_only_says_that_recognition_is_needed(self, tmp_path: Path) -> None:
        picture("words").save(tmp_path / "a.png")

        with pytest.raises(NeedsRecognition, match="an image: it needs text recognition"):
            parse(tmp_path / "a.png")
