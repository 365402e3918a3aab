import sqlite3
import tarfile
import zipfile
from pathlib import Path
from typing import Literal

import pytest

from knowledge.parse import Unreadable, parse, supported, unsupported_reason


def reason(folder: Path, name: str, content: bytes = b"words") -> str:
    path = folder / name
    path.write_bytes(content)
    return unsupported_reason(path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.zip", "an archive: its contents are not read (unpack it into the folder)"),
        ("a.tar.GZ", "an archive: its contents are not read (unpack it into the folder)"),
        ("a.iso", "a disk image: its contents are not read (copy what you need into the folder)"),
        ("a.heic", "an image in an unsupported format (save it as PNG or JPEG)"),
        ("a.mp3", "an audio file: speech is not transcribed (put a transcript into the folder)"),
        ("a.mkv", "a video: it is not transcribed (put a transcript into the folder)"),
        ("a.ttf", "a font"),
        ("a.sqlite", "a database: its tables are not read (export what you need as CSV)"),
        ("a.exe", "a program"),
        ("a.lnk", "a shortcut: its target is not read (put the file itself into the folder)"),
        ("a.pages", "an iWork document, which is not supported (export it as PDF or in an Office format)"),
        ("a.mobi", "an e-book in an unsupported format (convert it to EPUB)"),
        ("~$report.docx", "a lock file, written by Office while a document is open"),
        ("poetry.lock", "a lock file, written by a package manager"),
        ("package-lock.json", "a lock file, written by a package manager"),
        ("jquery.min.js", "minified or generated code"),
        ("a.xyz", "format not supported: .xyz"),
    ],
)
def test_what_is_not_read_is_named(tmp_path: Path, name: str, expected: str) -> None:
    assert reason(tmp_path, name) == expected


def test_an_unknown_ending_is_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xyz", "w") as archive:
        archive.writestr("a", "b")
    sqlite3.connect(tmp_path / "places").execute("create table t (a)").connection.close()

    assert unsupported_reason(tmp_path / "a.xyz") == "a zip archive (rename it to end in .zip)"
    assert unsupported_reason(tmp_path / "places") == "an SQLite database (rename it to end in .sqlite)"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_an_archive_named_as_text_is_refused_by_its_content(tmp_path: Path, mode: Literal["w", "w:gz", "w:xz"]) -> None:
    path = tmp_path / "a.txt"
    with tarfile.open(path, mode) as archive:
        archive.add(__file__, "a")

    with pytest.raises(Unreadable, match=r"archive, although its name ends in \.txt"):
        parse(path)


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "Rakefile", "README", "LICENSE"])
def test_well_known_names_without_ending_are_read(tmp_path: Path, name: str) -> None:
    assert reason(tmp_path, name) == ""


@pytest.mark.parametrize(
    "line",
    [
        b"#!/bin/sh\n",
        b"#!/usr/bin/env python3\n",
        b"#! /usr/bin/perl -w\n",
        b"#!/usr/bin/env -S node --x\r\n",
        b"#!/bin/bash",
    ],
)
def test_a_script_without_ending_is_read(tmp_path: Path, line: bytes) -> None:
    assert reason(tmp_path, "tool", line) == ""


def test_a_script_is_read_in_its_own_language(tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_text("#!/usr/bin/env python3.11\nclass A:\n    pass\n")

    assert [heading.title for heading in parse(path).headings] == ["A"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Turnips grow in row four. Käse".encode(), ""),
        (b"x" * 4095 + "ä".encode(), ""),  # a character cut where the look ends
        (b"\x00\x01binary", "format not supported: no file ending"),
        ("Größe".encode("cp1252"), "format not supported: no file ending"),
        (b" \n", "format not supported: no file ending"),
        (b"<!doctype html><p>x", "a web page (rename it to end in .html)"),
    ],
)
def test_text_without_an_ending_is_read(tmp_path: Path, head: bytes, expected: str) -> None:
    assert reason(tmp_path, "turnips", head) == expected


def test_a_hidden_file_has_no_ending(tmp_path: Path) -> None:
    assert reason(tmp_path, ".md") == "format not supported: no file ending"


def test_the_reason_is_that_of_parsing(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK")

    assert not supported(path)
    with pytest.raises(Unreadable, match="an archive: its contents are not read"):
        parse(path)
