"""The table of files: how it is sorted, narrowed, shortened and told."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.folders.file_table import FileTable
from desktop.widgets.theme import DARK, LIGHT, Appearance
from knowledge.ledger.rows import FileLine, FileStatus, Folder
from tests.desktop.driver import colours_in, shown_tooltip
from tests.desktop.values import file_row, listing

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
NOTES, WORK = Path("/home/anna/notes"), Path("/home/anna/work")


@pytest.fixture
def table(qtbot: QtBot) -> FileTable:
    made = FileTable()
    qtbot.addWidget(made)
    made.resize(900, 300)
    return made


def show(table: FileTable, *rows: FileLine) -> None:
    table.files.show_listing(listing(rows, [Folder(1, NOTES, None)]))


def column(table: FileTable, at: int) -> list[str]:
    return [str(table.files.index(row, at).data()) for row in range(table.files.rowCount())]


def tooltip(table: FileTable, row: int, at: int) -> str:
    return shown_tooltip(str(table.files.index(row, at).data(Qt.ItemDataRole.ToolTipRole)))


def test_files_are_named_from_their_folder_on(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/tea/green.md"))
    assert column(table, 0) == ["tea/green.md"]


def test_with_two_folders_their_names_tell_the_files_apart(table: FileTable) -> None:
    rows = [file_row(f"{NOTES}/a.md"), file_row(f"{WORK}/a.md", folder_id=2)]
    table.files.show_listing(listing(rows, [Folder(1, NOTES, None), Folder(2, WORK, None)]))
    assert column(table, 0) == ["notes/a.md", "work/a.md"]


def test_a_folder_whose_name_begins_alike_is_another(table: FileTable) -> None:
    show(table, file_row("/home/anna/notes-old/a.md", folder_id=7))
    assert column(table, 0) == ["/home/anna/notes-old/a.md"]


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7_200_000_000, "7.2 GB")],
)
def test_sizes_are_told_in_units(table: FileTable, size: int, words: str) -> None:
    show(table, file_row(f"{NOTES}/a.md", size=size))
    assert column(table, 3) == [words]


def test_files_are_sorted_by_name_whatever_its_letters(table: FileTable) -> None:
    show(table, *(file_row(f"{NOTES}/{name}.md") for name in ("Zebra", "apple", "Beet")))
    assert column(table, 0) == ["apple.md", "Beet.md", "Zebra.md"]


def test_sizes_are_sorted_as_numbers(table: FileTable) -> None:
    show(table, *(file_row(f"{NOTES}/{size}.md", size=size) for size in (900_000_000, 5_000_000_000, 10)))
    table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert column(table, 3) == ["5.0 GB", "900.0 MB", "10 B"]


def test_passages_are_sorted_as_numbers(table: FileTable) -> None:
    show(table, *(file_row(f"{NOTES}/{chunks}.md", chunks=chunks) for chunks in (9, 1200, 30)))
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert column(table, 2) == ["9", "30", "1,200"]


def test_a_file_without_passages_has_an_empty_cell(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md", "failed", chunks=0))
    assert column(table, 2) == [""]


def test_only_files_of_one_state_are_shown(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"), file_row(f"{NOTES}/b.md", "failed", reason="It is empty."))
    table.files.narrow("failed", "")
    assert column(table, 0) == ["b.md"]
    table.files.narrow("", "")
    assert len(column(table, 0)) == 2


@pytest.mark.parametrize("words", ["TEA", "green", "password"])
def test_words_are_sought_in_names_and_reasons(table: FileTable, words: str) -> None:
    show(
        table,
        file_row(f"{NOTES}/tea/Green.md", "failed", reason="It needs a password."),
        file_row(f"{NOTES}/garden.md"),
    )
    table.files.narrow("", words)
    assert column(table, 0) == ["tea/Green.md"]


def test_state_and_words_narrow_together(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/tea.md"), file_row(f"{NOTES}/tea.pdf", "failed"))
    table.files.narrow("indexed", "tea")
    assert column(table, 0) == ["tea.md"]


@pytest.mark.parametrize(
    ("name", "words"), [("Straße.md", "STRASSE"), ("보고서.md", "보고서"), ("Überprüfung.md", "überprüfung")]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_however_a_system_wrote_its_letters(table: FileTable, name: str, words: str, form: str) -> None:
    """macOS writes a name's letters in parts, a keyboard writes them whole."""
    show(table, file_row(f"{NOTES}/" + unicodedata.normalize("NFD" if form == "NFD" else "NFC", name)))
    table.files.narrow("", words)
    assert table.files.rowCount() == 1


def test_a_reason_is_whole_in_its_tooltip_and_a_path_in_the_others(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md", "failed", reason="It needs a password."))
    assert tooltip(table, 0, 4) == "It needs a password."
    assert tooltip(table, 0, 0) == f"{NOTES}/a.md"


@pytest.mark.parametrize("name", ["<b>bold</b>.md", "<img src='x'>.md", "a&amp;b<i>c</i>.md"])
def test_a_name_that_looks_like_html_is_shown_as_it_is(table: FileTable, name: str) -> None:
    show(table, file_row(f"{NOTES}/{name}"))
    assert column(table, 0) == [name]
    assert tooltip(table, 0, 0) == f"{NOTES}/{name}"


def test_a_changed_row_is_shown_in_its_place(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md", "waiting"))
    show(table, file_row(f"{NOTES}/a.md", "indexed"))
    assert column(table, 1) == ["Indexed"]


def test_rows_that_did_not_change_keep_the_selection(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"), file_row(f"{NOTES}/b.md"))
    table.selectRow(1)
    show(table, file_row(f"{NOTES}/a.md"), file_row(f"{NOTES}/b.md"))
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]


def test_a_click_on_a_column_turns_the_order_round(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"), file_row(f"{NOTES}/b.md"))
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert column(table, 0) == ["b.md", "a.md"]


def test_the_note_has_more_room_than_the_name(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md", "failed", reason="no text in it"))
    assert table.columnWidth(4) > table.columnWidth(0) > 0


def test_names_have_the_room_of_notes_where_there_are_none(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"))
    assert table.columnWidth(0) > 2 * table.columnWidth(4) > 0


def test_a_very_long_name_does_not_widen_the_table(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/" + "long" * 60 + ".md"))
    table.show()
    assert table.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize(("status", "ink"), [("failed", "danger"), ("skipped", "warning"), ("indexed", "accent")])
def test_a_state_has_a_dot_of_its_colour(table: FileTable, status: FileStatus, ink: str) -> None:
    show(table, file_row(f"{NOTES}/a.md", status))
    table.show()
    assert getattr(LIGHT, ink) in colours_in(table.viewport())


def test_the_dots_follow_dark_mode(table: FileTable, appearance: Appearance, qtbot: QtBot) -> None:
    show(table, file_row(f"{NOTES}/a.md", "failed"))
    table.show()
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: DARK.danger in colours_in(table.viewport()))


def test_numbers_stand_under_their_titles(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"))
    title = table.files.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    cell = table.files.index(0, 2).data(Qt.ItemDataRole.TextAlignmentRole)
    assert cell & title


def test_tab_leaves_the_table(table: FileTable) -> None:
    show(table, file_row(f"{NOTES}/a.md"))
    assert not table.tabKeyNavigation()
