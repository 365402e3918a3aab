"""`synonyms.tsv` of a persona: how it is read, and what of it goes with a question."""

from pathlib import Path

import pytest

from personas import Catalogue, PersonaInvalid, Synonyms, check_persona, copy_persona, export_persona, import_persona

HEAD = "---\nname: Clerk\nsummary: Knows the law.\n---\nAnswer.\n"


@pytest.fixture
def clerk(tmp_path: Path) -> Path:
    folder = tmp_path / "own" / "501-clerk"
    folder.mkdir(parents=True)
    (folder / "persona.md").write_text(HEAD)
    return folder


def synonyms(clerk: Path, text: str) -> Synonyms:
    (clerk / "synonyms.tsv").write_text(text)
    return Catalogue([clerk.parent]).load("501").synonyms


def test_words_of_the_phrases_in_a_question_go_with_it_each_once(clerk: Path) -> None:
    known = synonyms(clerk, "# a comment\n\n老板\t用人单位\n公司\t用人单位 企业\n工资\t劳动报酬\n")
    assert known.words_for("老板和公司不发工资") == "用人单位 企业 劳动报酬"
    assert known.words_for("离婚") == ""


def test_a_word_that_the_question_has_is_not_repeated(clerk: Path) -> None:
    assert synonyms(clerk, "boss\tEmployer owner\n").words_for("Is my boss the employer?") == "owner"


@pytest.mark.parametrize(
    ("question", "words"),
    [("Who rents it?", "lease"), ("The parent", ""), ("Rent!", "lease"), ("parent rent", "lease")],
)
def test_a_phrase_in_letters_begins_a_word(clerk: Path, question: str, words: str) -> None:
    assert synonyms(clerk, "Rent\tlease\n").words_for(question) == words


@pytest.mark.parametrize("row", ["no tab here", "\twords", "phrase\t", "phrase\t  "])
def test_a_row_that_lacks_something_is_named_by_its_line(clerk: Path, row: str) -> None:
    with pytest.raises(PersonaInvalid, match=r"line 2 of synonyms\.tsv"):
        synonyms(clerk, f"a\tb\n{row}\n")


def test_bytes_that_are_no_text_and_a_file_without_end_are_refused(clerk: Path) -> None:
    (clerk / "synonyms.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(PersonaInvalid, match="not UTF-8"):
        Catalogue([clerk.parent]).load("501")
    with pytest.raises(PersonaInvalid, match="longer than 256 KiB"):
        synonyms(clerk, "a\tb\n" * 70_000)


def test_they_come_along_in_a_copy_and_in_an_export(clerk: Path, tmp_path: Path) -> None:
    known = synonyms(clerk, "boss\temployer\n")
    copied = copy_persona(clerk, clerk.parent, "502-other")
    assert Catalogue([clerk.parent]).load(copied.name).synonyms == known
    file = export_persona(clerk, tmp_path / "clerk.zip")
    imported = import_persona(file, tmp_path / "elsewhere").folder
    assert Catalogue([imported.parent]).load("501").synonyms == known


def test_the_check_of_a_persona_names_a_wrong_row(clerk: Path) -> None:
    (clerk / "synonyms.tsv").write_text("no tab here\n")
    assert "line 1" in check_persona(clerk)[0].problem
