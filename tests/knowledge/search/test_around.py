"""What stands around a passage in its document, as it was indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errors import AppError
from knowledge.library import Library
from knowledge.passage import Passage
from knowledge.search.around import AROUND_CHARACTERS, read_around

pytestmark = pytest.mark.timeout(30)
TEXT = "# House\n\n" + "".join(
    f"## Room {n}\n\nRoom {n} has {n} windows. {'It is bright. ' * 20}\n\n" for n in range(9)
)
ROOM = "Room 4 has 4 windows."

Open = Callable[[str], tuple[Library, Path]]


@pytest.fixture
def open_with(tmp_path: Path) -> Iterator[Open]:
    """Opens a library over one file of this text."""
    opened: list[Library] = []

    def open_with(text: str) -> tuple[Library, Path]:
        path = tmp_path / "notes" / "house.md"
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        opened.append(Library(tmp_path / "home", lambda name: None))
        opened[-1].add_folder(path.parent)
        opened[-1].sync()
        return opened[-1], path

    yield open_with
    for library in opened:
        library.close()


def passage_at(path: Path, text: str, start: int, length: int = 6) -> Passage:
    words = text[start : start + length]
    return Passage(chunk_id=1, path=path, text=words, start=start, end=start + len(words))


def test_both_sides_are_read_in_order_each_below_its_heading(open_with: Open) -> None:
    library, path = open_with(TEXT)
    found = read_around(library, passage_at(path, TEXT, TEXT.index(ROOM), len(ROOM)))
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(TEXT[one.start : one.end] == one.text for one in found)
    said = "".join(one.text for one in found)
    assert "Room 3 has 3 windows." in said and "Room 5 has 5 windows." in said
    assert ROOM not in said
    assert len(said) <= 2 * AROUND_CHARACTERS
    assert {one.heading[0] for one in found} == {"House"}


@pytest.mark.parametrize("text", ["Alone.", "word " * 2_000, "字" * 5_000])
def test_a_text_without_lines_is_cut_all_the_same(open_with: Open, text: str) -> None:
    library, path = open_with(text)
    found = read_around(library, passage_at(path, text, len(text) // 2))
    assert all(text[one.start : one.end] == one.text for one in found)
    assert sum(len(one.text) for one in found) <= 2 * AROUND_CHARACTERS


def test_of_a_document_that_has_changed_nothing_is_read(open_with: Open) -> None:
    library, path = open_with(TEXT)
    assert read_around(library, Passage(chunk_id=1, path=path, text="other", start=0, end=5)) == ()


def test_a_document_that_is_gone_is_an_error(open_with: Open) -> None:
    library, _ = open_with(TEXT)
    with pytest.raises(AppError, match="not indexed"):
        read_around(library, Passage(chunk_id=1, path=Path("/gone.md"), text="x", start=0, end=1))
