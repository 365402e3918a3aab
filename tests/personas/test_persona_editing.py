"""Saving, copying and removing personas: what was written by hand stays."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from errors import AppError
from personas.catalogue import BUILTIN_PERSONAS, Catalogue, create_persona
from personas.editing import (
    add_knowledge,
    copy_persona,
    free_id,
    knowledge_size,
    purge_removed,
    remove_persona,
    restore_persona,
    save_persona,
)
from personas.persona import FrontMatter, PersonaExists, PersonaInvalid, PersonaNotFound, read_persona_file

BY_HAND = """\
---
# Mine, since 2024.
name: "Cook"   # the family's
summary: Cooks.

# What people ask first:
starters:
  - What is there?
  # - not this one
  - And for dessert?
passages: 8 # more is slow
tags: [food]
---

You cook.

"""
EVERYTHING = FrontMatter(
    name='Köchin: "Süßes" #1',
    summary="做菜，也做甜点。",
    tags=("food, wine", "on"),
    starters=("What: is there?", "- a dash", "Line\nbreak"),
    passages=3,
    where="difficulty = 'easy' AND year >= 2020",
    preset="exact",
    temperature=0.25,
    max_tokens=900,
    thinking="off",
    look_again="on",
    refuse=("dosage", "剂量"),
    refusal="No: ask a chemist.",
    files=False,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "own" / "501-cook"
    place.mkdir(parents=True)
    return place


def by_hand(folder: Path, text: str = BY_HAND) -> tuple[FrontMatter, str]:
    (folder / "persona.md").write_bytes(text.encode())
    return read_persona_file(folder / "persona.md")


def text_of(folder: Path) -> str:
    return (folder / "persona.md").read_bytes().decode()


def test_every_key_comes_back_as_it_was_saved(folder: Path) -> None:
    file = save_persona(folder, EVERYTHING, "You cook.\n\n---\n\nWell.")
    assert read_persona_file(file) == (EVERYTHING, "You cook.\n\n---\n\nWell.")


def test_a_number_of_tokens_to_think_is_saved_as_one(folder: Path) -> None:
    file = save_persona(folder, replace(EVERYTHING, thinking="2000", name="1984"), "You cook.")
    assert (read_persona_file(file)[0].thinking, read_persona_file(file)[0].name) == ("2000", "1984")
    assert "thinking: 2000\n" in text_of(folder)


def test_saving_without_a_change_leaves_every_byte(folder: Path) -> None:
    front, prompt = by_hand(folder)
    save_persona(folder, front, prompt)
    assert text_of(folder) == BY_HAND


def test_comments_order_and_other_keys_stay_where_one_value_changes(folder: Path) -> None:
    front, prompt = by_hand(folder)
    save_persona(folder, replace(front, passages=5, name="Chef", temperature=0.5), prompt)
    expected = BY_HAND.replace('"Cook"', "Chef").replace("passages: 8", "passages: 5")
    assert text_of(folder) == expected.replace("tags: [food]\n", "tags: [food]\ntemperature: 0.5\n")


def test_a_list_that_changes_leaves_the_comments_around_it(folder: Path) -> None:
    front, prompt = by_hand(folder)
    save_persona(folder, replace(front, starters=("Soup?",)), prompt)
    assert "# What people ask first:\nstarters:\n  - Soup?\npassages: 8 # more is slow\n" in text_of(folder)


def test_a_value_that_becomes_the_default_is_left_out(folder: Path) -> None:
    front, prompt = by_hand(folder)
    save_persona(folder, replace(front, starters=(), passages=6, tags=()), prompt)
    assert read_persona_file(folder / "persona.md")[0] == FrontMatter(name="Cook", summary="Cooks.")
    assert "# What people ask first:" in text_of(folder)


def test_only_the_prompt_changes(folder: Path) -> None:
    front, _ = by_hand(folder)
    save_persona(folder, front, "You bake.")
    assert text_of(folder) == BY_HAND.replace("\nYou cook.\n\n", "You bake.\n")


def test_the_template_keeps_its_explanations(tmp_path: Path) -> None:
    file = create_persona(tmp_path, "501-cook", "Cook")
    front, prompt = read_persona_file(file)
    save_persona(file.parent, replace(front, summary="Cooks.", tags=("food",), preset="exact"), prompt)
    assert "# How answers are sampled:" in file.read_text("utf-8")
    assert read_persona_file(file)[0] == FrontMatter(name="Cook", summary="Cooks.", tags=("food",), preset="exact")


@pytest.mark.parametrize(
    "head",
    [
        "{name: Cook, summary: Cooks.}",
        "name: Cook\nsummary: Cooks.\ntags: &t [food]\nrefuse: *t",
        "name: Cook\nsummary: |\n  Cooks.\n  # not a comment\ntags:\n- food",
        "? name\n: Cook\n? summary\n: Cooks.",
        '"name": Cook\nsummary: >-\n  Cooks\n  well.\n\n\n# end',
    ],
)
def test_unusual_yaml_is_saved_right(folder: Path, head: str) -> None:
    front, prompt = by_hand(folder, f"---\n{head}\n---\nYou cook.\n")
    wanted = replace(front, name="Chef", summary="Bakes.", tags=("wine",), passages=9)
    save_persona(folder, wanted, prompt)
    assert read_persona_file(folder / "persona.md") == (wanted, "You cook.")


def test_line_ends_of_windows_stay(folder: Path) -> None:
    front, prompt = by_hand(folder, BY_HAND.replace("\n", "\r\n"))
    save_persona(folder, replace(front, passages=5), prompt)
    assert text_of(folder) == BY_HAND.replace("passages: 8", "passages: 5").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("front", "prompt"),
    [
        (replace(EVERYTHING, passages=99), "You cook."),
        (replace(EVERYTHING, name=" "), "You cook."),
        (EVERYTHING, " \n"),
        (replace(EVERYTHING, summary="long " * 1000), "You cook."),
    ],
)
def test_what_is_invalid_is_refused_and_the_file_stays(folder: Path, front: FrontMatter, prompt: str) -> None:
    by_hand(folder)
    with pytest.raises(PersonaInvalid):
        save_persona(folder, front, prompt)
    assert text_of(folder) == BY_HAND
    assert [path.name for path in folder.iterdir()] == ["persona.md"]


def test_a_folder_that_cannot_be_written_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError, match="cannot be written"):
        save_persona(tmp_path / "file" / "501-cook", EVERYTHING, "You cook.")


def test_a_built_in_persona_is_copied_with_its_knowledge(tmp_path: Path) -> None:
    source = BUILTIN_PERSONAS / "108-devops-engineer"
    front = replace(Catalogue([BUILTIN_PERSONAS]).load("108").front, name="Ops")
    made = copy_persona(source, tmp_path / "personas", "501-ops", front)
    persona = Catalogue([tmp_path / "personas"]).load("501")
    assert (persona.name, persona.folder) == ("Ops", made)
    assert knowledge_size(made) == knowledge_size(source) != (0, 0)
    assert [place.name for place in (tmp_path / "personas").iterdir()] == ["501-ops"]


@pytest.mark.parametrize("id", ["501", "../501-x", "501-X"])
def test_a_copy_needs_a_valid_id(tmp_path: Path, id: str) -> None:
    with pytest.raises(AppError, match="not a valid persona id"):
        copy_persona(BUILTIN_PERSONAS / "001-reader", tmp_path, id)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_overwrites_nothing(tmp_path: Path) -> None:
    copy_persona(BUILTIN_PERSONAS / "001-reader", tmp_path, "501-mine")
    with pytest.raises(PersonaExists):
        copy_persona(BUILTIN_PERSONAS / "108-devops-engineer", tmp_path, "501-mine")


def test_a_removed_persona_is_not_listed_and_comes_back(folder: Path) -> None:
    by_hand(folder)
    catalogue = Catalogue([folder.parent])
    remove_persona(folder)
    assert (catalogue.headers(), catalogue.problems()) == ([], [])
    assert restore_persona(folder.parent, "501-cook") == folder
    assert text_of(folder) == BY_HAND


def test_a_removed_persona_is_erased_after_its_days(folder: Path) -> None:
    by_hand(folder)
    aside = remove_persona(folder)
    purge_removed(folder.parent, 30)
    assert aside.is_dir()
    month_ago = time.time() - 31 * 86_400
    os.utime(aside, (month_ago, month_ago))
    purge_removed(folder.parent, 30)
    assert not aside.exists()


def test_a_built_in_persona_stays() -> None:
    with pytest.raises(AppError, match="comes with Carrel"):
        remove_persona(BUILTIN_PERSONAS / "001-reader")


def test_what_was_not_removed_cannot_come_back(folder: Path) -> None:
    for id in ("501-cook", "../501-cook", ""):
        with pytest.raises(PersonaNotFound):
            restore_persona(folder.parent, id)


def test_removing_twice_keeps_the_last_one(folder: Path) -> None:
    by_hand(folder)
    remove_persona(folder)
    folder.mkdir()
    by_hand(folder, BY_HAND.replace("You cook.", "You bake."))
    with pytest.raises(PersonaExists):
        restore_persona(folder.parent, "501-cook")
    remove_persona(folder)
    restore_persona(folder.parent, "501-cook")
    assert "You bake." in text_of(folder)


@pytest.mark.parametrize(
    ("name", "id"),
    [("LLM engineer", "502-llm-engineer"), ("Köchin", "502-kochin"), ("厨师", "502-persona"), ("  ", "502-persona")],
)
def test_a_new_persona_gets_the_next_free_number(name: str, id: str) -> None:
    assert free_id(["001-reader", "501-cook", "503-x"], name) == id


def test_a_full_catalogue_shares_numbers() -> None:
    taken = [f"{number:03}-persona" for number in range(1, 1000)]
    assert free_id(taken, "Cook") == "501-cook"
    with pytest.raises(AppError, match="no number left"):
        free_id(taken, "persona")


def test_files_and_folders_are_added_beside_those_of_the_same_name(folder: Path, tmp_path: Path) -> None:
    by_hand(folder)
    (tmp_path / "soups").mkdir()
    for name in ("a.md", ".hidden"):
        (tmp_path / "soups" / name).write_text("Soup.")
    for _ in range(2):
        add_knowledge(folder, [tmp_path / "soups", tmp_path / "soups" / "a.md"])
    found = sorted(path.relative_to(folder).as_posix() for path in (folder / "knowledge").rglob("*") if path.is_file())
    assert found == [f"knowledge/{name}" for name in ("a 2.md", "a.md", "soups 2/a.md", "soups/a.md")]
    with pytest.raises(AppError, match="cannot be written"):
        add_knowledge(folder, [tmp_path / "missing.md"])
