from pathlib import Path

import pytest

from knowledge.whole.question import named_files

NAMES = (
    "orders.csv",
    "Annual report 2023.docx",
    "minutes-2024-05-14.md",
    "minutes-2024-06-11.md",
    "contract-v1.md",
    "contract-v2.md",
    "刑法.md",
    "刑法修正案（七）.md",
    "劳动法(2018-12-29).md",
    "desk.md",
)
PATHS = [Path("/notes") / name for name in NAMES]


def sure(question: str) -> list[str]:
    return sorted(path.name for path in named_files(question, PATHS, {}).sure)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many rows does orders.csv have?", ["orders.csv"]),
        ("how many rows has ORDERS.CSV", ["orders.csv"]),
        ("How many rows does ordres.csv have?", ["orders.csv"]),
        ("Summarise the annual report 2023", ["Annual report 2023.docx"]),
        ("Summarise the minutes of May", ["minutes-2024-05-14.md"]),
        ("What changed between the minutes of May and June?", ["minutes-2024-05-14.md", "minutes-2024-06-11.md"]),
        ("Compare contract-v1 and contract-v2", ["contract-v1.md", "contract-v2.md"]),
        ("劳动法有多少条？", ["劳动法(2018-12-29).md"]),
        ("Summarise the minutes of April", []),
        ("Is the annual growth in the report of 2023 high?", ["Annual report 2023.docx"]),
        ("What is the desk made of?", []),
        ("Who may report?", []),
    ],
)
def test_file_is_named_in_full_or_by_its_words(question: str, names: list[str]) -> None:
    assert sure(question) == names


def test_one_common_word_is_only_likely() -> None:
    found = named_files("Summarise the desk", PATHS, {})
    assert [path.name for path in found.likely] == ["desk.md"]


def test_longer_name_rules_out_the_shorter_one_within_it() -> None:
    assert [path.name for path in named_files("总结刑法修正案（七）", PATHS, {}).sure] == ["刑法修正案（七）.md"]


def test_title_names_a_file_too() -> None:
    titles = {PATHS[0]: ["Wholesale ledger"]}
    assert named_files("Summarise the wholesale ledger", PATHS, titles).sure == (PATHS[0],)


def test_full_name_is_told_from_loose_words() -> None:
    assert named_files("Summarise orders.csv", PATHS, {}).in_full
    assert not named_files("Summarise the minutes of May", PATHS, {}).in_full


def test_files_come_in_the_order_in_which_they_are_named() -> None:
    found = named_files("比较劳动法和刑法修正案（七）", PATHS, {}).sure
    assert [path.name for path in found] == ["劳动法(2018-12-29).md", "刑法修正案（七）.md"]
