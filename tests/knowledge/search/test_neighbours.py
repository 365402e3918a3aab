from pathlib import Path

import pytest

from knowledge.ledger.rows import ChunkLocation
from knowledge.library import Library
from knowledge.search.selection import JOINED_CHARS, are_adjacent, is_continued, looks_cut
from tests.knowledge.note_files import write


def location(start: int, end: int, file_id: int = 1, heading: str = '["A"]') -> ChunkLocation:
    return ChunkLocation(file_id=file_id, raw_path="/a.md", raw_heading=heading, start=start, end=end, hash=b"")


def test_neighbours_of_one_section_adjoin() -> None:
    assert are_adjacent(location(0, 100), location(102, 200))


@pytest.mark.parametrize(
    "other",
    [
        location(150, 200),
        location(50, 200),
        location(102, 200, file_id=2),
        location(102, 200, heading='["B"]'),
        location(102, JOINED_CHARS + 1),
    ],
)
def test_chunks_apart_or_of_other_sections_do_not_adjoin(other: ChunkLocation) -> None:
    assert not are_adjacent(location(0, 100), other)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| 3 | 4 |"),
        ("Buy:\n\n- tea", "- milk\n- sugar"),
        ("1. one", "2. two"),
        ("```\nx = 1", "y = 2\n```"),
        ("The kettle stands on the", "stove."),
        ("It is made of three parts:", "Water, leaves, and time."),
        ("**You need:**", "- a kettle"),
        ("需要三样：", "- 水"),
    ],
)
def test_what_is_cut_goes_on(text: str, after: str) -> None:
    assert looks_cut(text) and is_continued(text, after)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("The kettle is hot.", "the tea too"),
        ("| 1 | 2 |", "The table above."),
        ("- tea", "The list above."),
        ("```\nx\n```", "Then:"),
        ("A title", "A sentence."),
        ("茶很热。", "水也热。"),
    ],
)
def test_what_is_whole_does_not_go_on(text: str, after: str) -> None:
    assert not is_continued(text, after)


def test_what_leads_to_a_list_is_no_passage_without_it(tmp_path: Path) -> None:
    lead = "A samovar that has stood in the cellar over winter is brought back into service. " * 3
    steps = "\n".join(f"- step {n}: {'rinse it well and let it drip ' * 4}" for n in range(6))
    write(tmp_path / "notes", "tea.md", f"# Notes\n\n{lead * 2}\n\n{lead}Do this, in order:\n\n{steps}\n")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(tmp_path / "notes")
    library.sync()
    [first] = library.searcher.search("samovar brought back into service after winter", k=1).passages
    assert "in order:\n\n- step 0" in first.text
    library.close()
