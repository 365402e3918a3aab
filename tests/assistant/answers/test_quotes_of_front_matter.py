"""Front matter is quoted where a question asks for one of its lines, and daily notes where it asks for their day."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answers.quotes import best_quotes
from assistant.values import Citation
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library

pytestmark = pytest.mark.timeout(60)  # the embedder takes a second to open
NOTES = {
    "marta.md": "---\nname: Marta Kowalska\nbirthday: 1984-03-12\ntags: [friend, climbing]\n---\n# Marta\n\n"
    "We met at the climbing hall. She likes dark chocolate.\n",
    "jon.md": "---\nname: Jon Lund\nlanguages:\n  - Danish\n  - Faroese\n---\nJon plays. He has a dog called Bo.\n",
    "ines.md": "---\nname: Ines Duarte\nallergies: walnuts\n---\nWe met in the choir in 2019.\n",
    "kim.md": "---\nname: Kim Park\nbirthday: 2001-05-06\n---\n",
    "라면.md": "---\n조리시간: 4분\n---\n라면은 끓는 물에 면을 넣고 끓인다. 달걀을 넣어도 좋다.\n",
    "2025-03-03.md": "---\ntags: [daily]\n---\nRepaired the bicycle. Lunch with Ada at the harbour.\n",
    "2025-03-04.md": "Rain all day. Wrote to the bank about the mortgage.\n",
    "meter.md": "| date | what happened | gas |\n|---|---|---|\n| 2025-02-03 | read the meter | 4,812 |\n"
    "| 2025-04-03 | read the meter | 5,120 |\n",
    "bread.md": "Rye bread is baked at 240 degrees for an hour.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    home = tmp_path_factory.mktemp("home")
    library = Library(home, lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    library.sync()
    yield library
    library.close()


def quoted(library: Library, question: str) -> list[Citation]:
    passages = library.searcher.search(question).passages
    return [quote.citation for quote in best_quotes(question, passages, library.searcher.meanings)]


@pytest.mark.parametrize(
    ("question", "name", "line"),
    [
        ("When is Marta's birthday?", "marta.md", "birthday: 1984-03-12"),
        ("What is Kim's birthday?", "kim.md", "birthday: 2001-05-06"),
        ("Which languages does Jon speak?", "jon.md", "languages:\n  - Danish\n  - Faroese"),
        ("What allergies does Ines have?", "ines.md", "allergies: walnuts"),
        ("라면 조리시간은?", "라면.md", "조리시간: 4분"),
    ],
)
def test_a_line_that_is_asked_for_is_quoted_from_the_file(
    library: Library, question: str, name: str, line: str
) -> None:
    first, *_ = quoted(library, question)
    assert (first.path.name, first.quote) == (name, line)
    assert Path(first.path).read_text("utf-8")[first.start : first.end] == line


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is the name of Jon's dog?", "He has a dog called Bo."),
        ("Who of the climbing hall likes chocolate?", "She likes dark chocolate."),
    ],
)
def test_the_text_goes_before_front_matter_where_it_says_more(library: Library, question: str, sentence: str) -> None:
    quotes = [citation.quote for citation in quoted(library, question)]
    assert sentence in quotes[0]
    assert not any(quote.startswith(("name:", "tags:")) for quote in quotes)


@pytest.mark.parametrize("question", ["What happened on 3 March 2025?", "Was geschah am 3. März 2025?", "2025-03-03?"])
def test_a_daily_note_is_quoted_for_its_day(library: Library, question: str) -> None:
    first, *others = quoted(library, question)
    assert "meter.md" not in [other.path.name for other in others]
    assert first.path.name == "2025-03-03.md" and first.quote.startswith("Repaired the bicycle.")


@pytest.mark.parametrize("question", ["Bei wie viel Grad wird Roggenbrot gebacken?", "黑麦面包要烤多少度？"])
def test_a_question_in_another_language_is_answered_by_meaning(library: Library, question: str) -> None:
    assert [citation.path.name for citation in quoted(library, question)][:1] == ["bread.md"]


def test_a_passage_that_begins_its_file_begins_with_the_front_matter(library: Library) -> None:
    passage, *_ = library.searcher.search("Marta climbing hall").passages
    text = library.document_text(passage.path)
    assert text is not None and (passage.start, passage.text) == (0, text[: passage.end])
    assert passage.place_at(passage.text.index("We met")).heading == ("Marta",)
