"""Texts in the language of the window: which language is found, what fills them, and what the core has said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from desktop.language import (
    Messages,
    chosen_language,
    find_messages,
    language_name,
    languages,
    told,
    told_error,
    tr,
    tr_count,
    use_messages,
)
from errors import AppError


@pytest.fixture(autouse=True)
def _leaves_no_language(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    use_messages(qapp, Messages("en", {}))
    QLocale.setDefault(before)


def write(folder: Path, tag: str, messages: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"carrel_{tag}.ts"
    path.write_text(
        f'<TS version="2.1" language="{tag}"><context><name>window</name>{messages}</context></TS>', "utf-8"
    )
    return path


def message(english: str, *forms: str, kind: str = "") -> str:
    inside = "".join(f"<numerusform>{form}</numerusform>" for form in forms) if len(forms) > 1 else forms[0]
    is_unfinished = ' type="unfinished"' if kind else ""
    return f"<message><source>{english}</source><translation{is_unfinished}>{inside}</translation></message>"


def test_without_a_language_texts_are_english_and_numbers_have_commas() -> None:
    assert tr("{name} was deleted", name="tea") == "tea was deleted"
    assert tr_count("{count} file", "{count} files", 1) == "1 file"
    assert tr_count("{count} file", "{count} files", 12_345) == "12,345 files"
    assert told("The question is empty") == "The question is empty"


@pytest.mark.parametrize(("tag", "files", "cancel"), [("ko", "파일 12,345개", "취소"), ("zh", "12,345 个文件", "取消")])
def test_texts_counts_and_qts_own_buttons_are_in_the_language(
    tag: str, files: str, cancel: str, tmp_path: Path, qapp: QApplication
) -> None:
    use_messages(qapp, find_messages(tag, tmp_path))
    assert tr_count("{count} file", "{count} files", 12_345) == files
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert cancel in box.button(QDialogButtonBox.StandardButton.Cancel).text()
    assert QLocale().standaloneDayName(1) != "Monday"


def test_what_the_core_says_is_recognised_with_all_that_fills_it(tmp_path: Path, qapp: QApplication) -> None:
    use_messages(qapp, find_messages("ko", tmp_path))
    assert told("damaged PDF") == "손상된 PDF"
    assert told("The disk of /data is full.") == "/data의 디스크가 가득 찼습니다."
    assert told("The persona X cannot be used: it is not UTF-8 text.").count("UTF-8 텍스트가 아닙니다") == 1
    assert told("3 of 10 files are still unread") == "파일 10개 중 3개를 아직 읽지 않았습니다"
    assert told_error(AppError("The question is empty", "Type a question and try again.")).startswith("질문이 비어")
    assert told("something nobody has written") == "something nobody has written"


def test_a_file_in_the_home_adds_a_language_with_its_plural_forms(tmp_path: Path, qapp: QApplication) -> None:
    forms = ("{count} файл", "{count} файла", "{count} файлов")
    write(tmp_path / "own", "ru", message("{count} files", *forms) + message("Folders", "Папки"))
    assert languages(tmp_path / "own") == ("system", "en", "ko", "ru", "zh")
    use_messages(qapp, find_messages("ru", tmp_path / "own"))
    said = [tr_count("{count} file", "{count} files", count) for count in (1, 2, 5, 21, 11)]
    assert said == ["1 файл", "2 файла", "5 файлов", "21 файл", "11 файлов"]
    assert tr("Folders") == "Папки"
    assert tr("Trash") == "Trash"  # it lacks that
    assert language_name("ru") == "русский"


def test_a_file_in_the_home_changes_a_text_of_a_language_that_comes_with_carrel(tmp_path: Path) -> None:
    write(tmp_path, "ko", message("Folders", "내 폴더") + message("Trash", "버린 것", kind="unfinished"))
    forms = find_messages("ko", tmp_path).forms
    assert (forms["Folders"], forms["Trash"]) == (("내 폴더",), ("휴지통",))


def test_a_field_that_a_file_has_got_wrong_leaves_the_text_english(tmp_path: Path, qapp: QApplication) -> None:
    write(tmp_path, "xx", message("{name} was deleted", "{naam} is weg") + message("{count} files", "{count.real}"))
    use_messages(qapp, find_messages("xx", tmp_path))
    assert tr("{name} was deleted", name="tea") == "tea was deleted"


@pytest.mark.parametrize("damage", ["", "<TS", "<TS><context>"])
def test_a_damaged_file_of_translations_leaves_the_window_english(tmp_path: Path, damage: str) -> None:
    write(tmp_path, "xx", "").write_text(damage, "utf-8")
    assert find_messages("xx", tmp_path).forms == {}


@pytest.mark.parametrize(
    ("chosen", "found"),
    [("ko", "ko"), ("ko-KR", "ko"), ("zh_CN", "zh"), ("zh-Hant-TW", "en"), ("qq", "en"), ("en", "en")],
)
def test_the_nearest_language_is_taken(chosen: str, found: str, tmp_path: Path) -> None:
    assert find_messages(chosen, tmp_path).tag == found


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ('[appearance]\nlanguage = "ko"\n', "ko"),
        ("\ufeff[appearance]\nlanguage = 'zh'\n", "zh"),
        ("[appearance]\nlanguage = 3\n", "system"),
        ('[appearance]\nlanguage = "../../x"\n', "system"),
        ("appearance = 'ko'\n", "system"),
        ("[appearance\n", "system"),
        ("", "system"),
    ],
)
def test_the_language_is_read_from_the_settings_whatever_else_is_wrong_there(
    text: str, chosen: str, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    assert chosen_language(tmp_path / "settings.toml") == chosen


def test_a_text_that_no_qt_knows_stays_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    use_messages(qapp, find_messages("ko", tmp_path))
    assert QCoreApplication.translate("QSomething", "Folders") == "Folders"


def test_a_text_that_is_unknown_costs_the_window_little(tmp_path: Path, qapp: QApplication) -> None:
    use_messages(qapp, find_messages("ko", tmp_path))
    began = time.perf_counter()
    for number in range(100):
        told(f"some text {number} that nobody has written")
    assert time.perf_counter() - began < 0.02  # seconds: 0.2 ms each; 0.6 ms where every pattern is tried
