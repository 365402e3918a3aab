"""Keyword search is right from the first file on, and by every language, date and tag of the folder."""

from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.search.query import Stage

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load
KEYWORD: frozenset[Stage] = frozenset({"keyword"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def first(library: Library, question: str) -> str:
    found = library.searcher.search(question, k=1).passages
    return found[0].path.name if found else ""


def test_few_files_first_and_many_later_are_scored_alike(folder: Path, tmp_path: Path) -> None:
    def write(n: int) -> None:
        (folder / f"{n}.md").write_text(f"The kettle number{n} boils. Tea is poured at {n} sharp.", "utf-8")

    write(0)
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(folder)
    library.sync()
    for n in range(1, 60):
        write(n)
    library.sync()
    found = {n: library.searcher.search(f"kettle number{n}", k=1, stages=KEYWORD).passages[0] for n in (0, 1, 30, 59)}
    library.close()
    assert {n: passage.path.name for n, passage in found.items()} == {n: f"{n}.md" for n in found}
    scores = [passage.scores.keyword for passage in found.values()]
    assert scores == pytest.approx([scores[0]] * len(scores), rel=0.05)


def test_notes_are_found_by_date_tag_alias_and_without_accents(folder: Path, tmp_path: Path) -> None:
    texts = {
        "2024-01-05.md": "Had lunch with Priya.",
        "2024-01-06.md": "Went running.",
        "2024-02-15.md": "Dentist, two fillings.",
        "ui.md": '---\ntags: [UI/UX, handbook]\naliases: ["Benutzeroberfläche"]\n---\n\nButtons are 44 px high.',
        "people.md": "José Núñez keeps the spare key in Córdoba.",
        "tr.txt": "İstanbul şubesi cumartesi kapalıdır. Depo pazartesi açılır.",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(folder)
    library.sync()
    questions = {
        "What did I do on January 5th, 2024?": "2024-01-05.md",
        "Was habe ich am 15. Februar 2024 gemacht?": "2024-02-15.md",
        "What do my notes say about UI/UX?": "ui.md",
        "Benutzeroberfläche": "ui.md",
        "Nunez": "people.md",
        "istanbul subesi ne zaman kapali": "tr.txt",
    }
    assert {question: first(library, question) for question in questions} == questions
    library.close()


def test_a_question_is_stemmed_for_each_language_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "de.txt").write_text("Die Mietverträge der Wohnungen sind gekündigt und der Hof ist leer.", "utf-8")
    (folder / "ru.txt").write_text("Мы читали новые книги в библиотеке и не были на улице.", "utf-8")
    (folder / "en.txt").write_text("The bees of the garden eat in the winter what they have stored.", "utf-8")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(folder)
    library.sync()
    assert library.searcher.search("x", stages=KEYWORD).passages == ()
    assert [first(library, q) for q in ("Mietvertrag", "новая книга", "winters")] == ["de.txt", "ru.txt", "en.txt"]
    library.close()
