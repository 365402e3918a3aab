"""A persona as one file: it comes back as it was, and a hostile file changes nothing."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from errors import AppError
from personas import persona_zip
from personas.catalogue import Catalogue
from personas.editing import restore_persona
from personas.persona import PersonaInvalid
from personas.persona_zip import ArchiveInvalid, export_persona, import_persona

HEAD = "---\nname: Cook\nsummary: Cooks.\n---\nYou cook.\n"
WritePersona = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home" / "personas"
    place.mkdir(parents=True)
    return place


def packed(tmp_path: Path, members: Mapping[str, str], name: str = "501-cook.zip") -> Path:
    file = tmp_path / name
    with zipfile.ZipFile(file, "w") as made:
        for member, text in members.items():
            made.writestr(member, text)
    return file


def test_an_exported_persona_comes_back_with_its_knowledge(
    tmp_path: Path, home: Path, write_persona: WritePersona
) -> None:
    source = write_persona("501-cook").parent
    (source / "knowledge" / "soups").mkdir(parents=True)
    (source / "knowledge" / "soups" / "스프.md").write_text("# Soup\n", "utf-8")
    (source / "knowledge" / ".hidden").write_text("x")
    (source / "knowledge" / "link.md").symlink_to(tmp_path / "secret.md")
    file = export_persona(source, tmp_path / "cook.zip")
    assert zipfile.ZipFile(file).namelist() == ["501-cook/persona.md", "501-cook/knowledge/soups/스프.md"]
    imported = import_persona(file, home)
    assert (imported.folder, imported.replaced) == (home / "501-cook", None)
    persona = Catalogue([home]).load("501")
    assert persona.prompt == "You cook."
    assert [path.name for path in (home / "501-cook" / "knowledge").rglob("*.md")] == ["스프.md"]


def test_files_without_a_folder_are_a_persona_named_as_the_archive(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path, {"persona.md": HEAD, "knowledge/a.md": "# A", "__MACOSX/x": "", ".DS_Store": ""})
    assert import_persona(file, home).folder.name == "501-cook"
    assert import_persona(packed(tmp_path, {"persona.md": HEAD}, "Cook (2).zip"), home).folder.name == "501-cook-2"


def test_a_second_import_gets_an_id_of_its_own(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path, {"501-cook/persona.md": HEAD})
    names = [import_persona(file, home).folder.name for _ in range(2)]
    assert names == ["501-cook", "502-cook"]


def test_a_replaced_persona_can_be_brought_back(tmp_path: Path, home: Path) -> None:
    import_persona(packed(tmp_path, {"501-cook/persona.md": HEAD}), home)
    newer = packed(tmp_path, {"501-cook/persona.md": HEAD.replace("Cook\n", "Chef\n")}, "newer.zip")
    imported = import_persona(newer, home, replace=True)
    assert Catalogue([home]).find("501").name == "Chef"
    assert imported.replaced is not None
    imported.folder.rename(home.parent / "elsewhere")
    restore_persona(home, "501-cook")
    assert Catalogue([home]).find("501").name == "Cook"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "501-cook/knowledge/../../../evil.md",
        "/etc/evil.md",
        "501-cook/knowledge/..\\evil.md",
        "C:/evil.md",
        "501-cook/knowledge//evil.md",
        "501-cook/knowledge/a\nb.md",
    ],
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, home: Path, name: str) -> None:
    with pytest.raises(ArchiveInvalid, match="unsafe name"):
        import_persona(packed(tmp_path, {"501-cook/persona.md": HEAD, name: "x"}), home)
    assert list(home.iterdir()) == []


def test_a_link_is_refused(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path, {"501-cook/persona.md": HEAD})
    link = zipfile.ZipInfo("501-cook/knowledge/link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(ArchiveInvalid, match="or a link"):
        import_persona(file, home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"501-cook/readme.md": "x"}, "no persona.md"),
        ({"501-cook/persona.md": HEAD, "502-cook/persona.md": HEAD}, "more than one persona"),
        ({"501-cook/persona.md": HEAD, "501-cook/run.sh": "x"}, "besides a persona"),
        ({"cook/persona.md": HEAD}, "not named like a persona"),
        ({"501-cook/persona.md": HEAD, "501-cook/knowledge/A.md": "", "501-cook/knowledge/a.md": ""}, "twice"),
    ],
)
def test_what_is_no_persona_is_refused(tmp_path: Path, home: Path, members: Mapping[str, str], reason: str) -> None:
    with pytest.raises(ArchiveInvalid, match=reason):
        import_persona(packed(tmp_path, members), home)
    assert list(home.iterdir()) == []


def test_an_invalid_persona_replaces_nothing(tmp_path: Path, home: Path) -> None:
    import_persona(packed(tmp_path, {"501-cook/persona.md": HEAD}), home)
    for broken in ("---\nname: Cook\n---\nx", "---\nname: Cook\nsummary: Cooks.\n---\n"):
        with pytest.raises(PersonaInvalid):
            import_persona(packed(tmp_path, {"501-cook/persona.md": broken}, "b.zip"), home, replace=True)
    assert Catalogue([home]).load("501").prompt == "You cook."
    assert [place.name for place in home.iterdir()] == ["501-cook"]


def test_limits_of_size_and_number_hold(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = packed(tmp_path, {"501-cook/persona.md": HEAD, "501-cook/knowledge/a.md": "x" * 5000})
    monkeypatch.setattr(persona_zip, "MAX_BYTES", 4000)
    with pytest.raises(ArchiveInvalid, match="it is over"):
        import_persona(file, home)
    monkeypatch.setattr(persona_zip, "MAX_BYTES", 10_000)
    monkeypatch.setattr(persona_zip, "MAX_FILES", 1)
    with pytest.raises(ArchiveInvalid, match="more than 1 files"):
        import_persona(file, home)
    assert list(home.iterdir()) == []


def test_a_file_that_lies_about_its_size_is_refused(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path, {"501-cook/persona.md": HEAD, "501-cook/knowledge/a.md": "x" * 5000})
    data = file.read_bytes()
    file.write_bytes(data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveInvalid):
        import_persona(file, home)
    assert list(home.iterdir()) == []


def test_a_damaged_or_missing_file_is_an_expected_failure(tmp_path: Path, home: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 not really")
    for name in ("no.zip", "missing.zip"):
        with pytest.raises(ArchiveInvalid):
            import_persona(tmp_path / name, home)


def test_an_export_that_cannot_be_written_leaves_nothing(tmp_path: Path, write_persona: WritePersona) -> None:
    source = write_persona("501-cook").parent
    with pytest.raises(AppError, match="cannot be written"):
        export_persona(source, tmp_path / "missing" / "cook.zip")
