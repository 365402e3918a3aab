"""A person's own prompts: a file to edit by hand, placeholders, import and export, the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import cli
from assistant.composing.prompts import OwnPrompt, PromptLibrary, fill_prompt, first_placeholder, parse_prompts
from errors import AppError

SUM = OwnPrompt("Summarise", "Summarise {{file}} in five sentences.")
CODE = OwnPrompt("Explain code", "Explain this:\n\n# a comment of the code\n\\# and an escaped one\n{{ selection }}")


@pytest.fixture
def library(tmp_path: Path) -> PromptLibrary:
    return PromptLibrary(tmp_path / "prompts.md")


def test_prompts_read_back_as_they_were_saved(library: PromptLibrary) -> None:
    library.save(SUM)
    library.save(CODE)
    assert library.all() == [SUM, CODE]
    assert library.path.read_text().startswith("# Summarise\n\nSummarise {{file}}")


def test_a_file_written_by_hand_is_read(library: PromptLibrary) -> None:
    library.path.write_text("My prompts\n\n# 요약\r\n\r\n한 문장으로 요약해 줘.\r\n#\n# Empty\n\n# Last\nTell me.\n")
    assert library.all() == [OwnPrompt("요약", "한 문장으로 요약해 줘.\n#"), OwnPrompt("Last", "Tell me.")]


def test_without_a_file_there_are_none(library: PromptLibrary) -> None:
    assert library.all() == []


def test_a_renamed_prompt_keeps_its_place_and_a_name_is_there_once(library: PromptLibrary) -> None:
    for prompt in (SUM, CODE):
        library.save(prompt)
    library.save(OwnPrompt("Shorten", "Shorten it."), instead_of="summarise")
    assert [one.name for one in library.all()] == ["Shorten", "Explain code"]
    library.save(OwnPrompt("EXPLAIN code", "New."), instead_of="Shorten")
    assert library.all() == [OwnPrompt("EXPLAIN code", "New.")]


@pytest.mark.parametrize("prompt", [OwnPrompt("", "text"), OwnPrompt("name", "  ")])
def test_a_prompt_needs_a_name_and_a_text(library: PromptLibrary, prompt: OwnPrompt) -> None:
    with pytest.raises(AppError, match="needs a name and a text"):
        library.save(prompt)


def test_deleted_prompts_are_gone(library: PromptLibrary) -> None:
    library.save(SUM)
    library.delete("SUMMARISE")
    assert library.all() == []


def test_exported_prompts_are_imported_elsewhere(library: PromptLibrary, tmp_path: Path) -> None:
    library.save(SUM)
    library.save(CODE)
    library.export(tmp_path / "mine.md")
    other = PromptLibrary(tmp_path / "other.md")
    other.save(OwnPrompt("summarise", "Old."))
    assert other.bring_in(tmp_path / "mine.md") == 2
    assert other.all() == [SUM, CODE]


def test_what_holds_no_prompts_is_refused(library: PromptLibrary, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "note.md").write_text("Nothing here")
    with pytest.raises(AppError, match="cannot be read"):
        library.bring_in(tmp_path / "photo.jpg")
    with pytest.raises(AppError, match="holds no prompts"):
        library.bring_in(tmp_path / "note.md")


def test_known_placeholders_are_filled_in_and_others_are_left() -> None:
    prompt = OwnPrompt("x", "{{date}} {{ FILE }} {{selection}} {{topic}}")
    filled = fill_prompt(prompt, {"date": "2026-11-30", "file": "a.md", "selection": ""})
    assert filled == "2026-11-30 a.md {{selection}} {{topic}}"
    assert first_placeholder(filled) == (16, 29)
    assert first_placeholder("none") is None


def test_equal_names_count_once() -> None:
    assert parse_prompts("# a\none\n# A\ntwo\n") == [OwnPrompt("A", "two")]


@pytest.mark.timeout(30)
@pytest.mark.logs("is not installed")
def test_the_command_line_asks_with_a_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path))
    (tmp_path / "prompts.md").write_text("# Where\n\nWhere is {{selection}}?\n\n# Short\n\nIn one line:\n")
    for name, words, question in (
        ("where", ["the", "key"], "Where is the key?"),
        ("Short", ["Why?"], "In one line:\n\nWhy?"),
    ):
        cli.main(["ask", "--prompt", name, *words, "--json"])
        assert json.loads(capsys.readouterr().out)["question"] == question
    assert cli.main(["ask", "--prompt", "gone", "x"]) == 1
    assert "There are: Where, Short" in capsys.readouterr().err
