"""Pages of PDFs as pictures from a confined process, the quotation marked where it is printed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from knowledge import Library, PagePicture, PagePictures, PictureUnavailable, QuotedPage
from tests.knowledge.parse.pdf_files import pdf

PAGES = [["Tea", "is brewed at 80 degrees."], ["Coffee is brewed at 96 degrees."]]


@pytest.fixture
def pictures() -> Iterator[PagePictures]:
    made = PagePictures()
    yield made
    made.close()


@pytest.fixture
def drinks(tmp_path: Path) -> Path:
    path = tmp_path / "drinks.pdf"
    path.write_bytes(pdf(PAGES))
    return path


def is_dark(picture: PagePicture, x: int, y: int) -> bool:
    return picture.pixels[y * picture.stride_bytes + x * picture.channels] < 128


def child() -> psutil.Process:
    (found,) = (one for one in psutil.Process().children() if "serve_pages" in " ".join(one.cmdline()))
    return found


def test_the_mark_is_where_the_words_are_printed(pictures: PagePictures, drinks: Path) -> None:
    picture = pictures.draw(QuotedPage(drinks, 1, "is brewed at 80 degrees"), 595)
    assert (picture.width_px, picture.height_px, picture.pages) == (595, 842, 2)
    ((left, top, right, bottom),) = picture.marks
    assert left * 595 == pytest.approx(72, abs=2) and bottom * 842 == pytest.approx(842 - 700 + 3, abs=3)
    rows, columns = range(int(top * 842), int(bottom * 842)), range(int(left * 595), int(right * 595))
    assert sum(is_dark(picture, x, y) for y in rows for x in columns) > 50
    assert not any(is_dark(picture, x, y) for y in range(200, 800, 3) for x in range(0, 595, 3))


def test_a_page_is_drawn_without_sending_the_file_again(pictures: PagePictures, drinks: Path) -> None:
    pictures.draw(QuotedPage(drinks, 1), 300)
    sent_bytes = psutil.Process().io_counters().write_chars if hasattr(psutil.Process(), "io_counters") else 0
    second = pictures.draw(QuotedPage(drinks, 2, "Coffee"), 300)
    assert second.marks and second.pages == 2
    if sent_bytes:
        assert psutil.Process().io_counters().write_chars - sent_bytes < 1000


def test_a_file_that_changed_is_drawn_as_it_is_now(pictures: PagePictures, drinks: Path) -> None:
    pictures.draw(QuotedPage(drinks, 1), 300)
    drinks.write_bytes(pdf([["Water"]]))
    assert pictures.draw(QuotedPage(drinks, 1, "Water"), 300).pages == 1


def test_a_page_beyond_the_last_is_the_last(pictures: PagePictures, drinks: Path) -> None:
    assert pictures.draw(QuotedPage(drinks, 9, "Coffee is brewed"), 300).marks


def test_a_page_of_any_size_stays_within_the_pixels_of_a_screen(pictures: PagePictures, drinks: Path) -> None:
    assert len(pictures.draw(QuotedPage(drinks, 1), 60_000).pixels) <= 64_000_000


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", pdf(PAGES, password="secret"), b"plain text"])
def test_a_file_that_cannot_be_drawn_says_so_and_the_next_one_is_drawn(
    pictures: PagePictures, drinks: Path, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(content)
    with pytest.raises(PictureUnavailable, match="This page cannot be shown as a picture"):
        pictures.draw(QuotedPage(broken, 1), 300)
    assert pictures.draw(QuotedPage(drinks, 1), 300).pages == 2


@pytest.mark.skipif(os.name != "posix", reason="uses POSIX signals")
@pytest.mark.logs("The parser died")
def test_a_crash_harms_one_page_only(pictures: PagePictures, drinks: Path) -> None:
    pictures.draw(QuotedPage(drinks, 1), 300)
    process = child()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert pictures.draw(QuotedPage(drinks, 2), 300).pages == 2


def test_the_process_is_confined_and_has_no_secrets(pictures: PagePictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    pictures.start()
    assert pictures.process_ids() == (child().pid,)
    assert "OPENAI_API_KEY" not in child().environ()


def test_a_link_out_of_the_folders_is_not_followed(drinks: Path, tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "link.pdf").symlink_to(drinks)
    library = Library(tmp_path / "library", lambda name: None)
    library.add_folder(watched)
    with pytest.raises(PictureUnavailable, match="leads out of your folders"):
        library.page_picture(QuotedPage(watched / "link.pdf", 1), 300)
    library.close()
