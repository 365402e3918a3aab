"""A question finds what answers it in another language."""

from pathlib import Path

import pytest

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.terms.analyzer import Analyzer

pytestmark = pytest.mark.timeout(60)  # the embedder takes a second to open
NOTES = {
    "bees.md": "꿀벌은 토끼풀에서 꿀을 모아 벌집에 저장한다. 겨울에는 저장한 것을 먹는다.",
    "boiler.md": "지하실의 보일러는 매년 3월에 점검한다. 기술자가 버너와 압력을 확인한다.",
    "train.md": "해안으로 가는 기차는 아홉 시에 출발하며 요금은 십이 유로이다. 개는 무료로 탄다.",
}


def test_questions_of_other_languages_find_korean_notes(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    library = Library(
        tmp_path / "home", lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())
    )
    library.add_folder(folder)
    library.sync()
    questions = {
        "When is the boiler in the cellar serviced?": "boiler.md",
        "Was fressen die Bienen im Winter?": "bees.md",
        "去海边的火车几点出发？": "train.md",
        "보일러는 언제 점검하나요?": "boiler.md",
    }
    found = {question: library.searcher.search(question, k=1).passages for question in questions}
    library.close()
    assert {question: passages[0].path.name for question, passages in found.items() if passages} == questions


@pytest.mark.parametrize(
    ("question", "languages", "is_foreign"),
    [
        ("When is the boiler serviced?", {"korean"}, True),
        ("Who won Super Bowl XLIX?", {"chinese"}, True),  # too few common words to tell English, but the script tells
        ("Who won Super Bowl XLIX?", {"chinese", "english"}, False),
        ("kv cache", {"chinese"}, False),  # Chinese notes use such words too
        ("보일러는 언제 점검하나요?", {"korean"}, False),
        ("When is the boiler serviced?", set(), False),
    ],
)
def test_a_question_is_foreign_to_files_in_other_languages(
    question: str, languages: set[str], is_foreign: bool
) -> None:
    assert Analyzer().is_foreign(question, languages) is is_foreign
