"""Folders to add first are found in other programs' own lists, which are only read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from assistant.first_run.folder_offers import FolderOffer, folder_offers
from assistant.first_run.gpt4all import localdocs_folders

SCHEMA = """
    CREATE TABLE collections (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, embedding_model TEXT);
    CREATE TABLE folders (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT UNIQUE NOT NULL);
    CREATE TABLE collection_items (collection_id INTEGER NOT NULL, folder_id INTEGER NOT NULL);
"""
SCHEMA_OF_1 = """
    CREATE TABLE collections (collection_name TEXT NOT NULL, folder_id INTEGER NOT NULL);
    CREATE TABLE folders (id INTEGER PRIMARY KEY, folder_path TEXT NOT NULL UNIQUE);
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """GPT4All's folder of databases and models."""
    folder = tmp_path / "share" / "nomic.ai" / "GPT4All"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    return {"XDG_DATA_HOME": str(tmp_path / "share"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def folder(*parts: Path | str) -> Path:
    made = Path(*parts)
    made.mkdir(parents=True)
    return made


def write_localdocs(database: Path, *folders: Path) -> None:
    """As version 3 of the database has them: every folder in two collections, one more in none."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO folders (id, path) VALUES (99, '/in/no/collection')")
        for number, path in enumerate(folders, 1):
            connection.execute("INSERT INTO folders (id, path) VALUES (?, ?)", (number, str(path)))
            connection.executemany("INSERT INTO collection_items VALUES (?, ?)", [(1, number), (2, number)])


def test_folders_of_localdocs_are_read_once_each(data: Path, tmp_path: Path) -> None:
    there = folder(tmp_path, "Mietverträge 계약")
    write_localdocs(data / "localdocs_v3.db", there, tmp_path / "gone")
    assert localdocs_folders(data) == (there,)


def test_the_first_version_has_other_tables(data: Path, tmp_path: Path) -> None:
    there = folder(tmp_path, "papers")
    with closing(sqlite3.connect(data / "localdocs_v1.db")) as connection, connection:
        connection.executescript(SCHEMA_OF_1)
        connection.execute("INSERT INTO folders VALUES (1, ?)", (str(there),))
        connection.execute("INSERT INTO collections VALUES ('Papers', 1)")
    assert localdocs_folders(data) == (there,)


def test_of_two_databases_the_newest_version_counts(data: Path, tmp_path: Path) -> None:
    old, new = folder(tmp_path, "old"), folder(tmp_path, "new")
    write_localdocs(data / "localdocs_v2.db", old)
    write_localdocs(data / "localdocs_v10.db", new)
    assert localdocs_folders(data) == (new,)


def test_a_database_that_is_being_written_is_neither_waited_for_nor_locked(data: Path, tmp_path: Path) -> None:
    there = folder(tmp_path, "papers")
    database = data / "localdocs_v3.db"
    write_localdocs(database, there)
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert localdocs_folders(data) == (there,)
        writer.execute("DELETE FROM collections")
        writer.execute("COMMIT")
    assert [path.name for path in data.iterdir()] == ["localdocs_v3.db"]


def test_a_damaged_database_offers_nothing(data: Path) -> None:
    (data / "localdocs_v3.db").write_bytes(b"SQLite format 3\0 and then nothing of the kind" * 40)
    assert localdocs_folders(data) == ()


def test_vaults_localdocs_and_documents_are_offered_once_each(
    data: Path, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    home = folder(tmp_path, "person")
    documents, papers = folder(home, "Dokumente"), folder(home, "papers")
    vault = folder(documents, "Notizen", ".obsidian").parent
    listed = folder(tmp_path, "elsewhere", "Vault", ".obsidian").parent
    settings = folder(tmp_path, "config", "obsidian") / "obsidian.json"
    settings.write_text(json.dumps({"vaults": {"a1": {"path": str(listed)}, "b2": {"path": "/gone"}}}), "utf-8")
    write_localdocs(data / "localdocs_v3.db", papers, vault)
    assert folder_offers(home, documents, (), environment) == (
        FolderOffer(vault, "GPT4All"),
        FolderOffer(papers, "GPT4All"),
        FolderOffer(listed, "Obsidian vault"),
        FolderOffer(documents, "Documents"),
    )


def test_what_is_watched_is_not_offered(tmp_path: Path, environment: Mapping[str, str]) -> None:
    home = folder(tmp_path, "person")
    documents = folder(home, "Documents")
    folder(documents, "Notes", ".obsidian")
    assert folder_offers(home, documents, (documents,), environment) == ()


def test_the_home_folder_itself_is_no_offer(tmp_path: Path, environment: Mapping[str, str]) -> None:
    home = folder(tmp_path, "person")
    assert folder_offers(home, home, (), environment) == ()


def test_other_programs_settings_may_be_anything(tmp_path: Path, environment: Mapping[str, str]) -> None:
    settings = folder(tmp_path, "config", "obsidian") / "obsidian.json"
    for text in ("", "[]", '{"vaults": 3}', '{"vaults": {"a": null}}', '{"vaults": {"a": {}}}'):
        settings.write_text(text, "utf-8")
        assert folder_offers(folder(tmp_path, f"person{len(text)}"), None, (), environment) == ()
