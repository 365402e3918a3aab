from collections.abc import Sequence
from typing import cast

import pytest

from knowledge.index.entry import Restriction
from knowledge.ledger.ledger import Ledger
from knowledge.search.names import MAX_FILES_PER_NAME, ONE_WORD, SEVERAL_WORDS, SPELLED_OUT, FileNames
from knowledge.terms.analyzer import Analyzer

EVERYWHERE = Restriction((1,))
NAMES = ("meeting-notes.md", "BudgetPlan2024.md", "kettle.md", "劳动合同法.md", "12.md", "README.md", "the.md")


class Rows:
    """A ledger that holds these names."""

    def __init__(self, *names: str) -> None:
        self.names, self.reads = list(names), 0

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, object]]:
        self.reads += 1
        return [{"id": n, "folder_id": 1, "path": f"/home/{name}"} for n, name in enumerate(self.names)]


def named(question: str, *names: str, within: Restriction = EVERYWHERE) -> dict[str, float]:
    rows = Rows(*(names or NAMES))
    found = FileNames(cast(Ledger, rows), Analyzer()).named(question, within, 1)
    return {rows.names[i]: score for i, score in found.items()}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What do the meeting notes say of the roof?", {"meeting-notes.md": SEVERAL_WORDS}),
        ("open meeting-notes.md", {"meeting-notes.md": SPELLED_OUT}),
        ("what is in “README.md”?", {"README.md": SPELLED_OUT}),
        ("the budget plan", {"BudgetPlan2024.md": pytest.approx(SEVERAL_WORDS * 0.75)}),
        ("the budget plan of 2024", {"BudgetPlan2024.md": pytest.approx(SEVERAL_WORDS)}),
        ("where is the kettle", {"kettle.md": ONE_WORD}),
        ("劳动合同法第十条说什么", {"劳动合同法.md": SEVERAL_WORDS}),
        ("notes about the roof", {}),
        ("12 apples", {}),
        ("what is the plan", {}),
    ],
)
def test_a_file_is_named_by_all_the_words_of_its_name(question: str, found: dict[str, float]) -> None:
    assert named(question) == found


def test_a_name_that_many_files_have_names_none() -> None:
    assert named("the readme", *["README.md"] * (MAX_FILES_PER_NAME + 1)) == {}


def test_a_file_outside_the_restriction_is_not_named() -> None:
    assert named("meeting notes", within=Restriction((2,))) == {}
    assert named("meeting notes", within=Restriction((1,), file_ids=(5,))) == {}


def test_names_are_read_again_when_the_state_moves() -> None:
    rows = Rows("kettle.md")
    names = FileNames(cast(Ledger, rows), Analyzer())
    names.named("teapot", EVERYWHERE, 1)
    rows.names = ["teapot.md"]
    assert names.named("teapot", EVERYWHERE, 1) == {} and rows.reads == 1
    assert names.named("teapot", EVERYWHERE, 2) == {0: ONE_WORD}
