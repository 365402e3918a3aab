"""The house rules that a program can check; CONTRIBUTING.md gives their reasons."""

from __future__ import annotations

import pytest

from benchmarks.house import Source, class_names, file_names, folder_sizes, local_imports, product

MAX_FILE_LINES = 400
MAX_FOLDER_FILES = 16
MAX_LOCAL_IMPORTS = 60  # each loads a heavy library, or a module of ours that would
MAX_REPEATED_FILE_NAMES, MAX_REPEATED_CLASS_NAMES = 8, 4


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return product()


def test_no_file_is_asking_to_be_two(sources: list[Source]) -> None:
    assert [str(source.path) for source in sources if source.lines > MAX_FILE_LINES] == []


def test_no_folder_holds_more_files_than_one_takes_in_at_a_glance(sources: list[Source]) -> None:
    assert {str(folder): size for folder, size in folder_sizes(sources).items() if size > MAX_FOLDER_FILES} == {}


def test_imports_stand_at_the_top(sources: list[Source]) -> None:
    assert sum(len(local_imports(source)) for source in sources) <= MAX_LOCAL_IMPORTS


def test_a_name_stands_for_one_thing(sources: list[Source]) -> None:
    assert len(file_names(sources)) <= MAX_REPEATED_FILE_NAMES
    assert len(class_names(sources)) <= MAX_REPEATED_CLASS_NAMES
