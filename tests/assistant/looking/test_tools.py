"""Real files, read by the tools of a model that looks again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.looking.step_line import StepRequest
from assistant.looking.tools import StepResult, Toolbox
from assistant.reading.budget import Budget
from assistant.values import ToolName
from knowledge.library import Library
from knowledge.passage import Passage
from knowledge.search.query import Scope
from knowledge.whole.whole import read_whole

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load

BOILER = (
    "# Boiler\n\nThe boiler was installed in 1987. It heats the whole house.\n\n"
    "## Warranty\n\nThe warranty lasts ten years. Claims go to Larsen.\n\n"
    "## Service\n\nIt is serviced every autumn.\n"
)
BUDGET = Budget(window_tokens=8192, answer_tokens=500, passage_tokens=1000, count=lambda text: len(text) // 4)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home, folder, other = (tmp_path_factory.mktemp(name) for name in ("home", "notes", "other"))
    (folder / "boiler.md").write_text(BOILER, "utf-8")
    (folder / "orders.csv").write_text("order,state\n" + "".join(f"A{n},open\n" for n in range(102)), "utf-8")
    (other / "boiler-secret.md").write_text("# Secret\n\nThe boiler holds a secret key.\n", "utf-8")
    library = Library(home, lambda name: None)
    for one in (folder, other):
        library.add_folder(one)
    library.sync()
    yield library
    library.close()


@pytest.fixture
def tools(library: Library) -> Iterator[Toolbox]:
    """The tools of a question about the first folder alone."""
    scope = Scope(folders=(library.folders()[0].path,))
    find = partial(library.searcher.search, scope=scope, k=4)
    with ThreadPoolExecutor(1) as pool:
        yield Toolbox(pool, library, scope, None, find, partial(read_whole, library, scope))


def use(tools: Toolbox, tool: ToolName, words: str, *known: Passage, tokens: int = 1000) -> StepResult:
    return tools.use(StepRequest(tool, words), known, replace(BUDGET, passage_tokens=tokens)).result()


def text_of(found: StepResult) -> str:
    return "\n".join([*(passage.text for passage in found.passages), found.told])


def test_a_search_gives_new_passages_of_the_folders_that_are_asked(tools: Toolbox) -> None:
    found = use(tools, "search", "boiler warranty")
    assert "ten years" in text_of(found)
    assert "secret" not in text_of(found)
    assert found.outcome == "1 passage"
    assert use(tools, "search", "boiler warranty", *found.passages) == StepResult()


def test_what_is_found_keeps_to_its_tokens(tools: Toolbox) -> None:
    assert not use(tools, "search", "boiler warranty", tokens=20).passages


def test_around_a_passage_its_neighbours_are_read(tools: Toolbox, library: Library) -> None:
    start = BOILER.index("The warranty")
    path = library.files(library.folders()[0].path)[0].path
    passage = Passage(chunk_id=1, path=path, text=BOILER[start : start + 29], start=start, end=start + 29)
    found = use(tools, "around", "1", passage)
    assert "installed in 1987" in text_of(found) and "every autumn" in text_of(found)
    assert found.passages[-1].heading == ("Boiler",)  # of both sections that it goes on with
    assert all(BOILER[one.start : one.end] == one.text for one in found.passages)


@pytest.mark.parametrize("number", ["2", "0", "one", "²"])
def test_around_a_passage_that_is_not_there_nothing_is_read(tools: Toolbox, number: str) -> None:
    passage = Passage(chunk_id=1, path=Path("/gone.md"), text="x", start=0, end=1)
    assert use(tools, "around", number, passage).outcome == "no such passage"


def test_around_a_passage_whose_file_is_gone_nothing_is_read(tools: Toolbox) -> None:
    passage = Passage(chunk_id=1, path=Path("/gone.md"), text="x", start=0, end=1)
    assert use(tools, "around", "1", passage).outcome == "its file is gone"


def test_files_are_listed_by_words_of_their_names_within_the_scope(tools: Toolbox) -> None:
    assert use(tools, "files", "Boiler").told == "1 file:\nboiler.md"
    assert use(tools, "files", "secret").outcome == "no file"


def test_records_are_counted_by_code_and_can_be_cited(tools: Toolbox) -> None:
    found = use(tools, "count", "orders in orders.csv")
    assert found.read_whole[0].facts[0].text.startswith("102 rows")
    assert found.passages[0].path.name == "orders.csv"
    assert use(tools, "count", "happiness").outcome == "nothing to count"
