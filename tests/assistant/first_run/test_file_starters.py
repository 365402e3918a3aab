"""Questions to start with come from the person's own files, in their language."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.first_run.file_starters import file_starters
from knowledge import FileTopics
from knowledge.library import Library

FILES = {
    "lease.md": "# Lease\n\n## Notice period\n\nThe notice period is three months, and it is given in writing.\n",
    "mietvertrag.md": "# Mietvertrag\n\n## 1. Kündigungsfrist\n\nDie Frist beträgt drei Monate und ist nicht kürzer.\n",
    "계약서.md": "# 임대차 계약서\n\n## 해지 통보\n\n임차인은 계약 해지를 세 달 전에 서면으로 통보해야 한다.\n",
    "合同.md": "# 租赁合同\n\n## 第三条 违约责任\n\n如果承租人未按时支付租金，出租人有权解除合同。\n",
    "notes.txt": "These are just some words that stand in no section of the file.\n",
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "home", lambda name: None)
    yield made
    made.close()


def topics(name: str, *headings: str, title: str = "", language: str = "english") -> FileTopics:
    return FileTopics(Path("/files") / name, title, headings, language)


def test_each_file_is_asked_about_in_its_own_language(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    library.add_folder(folder)
    library.sync()
    assert set(file_starters(library.recent_topics(24), most=9)) == {
        "What does lease.md say about “Notice period”?",
        "Was steht in mietvertrag.md zu „Kündigungsfrist“?",
        "계약서.md에는 ‘해지 통보’에 대해 어떤 내용이 있나요?",
        "合同.md 中关于“违约责任”是怎么说的？",
        "What is notes.txt about?",
    }


def test_pages_of_personas_are_asked_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "lease.md").write_text(FILES["lease.md"], "utf-8")
    library.add_folder(folder, persona_id="410-llm-engineer")
    library.sync()
    assert library.recent_topics(24) == ()


def test_the_file_changed_last_comes_first(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("old.md", "new.md"):
        (folder / name).write_text(FILES["lease.md"], "utf-8")
    os.utime(folder / "old.md", (1, 1))
    library.add_folder(folder)
    library.sync()
    assert [one.path.name for one in library.recent_topics(1)] == ["new.md"]


def test_headings_that_say_nothing_are_passed_over() -> None:
    found = file_starters([topics("lease.md", "Lease", "Contents", "2024", "§ 4: Repairs"), topics("a.md", "Summary")])
    assert found == ("What does lease.md say about “Repairs”?", "What is a.md about?")


def test_one_question_a_name_and_four_in_all() -> None:
    many = [topics(f"{name}.md", f"Part {name}") for name in "aabcdef"]
    assert [question.split()[2] for question in file_starters(many)] == ["a.md", "b.md", "c.md", "d.md"]


def test_other_languages_are_asked_in_english() -> None:
    assert file_starters([topics("a.md", "Huurprijs", language="dutch")]) == ("What does a.md say about “Huurprijs”?",)
