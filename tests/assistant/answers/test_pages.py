"""The page and heading of a quotation are those of the quoted words, from file to answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answers.quotes import best_quotes
from assistant.values import Citation
from knowledge import Library
from tests.knowledge.parse.office_files import pptx, shape
from tests.knowledge.parse.pdf_files import pdf

pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load
THINGS = (
    "glacier survey, kitchen roof, payroll office, apple orchard, ferry timetable, cordless drills, boiler room,"
    " bicycle shed, chess club, piano tuner, oak staircase, garden fence, laundry machine, printer toner, window seals,"
    " parking permit, water meter, fire drill, choir practice, tool library, compost heap, lost umbrella, spare key,"
    " street lamp, notice board"
).split(", ")
SAYS = "The {} matter was settled by the committee after a long debate in spring."
MORE = "Questions about anything else go to the office before the end of the week."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "files").mkdir()
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(tmp_path / "files")
    yield library
    library.close()


def first_citation(library: Library, question: str) -> Citation:
    return best_quotes(question, library.searcher.search(question).passages)[0].citation


def test_all_of_eight_slides_are_cited_by_number_and_title(library: Library, tmp_path: Path) -> None:
    slides = [
        shape(f"Topic {thing}", kind="title") + shape(SAYS.format(thing), MORE, kind="body", at=(0, 90))
        for thing in THINGS[:8]
    ]
    (tmp_path / "files" / "deck.pptx").write_bytes(pptx(slides))
    library.sync()
    found = [first_citation(library, f"How was the {thing} matter settled?") for thing in THINGS[:8]]
    assert [(c.page, c.heading) for c in found] == [(n, (f"Topic {t}",)) for n, t in enumerate(THINGS[:8], 1)]
    assert library.files()[0].chunks < 8  # several slides share a chunk


def test_all_of_twenty_five_pages_of_a_dense_pdf_are_cited_rightly(library: Library, tmp_path: Path) -> None:
    pages = [["Report of the year", SAYS.format(thing), MORE, str(n)] for n, thing in enumerate(THINGS, 1)]
    (tmp_path / "files" / "report.pdf").write_bytes(pdf(pages))
    library.sync()
    assert library.files()[0].chunks < 10  # several pages share a chunk
    found = [first_citation(library, f"How was the {thing} matter settled?") for thing in THINGS]
    assert [c.page for c in found] == [*range(1, 26)]
    assert [c.quote for c in found] == [SAYS.format(thing) for thing in THINGS]
